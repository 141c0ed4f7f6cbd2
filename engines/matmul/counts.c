/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "counts.h"

enum { FIELDS = sizeof(struct matmul_counts) / sizeof(double) };

_Static_assert(sizeof(struct matmul_counts) == FIELDS * sizeof(double), "doubles and nothing else");

void matmul_counts_madd(struct matmul_counts *to, double times, const struct matmul_counts *x)
{
    double *sum = (double *)to;
    const double *term = (const double *)x;
    for (size_t f = 0; f < FIELDS; f++)
        sum[f] += times * term[f];
}

double matmul_counts_multiplications(const struct matmul_counts *c)
{
    return c->leaf_multiplications + c->multiplications;
}

double matmul_counts_work(const struct matmul_counts *c)
{
    return c->leaf_multiplications + c->leaf_additions + c->multiplications + c->additions +
           c->copies;
}
