/* SPDX-License-Identifier: GPL-3.0-or-later
 * The prediction of lazy-wide.c. */
#ifndef ODAMV_LAZY_WIDE_H
#define ODAMV_LAZY_WIDE_H

#include "lazy.h"

/* The options as wide_sums.h wants them. */
static inline struct odamv_options lazy_wide_options(const struct odamv_problem *shape,
                                                     const struct odamv_options *options)
{
    struct odamv_options x = options ? *options : (struct odamv_options){0};
    x.threshold = lazy_threshold(shape, options);
    return x;
}

void lazy_wide_cost(const struct odamv_problem *problem, const struct odamv_options *options,
                    const struct odamv_workload *workload, struct odamv_counts *out);

#endif
