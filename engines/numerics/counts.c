/* SPDX-License-Identifier: GPL-3.0-or-later
 * struct odamv_counts as a row of numbers, so that no sum, print or comparison forgets a field. */
#include "odamv.h"

enum { FIELDS = sizeof(struct odamv_counts) / sizeof(double) };

const char *const odamv_counts_fields[] = {
    "additions",      "multiplications",      "exponentials",
    "gemm_additions", "gemm_multiplications", "folds",
    "refreshes",      "marked_rows",          NULL,
};

_Static_assert(sizeof(struct odamv_counts) == FIELDS * sizeof(double), "doubles and nothing else");
_Static_assert(sizeof odamv_counts_fields == (FIELDS + 1) * sizeof(char *), "a name for each");

void odamv_counts_madd(struct odamv_counts *to, double times, const struct odamv_counts *x)
{
    double *sum = (double *)to;
    const double *term = (const double *)x;
    for (size_t f = 0; f < FIELDS; f++)
        sum[f] += times * term[f];
}

void odamv_counts_divide(struct odamv_counts *counts, double by)
{
    double *field = (double *)counts;
    for (size_t f = 0; f < FIELDS; f++)
        field[f] /= by;
}

double odamv_counts_operations(const struct odamv_counts *c)
{
    return c->additions + c->multiplications + c->exponentials + c->gemm_additions +
           c->gemm_multiplications;
}

double odamv_counts_field(const struct odamv_counts *counts, size_t field)
{
    return ((const double *)counts)[field];
}
