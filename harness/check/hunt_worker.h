/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hunt_worker.h: one worker process of a hunt, and what it shares with the others.
 */
#ifndef HUNT_WORKER_H
#define HUNT_WORKER_H

#include "hunt_plan.h"

#include <stdatomic.h>

enum { HUNT_GO_ON, HUNT_FINISH, HUNT_STOP }; /* finish: what has begun; stop: at once */

/* In shared memory. */
struct hunt_shared {
    atomic_ulong next;       /* task: a saved case, then a random one; or, alone, an engine */
    atomic_ulong saved_over; /* saved cases that have been played */
    volatile int stop;
    /* Findings so far, each reported once: of engine and kind, as bits, the kinds of operation, and
     * bit TRACE_KINDS when it is about none. */
    atomic_uint found[HUNT_ENGINES_MAX][FINDING_KINDS];
    struct hunt_result results[]; /* of each worker, only its tallies and counts */
};

/* Ends the process. Findings go to `pipe`. */
_Noreturn void hunt_worker(const struct hunt_options *options, struct hunt_shared *shared,
                           struct hunt_result *result, int pipe);

#endif
