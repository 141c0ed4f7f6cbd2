/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * power.h: how small a mistake a check of given size finds.
 *
 * A random problem and trace (harness/play/workload.h) are played on a right engine, but one random
 * update of K, V or Q falls short by delta: the engine is given an entry that is off by that
 * much, until the trace writes the entry again. The check catches this when an answer that it
 * compares with the oracle is farther from the exact one than its bound says. For each of many
 * random places the smallest such delta is found by bisection, to a power of two; what is reported
 * are quantiles over the places. All of it is measured, none of it derived from the bounds.
 */
#ifndef POWER_H
#define POWER_H

#include "examine.h"

struct power_options {
    const struct odamv_engine *engine;
    struct trace_shape shape;
    size_t operations, places, jobs;
    size_t sample; /* see truth_choice.h; likewise: */
    double budget;
    unsigned long seed;
    double limit; /* seconds of one play */
};

struct power_result {
    enum trace_kind kind;  /* TRACE_UPDATE_K, _V or _Q */
    size_t places, missed; /* missed: not caught at delta = 1 either */
    double median, most;   /* caught at half, at 95 % of the places; infinity: never */
};

/* Results for updates of K, V and, where the engine offers them, of Q: count of them in out[0..2].
 * False: a message was printed. */
bool power_measure(const struct power_options *options, struct power_result *out, size_t *count);

#endif
