/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "row.h"

#include <math.h>
#include <stdlib.h>

#include "engines/numerics/array.h"
#include "engines/numerics/pair.h"

enum odamv_status row_open(struct row *row, size_t n)
{
    *row = (struct row){.n = n,
                        .hi = array_alloc(n, 8),
                        .lo = array_alloc(n, 4),
                        .w = array_alloc(n, 8),
                        .v = array_alloc(n, 8)};
    if (row->hi && row->lo && row->w && row->v)
        return ODAMV_OK;
    row_close(row);
    return ODAMV_NOMEM;
}

void row_close(struct row *row)
{
    free(row->hi);
    free(row->lo);
    free(row->w);
    free(row->v);
    *row = (struct row){0};
}

double row_memory(size_t n)
{
    return 28 * (double)n;
}

void row_prepare(struct row *row, const struct kernel *kernel, double error)
{
    double shift[PANEL];
    row->shift = row->hi[0];
    for (size_t s = 1; s < row->n; s++)
        row->shift = row->hi[s] > row->shift ? row->hi[s] : row->shift;
    for (size_t i = 0; i < PANEL; i++)
        shift[i] = row->shift;
    for (size_t s = 0; s < row->n; s += PANEL) {
        size_t count = row->n - s < PANEL ? row->n - s : PANEL;
        kernel->weights(count, row->hi + s, row->lo + s, shift, row->w + s);
    }
    row->eta = fabs(row->shift) < SHIFT_RELIABLE ? error + WEIGHT_ERROR : INFINITY;
    struct pair sum = pair_sum(row->n, row->w);
    row->sum = sum.hi;
    row->sum_low = sum.lo;
}

enum odamv_status row_unshift(double shift, struct odamv_answer *answer)
{
    double half = exp(shift / 2); /* halves, so that neither factor leaves the doubles early */
    double value = answer->value * half * half;
    double bound = answer->bound * half * half;
    if (!isfinite(value) || !isfinite(half))
        return ODAMV_DOMAIN;
    answer->value = value;
    answer->bound = isnan(bound) ? INFINITY : bound * 1.001 + fabs(value) * (16 * UNIT) + 0x1p-1060;
    return ODAMV_OK;
}

enum odamv_status row_answer(const struct row *row, bool normalised, struct odamv_answer *out)
{
    const double n = (double)row->n;
    struct pair sum = pair_dot(row->n, row->w, row->v);
    double value = normalised ? sum.hi / row->sum : sum.hi, centre = normalised ? value : 0;
    double spread = 0, top = 0, lowest = INFINITY, highest = -INFINITY;
    for (size_t s = 0; s < row->n; s++) {
        spread += row->w[s] * fabs(row->v[s] - centre);
        top = fmax(top, fabs(row->v[s]));
        lowest = fmin(lowest, row->v[s]);
        highest = fmax(highest, row->v[s]);
    }
    spread *= 1 + 2 * n * UNIT;
    bool known = row->eta < 0.125;
    double error =
        row->eta * (1 + 3 * row->eta) * spread + n * 0x1p-99 * row->sum * top + n * top * 0x1p-1000;
    if (!normalised) {
        double bound = (error + fabs(value) * UNIT) * 1.001 + 0x1p-1000;
        *out = (struct odamv_answer){value, known ? bound : INFINITY};
        return row_unshift(row->shift, out);
    }
    value = fmin(fmax(value, lowest), highest);
    double hull = fmax(highest - value, value - lowest) * 1.001 + 0x1p-1070;
    double bound =
        (error / row->sum + fabs(value) * ((3 + 5 * row->eta) * UNIT)) * 1.001 + 0x1p-1000;
    *out = (struct odamv_answer){value, known ? fmin(bound, hull) : hull};
    return ODAMV_OK;
}

/* per key: its weight added as a pair; its term as a pair, and its share of the bound */
void row_count(struct odamv_counts *counts, double n, double rows, double columns)
{
    counts->additions += n * (rows * (WEIGHT_ADDITIONS + 10) + columns * 14);
    counts->multiplications += n * (rows * WEIGHT_MULTIPLICATIONS + columns * 3);
    counts->exponentials += n * rows;
}
