/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pair.h"

/* Independent running sums, so that the additions of one do not wait for those of another. */
#define STRANDS 8

static struct pair join(const double *hi, const double *lo)
{
    struct pair sum = {0, 0};
    for (size_t r = 0; r < STRANDS; r++)
        sum = pair_add(pair_add(sum, hi[r]), lo[r]);
    return sum;
}

struct pair pair_sum(size_t n, const double *x)
{
    double hi[STRANDS] = {0}, lo[STRANDS] = {0};
    size_t s = 0;
    for (; s + STRANDS <= n; s += STRANDS)
        for (size_t r = 0; r < STRANDS; r++) {
            struct pair t = pair_add((struct pair){hi[r], lo[r]}, x[s + r]);
            hi[r] = t.hi;
            lo[r] = t.lo;
        }
    struct pair sum = join(hi, lo);
    for (; s < n; s++)
        sum = pair_add(sum, x[s]);
    return sum;
}

struct pair pair_dot(size_t n, const double *x, const double *y)
{
    double hi[STRANDS] = {0}, lo[STRANDS] = {0};
    size_t s = 0;
    for (; s + STRANDS <= n; s += STRANDS)
        for (size_t r = 0; r < STRANDS; r++) {
            struct pair t = pair_add_product((struct pair){hi[r], lo[r]}, x[s + r], y[s + r]);
            hi[r] = t.hi;
            lo[r] = t.lo;
        }
    struct pair sum = join(hi, lo);
    for (; s < n; s++)
        sum = pair_add_product(sum, x[s], y[s]);
    return sum;
}
