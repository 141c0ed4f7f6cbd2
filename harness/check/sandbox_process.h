/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sandbox_process.h: the process in which an engine plays, beside the playing: what it has and what
 * it must not change.
 */
#ifndef SANDBOX_PROCESS_H
#define SANDBOX_PROCESS_H

#include <signal.h>

#include "sandbox_report.h"

/* No open files but the standard ones, no core, the handler for faults; output
 * goes to /dev/null unless `loud`, to standard error then. Then the look that later ones are
 * compared with. */
void sandbox_process_prepare(bool loud, void (*on_fault)(int, siginfo_t *, void *));

/* After a call: whether the process is what it was. If not, the report says which call changed
 * what, and it is made what it was. `foreign`: an engine that is not of the library is looked at
 * whole, after each of its first calls and every 16th, and whenever `whole`; the library's own is
 * always asked about numbers only. */
bool sandbox_process_is_kept(struct sandbox_report *report, const char *call, bool foreign,
                             bool whole);

#endif
