/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hunt.h: engines on many cases, by several worker processes, until the cases or the time are over.
 *
 * Engines together: every case is played by every engine, saved cases first, then random ones,
 * every eighth of which is a law. All answers are also compared between the engines. Of every
 * engine the first finding of each kind is reported, the others are counted; one that hangs is left
 * out from then on. Engines alone (for saboteurs): each has its own hunt from case 0 until its
 * first finding.
 *
 * The worker that finds something shrinks and saves it; the caller's process hears of each in turn.
 */
#ifndef HUNT_H
#define HUNT_H

#include "hunt_plan.h"

/* Called in the caller's process for every finding; the record is borrowed for the call. */
typedef void hunt_listener(const struct hunt_record *record, void *context);

/* Runs the hunt in child processes. SIGINT and SIGTERM end it early, with a result. What the system
 * refuses is printed, and result->status is MACHINE. */
void hunt_run(const struct hunt_options *options, hunt_listener *listener, void *context,
              struct hunt_result *result);

#endif
