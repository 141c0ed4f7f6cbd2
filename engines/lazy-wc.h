/* SPDX-License-Identifier: GPL-3.0-or-later
 * What lazy-wc.c and its prediction in lazy-wc_cost.c agree on. */
#ifndef ODAMV_LAZY_WC_H
#define ODAMV_LAZY_WC_H

#include "odamv.h"

/* h, the records of each of the two lists: half the threshold. With merging, a list never has more
 * than n. */
size_t lazy_wc_half(const struct odamv_problem *problem, const struct odamv_options *options);

void lazy_wc_cost(const struct odamv_problem *shape, const struct odamv_options *options,
                  const struct odamv_workload *workload, struct odamv_counts *out);

#endif
