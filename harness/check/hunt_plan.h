/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hunt_plan.h: what a hunt is asked for, what it finds, and what it has counted.
 */
#ifndef HUNT_PLAN_H
#define HUNT_PLAN_H

#include "examine.h"
#include "generate.h"

#define HUNT_ENGINES_MAX 128

struct hunt_options {
    const struct odamv_engine *const *engines; /* borrowed, like every pointer here */
    size_t engine_count;                       /* at most HUNT_ENGINES_MAX */
    bool alone;                                /* see hunt.h */
    bool first;                                /* end with the first finding */
    struct generate_options generate;
    const char *const *saved; /* files of cases to play first */
    size_t saved_count;
    unsigned long cases;         /* random ones, in all, or per engine when alone; 0: no limit */
    double seconds;              /* in all; infinity: no limit */
    double limit, tolerance;     /* see examine.h */
    size_t sample;               /* see truth_choice.h */
    double budget;               /* of each case, likewise */
    size_t jobs;                 /* worker processes */
    const char *folder;          /* that findings are saved in; made when needed */
    bool progress_beside_output; /* standard output is being written, see progress_start */
};

/* Enough for all but the largest cases of the default sizes. */
#define HUNT_BUDGET 0x1p17

/* A finding, in one write to a pipe: fits PIPE_BUF. */
struct hunt_record {
    struct finding finding; /* of the shrunk case */
    size_t engine;
    bool from_saved; /* `number` counts saved cases, and `file` is the one that failed */
    unsigned long number;
    double operations;        /* checked by this worker on this engine until it failed */
    struct trace_shape shape; /* after shrinking; likewise: */
    size_t ops, threshold;
    size_t attempts; /* of shrinking */
    bool repeats;    /* when the case is examined alone */
    char file[1024]; /* "" when it could not be saved: `say` tells why */
    struct say say;
};

struct hunt_tally {
    struct judge_tally judged;
    double events[SANDBOX_EVENTS];
    double agreed;   /* answers compared with those of another engine */
    double failures; /* cases with a finding */
    double empty;    /* random cases without operations */
};

/* Situations that random cases were in; each field counts cases. */
struct hunt_states {
    double shape_one, unnormalised;
    double below[TEMPER_EXTENTS][TEMPER_EDGES];  /* m, n, d or p is the edge, or one less */
    double beyond[TEMPER_EXTENTS][TEMPER_EDGES]; /* is one more */
    double largest[TEMPER_EXTENTS];              /* is larger than the other three */
    double at_threshold, above_n;                /* n is the threshold; is less than it */
    double many;                                 /* m n beyond TEMPER_MANY_LOGITS */
    double long_k, long_v;                       /* asked with more updates pending than a block */
};

struct hunt_result {
    struct hunt_tally tally[HUNT_ENGINES_MAX];
    double cases, laws; /* random ones begun; of these, laws */
    struct hunt_states states;
    double seconds;
    bool interrupted;
    enum status status; /* OK, or MACHINE when a worker came to grief */
};

#endif
