/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * watch.h: plug-ins in this process, which they share with what measures, decodes and prints.
 *
 * What an engine must leave as it is (harness/ground/process_state.h) is looked at after loading it
 * and after every call: numbers each time, everything after loading, open and close. A change is
 * undone at once, and said once for each plug-in and call: what the engine computes from then on,
 * it computes as the contract says. A built-in engine is not watched and pays nothing.
 */
#ifndef WATCH_H
#define WATCH_H

#include "harness/ground/say.h"
#include "odamv.h"

enum { WATCH_MAX = 16 };

/* Loads the plug-in and watches it until the process ends. BAD: it cannot be loaded, or there are
 * WATCH_MAX already. */
enum status watch_plugin(const char *file, const struct odamv_engine **engine, struct say *say);

#endif
