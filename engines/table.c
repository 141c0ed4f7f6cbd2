/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The engines of the library. To add one: its declaration and its line here.
 */
#include <string.h>

#include "odamv.h"

extern const struct odamv_engine engine_naive, engine_direct, engine_eager, engine_lazy,
    engine_lazy_wc, engine_lazy_wide;

/* An explicit table: engines that registered themselves would be lost from a static archive. */
const struct odamv_engine *const odamv_engines[] = {
    &engine_naive,   &engine_direct,    &engine_eager, &engine_lazy,
    &engine_lazy_wc, &engine_lazy_wide, NULL};

const struct odamv_engine *odamv_engine_at(size_t e)
{
    return e < sizeof odamv_engines / sizeof *odamv_engines ? odamv_engines[e] : NULL;
}

const struct odamv_engine *odamv_engine_find(const char *name)
{
    for (size_t e = 0; odamv_engines[e]; e++)
        if (strcmp(odamv_engines[e]->name, name) == 0)
            return odamv_engines[e];
    return NULL;
}
