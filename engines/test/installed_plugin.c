/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A plug-in that calls times(2) when it is asked for its engine, and has none if that is not the C
 * library's. Built by install_test.sh beside the engine that it includes.
 */
#define odamv_plugin definition_plugin
#include "engines/examples/plugin.c"
#undef odamv_plugin
#include <sys/times.h>

ODAMV_PUBLIC const struct odamv_engine *odamv_plugin(void);

const struct odamv_engine *odamv_plugin(void)
{
    struct tms spent = {.tms_utime = -1, .tms_cutime = -1};
    clock_t since = times(&spent);
    return since == (clock_t)-1 || spent.tms_utime < 0 || spent.tms_cutime < 0
               ? NULL
               : definition_plugin();
}
