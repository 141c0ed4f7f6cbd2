/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * climb_plan.h: what a climb is asked for, and what it has reached.
 */
#ifndef CLIMB_PLAN_H
#define CLIMB_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/ground/say.h"
#include "odamv.h"

enum { CLIMB_SUBJECTS_MAX = 128, CLIMB_OCTAVES = 48, CLIMB_PARTS = 8 };

/* An engine and the multiplication that it uses. */
struct climb_subject {
    const struct odamv_engine *engine;
    const char *scheme; /* null: classical, or none that it heeds */
};

struct climb_options {
    const struct odamv_engine *const *engines; /* borrowed, like every pointer here */
    size_t engine_count;
    unsigned long seed;
    double answers, seconds; /* at least so many, at most so long; infinity: no limit */
    size_t jobs;             /* worker processes */
    const char *folder;      /* for the worst case of each subject; made when needed */
    bool progress_beside_output;
};

/* Of error / bound, over answers. Doubles and nothing else. */
struct climb_tally {
    double answers;
    double below[CLIMB_OCTAVES * CLIMB_PARTS]; /* by eighths of octaves, the last one from 2 on */
};

struct climb_result {
    size_t count;
    struct climb_subject subject[CLIMB_SUBJECTS_MAX];
    struct climb_tally tally[CLIMB_SUBJECTS_MAX];
    double largest[CLIMB_SUBJECTS_MAX]; /* error / bound, of the case that was saved */
    double answers, cases, chains, seconds;
    bool interrupted;
    enum status status; /* OK, or MACHINE: a worker came to grief, or a file could not be written */
};

#endif
