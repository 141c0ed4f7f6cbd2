/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hunt.h: engines on many cases, by several worker processes, until something is found or time is
 * over.
 *
 * Engines together: every case is played by every engine, saved cases first, then random ones,
 * every eighth of which is a law. All answers are also compared between the engines. Of every
 * engine the first finding of each kind is reported, the others are counted; one that hangs is left
 * out from then on.
 * Engines alone (for saboteurs): each has its own hunt from case 0 until its first finding.
 *
 * Findings are shrunk and saved by the worker that made them and arrive in the caller's process one
 * by one.
 */
#ifndef HUNT_H
#define HUNT_H

#include "examine.h"
#include "generate.h"

#define HUNT_ENGINES_MAX 64

struct hunt_options {
    const struct odamv_engine *const *engines;
    size_t engine_count; /* at most HUNT_ENGINES_MAX */
    bool alone;
    struct generate_options generate;
    const char *const *saved; /* files of cases to play first */
    size_t saved_count;
    unsigned long cases;     /* random ones, in all, or per engine when alone; 0: no limit */
    double seconds;          /* in all; infinity: no limit */
    double limit, tolerance; /* see examine.h */
    size_t sample, jobs;
    const char *folder;          /* that findings are saved in; made when needed */
    bool progress_beside_output; /* standard output is being written, see progress_start */
};

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
    char file[1024]; /* "" when it could not be saved: then */
    struct say say;
};

struct hunt_tally {
    struct judge_tally judged;
    double events[SANDBOX_EVENTS];
    double agreed;   /* answers compared with those of another engine */
    double failures; /* cases with a finding */
};

struct hunt_result {
    struct hunt_tally tally[HUNT_ENGINES_MAX];
    double cases, laws;                            /* random ones begun; of these, laws */
    double shapes_one, at_threshold, unnormalised; /* of these, for the coverage */
    double seconds;
    bool interrupted;
    int status; /* STATUS_OK, or STATUS_MACHINE when a worker came to grief */
};

typedef void hunt_listener(const struct hunt_record *record, void *context);

/* Runs the hunt in child processes. SIGINT and SIGTERM end it early, with a result. */
void hunt_run(const struct hunt_options *options, hunt_listener *listener, void *context,
              struct hunt_result *result);

#endif
