/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * products.h: one plan of engines/matmul and the operands that it is timed on, of the engines'
 * shape: C (m x m) += A^T B with A and B k x m, entries uniform in (-1, 1).
 */
#ifndef PRODUCTS_H
#define PRODUCTS_H

#include "engines/matmul/matmul.h"

struct products {
    size_t m, k;
    double *a, *b, *c; /* k x m, k x m, m x m */
    struct matmul_plan *plan;
    struct matmul_run *run;
};

/* False: no memory. */
bool products_open(struct products *p, const struct matmul_options *options, size_t m, size_t k);
void products_close(struct products *p);

void products_by_plan(struct products *p);
/* Seconds of one product, the mean of so many. */
double products_time(struct products *p, void (*product)(struct products *), size_t repeats);

#endif
