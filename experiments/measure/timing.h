/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * timing.h: what one update or query costs in seconds on this machine.
 */
#ifndef TIMING_H
#define TIMING_H

#include "cell.h"
#include "subject.h"

#define TIMING_SAMPLES 32

struct timing {
    double seconds;                 /* of one update or query: the median of the samples */
    double samples[TIMING_SAMPLES]; /* update: means over whole epochs; query: over batches */
    size_t sample_count;
    double between; /* update: of one among the k/2 after a fold; else, or if they fold, NaN */
    struct odamv_counts counts; /* per update or query; all 0 of a plug-in without stats */
};

/* An engine on the cell's problem after k updates, so that the next one folds; its answers are
 * within their bounds. One subject may then be timed for queries, columns and, last, updates. */
enum status timing_open(const struct cell *cell, struct subject *s, struct say *say);
enum status timing_cell(const struct cell *cell, struct subject *s, struct timing *out,
                        struct say *say);

/* Of 1 to TIMING_SAMPLES values. */
double timing_median(size_t count, const double *values);

#endif
