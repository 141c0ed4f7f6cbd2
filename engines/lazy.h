/* SPDX-License-Identifier: GPL-3.0-or-later
 * What lazy.c, its kin and their predictions agree on. */
#ifndef ODAMV_LAZY_H
#define ODAMV_LAZY_H

#include "engines/attention/attention.h"

/* The threshold that the options ask for, or the default. */
static inline size_t lazy_threshold(const struct odamv_problem *problem,
                                    const struct odamv_options *options)
{
    size_t k = options ? options->threshold : 0;
    return k ? k : odamv_threshold(problem->n, 0.5);
}

/* Records that the list of K updates has room for: with merging there are never more than n. */
static inline size_t lazy_key_capacity(const struct odamv_problem *problem, size_t threshold,
                                       bool coalesce)
{
    return coalesce && threshold > problem->n ? problem->n : threshold;
}

/* Marked rows that a fold restores at most. */
static inline size_t lazy_rows(const struct odamv_problem *problem, size_t threshold)
{
    return threshold < problem->m ? threshold : problem->m;
}

/* Updates after which C is recomputed from scratch, so that drift stays small: when the folds of K
 * updates have multiplied 64 times as often as that takes, 64 n updates where both are classical.
 * Amortised, refreshing hence has the exponent of folding, whatever the multiplication. */
double lazy_refresh_period(const struct odamv_problem *problem, const struct odamv_options *options,
                           size_t threshold);

void lazy_cost(const struct odamv_problem *problem, const struct odamv_options *options,
               size_t threshold, const struct odamv_workload *workload, struct odamv_counts *out);

#endif
