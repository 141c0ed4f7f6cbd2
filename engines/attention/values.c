/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engines/numerics/array.h"
#include "engines/numerics/eft.h"

enum odamv_status values_open(struct values *x, const struct odamv_problem *problem)
{
    const size_t n = problem->n, p = problem->p;
    *x = (struct values){.n = n, .p = p};
    x->v = array_alloc(n * p, sizeof *x->v);
    x->key_peak = array_alloc(n, sizeof *x->key_peak);
    x->low = array_alloc(p, sizeof *x->low);
    x->high = array_alloc(p, sizeof *x->high);
    x->norm = array_alloc(p, sizeof *x->norm);
    x->folds = array_alloc(p, sizeof *x->folds);
    if (!x->v || !x->key_peak || !x->low || !x->high || !x->norm || !x->folds) {
        values_close(x);
        return ODAMV_NOMEM;
    }
    memcpy(x->v, problem->v, n * p * sizeof *x->v);
    return ODAMV_OK;
}

void values_close(struct values *x)
{
    free(x->v);
    free(x->key_peak);
    free(x->low);
    free(x->high);
    free(x->norm);
    free(x->folds);
    *x = (struct values){0};
}

double values_memory(const struct odamv_problem *shape)
{
    double n = (double)shape->n, p = (double)shape->p;
    return 8 * (n * p + n + 4 * p);
}

enum odamv_status values_allow(const struct values *x, size_t key, size_t column, double value)
{
    bool legal = key < x->n && column < x->p && fabs(value) <= ODAMV_VALUE_MAX;
    return legal ? ODAMV_OK : ODAMV_DOMAIN;
}

void values_cover(struct values *x, size_t key, size_t column, double before, double after)
{
    double growth = after * after - before * before, norm = x->norm[column];
    x->low[column] = fmin(x->low[column], after);
    x->high[column] = fmax(x->high[column], after);
    x->key_peak[key] = fmax(x->key_peak[key], fabs(after));
    x->peak = fmax(x->peak, fabs(after));
    if (growth > 0)
        x->norm[column] = sqrt(norm * norm + growth) * (1 + 8 * UNIT) + 0x1p-520;
}

/* At least the norm of n entries whose squares sum to about `square`. */
static double norm_of(size_t n, double square)
{
    return sqrt(square) * (1 + 2 * (double)n * UNIT) + 0x1p-520;
}

void values_measure(struct values *x)
{
    const size_t n = x->n, p = x->p;
    for (size_t j = 0; j < p; j++) {
        x->low[j] = INFINITY;
        x->high[j] = -INFINITY;
        x->norm[j] = 0;
        x->folds[j] = 0;
    }
    x->peak = 0;
    for (size_t s = 0; s < n; s++) {
        x->key_peak[s] = 0;
        for (size_t j = 0; j < p; j++) {
            double v = x->v[s * p + j];
            x->low[j] = fmin(x->low[j], v);
            x->high[j] = fmax(x->high[j], v);
            x->norm[j] += v * v;
            x->key_peak[s] = fmax(x->key_peak[s], fabs(v));
        }
        x->peak = fmax(x->peak, x->key_peak[s]);
    }
    for (size_t j = 0; j < p; j++)
        x->norm[j] = norm_of(n, x->norm[j]);
}

void values_column(const struct values *x, size_t j, double *out)
{
    for (size_t s = 0; s < x->n; s++)
        out[s] = x->v[s * x->p + j];
}

void values_count_measure(struct odamv_counts *c, double n, double p, double times)
{
    c->additions += times * n * p;
    c->multiplications += times * n * p;
}

double values_measure_cell(struct values *x, size_t key, size_t column)
{
    const size_t n = x->n, p = x->p;
    double low = INFINITY, high = -INFINITY, square = 0;
    for (size_t s = 0; s < n; s++) {
        double v = x->v[s * p + column];
        low = fmin(low, v);
        high = fmax(high, v);
        square += v * v;
    }
    x->low[column] = low;
    x->high[column] = high;
    x->key_peak[key] = x->peak = 0;
    for (size_t j = 0; j < p; j++) {
        x->key_peak[key] = fmax(x->key_peak[key], fabs(x->v[key * p + j]));
        x->peak = fmax(x->peak, fmax(fabs(x->low[j]), fabs(x->high[j])));
    }
    return norm_of(n, square);
}

void values_count_measure_cell(struct odamv_counts *c, double n, double times)
{
    c->additions += times * n;
    c->multiplications += times * n;
}

/* Whether the norm that is kept of a column is at least the column's. */
static bool check_norm(const struct values *x, size_t j, char *message, size_t size)
{
    double square = 0;
    for (size_t s = 0; s < x->n; s++)
        square += x->v[s * x->p + j] * x->v[s * x->p + j];
    if (sqrt(square) <= x->norm[j] * (1 + (double)(x->n + 4) * UNIT))
        return true;
    snprintf(message, size, "column %zu of V has norm %.17g, larger than the %.17g kept of it", j,
             sqrt(square), x->norm[j]);
    return false;
}

bool values_check(const struct values *x, char *message, size_t size)
{
    for (size_t j = 0; j < x->p; j++)
        if (!check_norm(x, j, message, size))
            return false;
    for (size_t s = 0; s < x->n; s++)
        for (size_t j = 0; j < x->p; j++) {
            double v = x->v[s * x->p + j];
            if (!(v >= x->low[j] && v <= x->high[j] && fabs(v) <= x->key_peak[s] &&
                  fabs(v) <= x->peak)) {
                snprintf(message, size, "V[%zu,%zu] = %.17g leaves its column's hull or a peak", s,
                         j, v);
                return false;
            }
        }
    return true;
}
