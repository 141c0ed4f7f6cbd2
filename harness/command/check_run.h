/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check_run.h: the three things that `odamv check` does. Each prints its results on standard output
 * and returns the exit status.
 */
#ifndef CHECK_RUN_H
#define CHECK_RUN_H

#include "harness/check/hunt.h"

struct check_job {
    struct hunt_options hunt;
    const char *corpus;      /* folder of cases to play before those of hunt.folder; or null */
    const char *plugins;     /* " --plugin FILE" for every one */
    size_t n, d, operations; /* of power: m = n, p = d */
    bool json;
};

/* Looks for wrong engines. */
enum status check_run(struct check_job *job);

/* Looks for the saboteurs, which are hunt.engines: all must be found. */
enum status check_run_saboteurs(struct check_job *job);

/* How small a mistake would have been found; hunt.cases is the number of places. */
enum status check_run_power(const struct check_job *job);

#endif
