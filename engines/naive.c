/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * naive: the definition (Def. 1.1), evaluated afresh for every answer.
 *
 * Keeps Q, K and V and nothing else. Update O(1), entry query O(n d), column O(m n d), row O(n (d
 * + p)).
 * Logits are dot products carried as pairs, so their error is that of storing them as hi + lo
 * (kernel.h) plus d^2 2^-104 of sum_f |scale Q_if K_sf|; the rest is row.h. It is the model that
 * the other engines are checked against, so it shares as little with them as it can.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engines/numerics/eft.h"
#include "engines/attention/logits.h"
#include "engines/attention/row.h"

struct naive {
    size_t m, n, d, p;
    double scale;
    bool normalised;
    double *q, *k, *v;     /* m x d, n x d, n x p */
    double *v_columns;     /* p x n: V once more, for contiguous columns */
    double q_peak, k_peak; /* at least the largest magnitudes so far */
    const struct kernel *kernel;
    struct row row;
    struct odamv_counts counts;
};

#define DOT_ADDITIONS         13 /* per feature: a product added as a pair, and its magnitude */
#define DOT_MULTIPLICATIONS   3
#define LOGIT_ADDITIONS       7 /* per logit: the scale, the bound */
#define LOGIT_MULTIPLICATIONS 7

static void naive_close(void *state)
{
    struct naive *e = state;
    if (!e)
        return;
    free(e->q);
    free(e->k);
    free(e->v);
    free(e->v_columns);
    row_close(&e->row);
    free(e);
}

static double *copy_of(const double *x, size_t count, double *peak)
{
    double *copy = aligned_array(count, sizeof *copy);
    if (!copy)
        return NULL;
    memcpy(copy, x, count * sizeof *copy);
    *peak = 0;
    for (size_t i = 0; i < count; i++)
        *peak = fmax(*peak, fabs(x[i]));
    return copy;
}

static enum odamv_status naive_open(const struct odamv_problem *problem,
                                    const struct odamv_options *options, void **state)
{
    (void)options;
    *state = NULL;
    struct naive *e = calloc(1, sizeof *e);
    if (!e)
        return ODAMV_NOMEM;
    double ignored;
    e->m = problem->m;
    e->n = problem->n;
    e->d = problem->d;
    e->p = problem->p;
    e->scale = problem->scale;
    e->normalised = problem->normalised;
    e->kernel = kernel_best();
    e->q = copy_of(problem->q, e->m * e->d, &e->q_peak);
    e->k = copy_of(problem->k, e->n * e->d, &e->k_peak);
    e->v = copy_of(problem->v, e->n * e->p, &ignored);
    e->v_columns = aligned_array(e->p * e->n, sizeof *e->v_columns);
    if (!e->q || !e->k || !e->v || !e->v_columns || row_open(&e->row, e->n) != ODAMV_OK) {
        naive_close(e);
        return ODAMV_NOMEM;
    }
    for (size_t s = 0; s < e->n; s++)
        for (size_t j = 0; j < e->p; j++)
            e->v_columns[j * e->n + s] = e->v[s * e->p + j];
    *state = e;
    return ODAMV_OK;
}

static double naive_memory(const struct odamv_problem *s, const struct odamv_options *options)
{
    (void)options;
    double m = (double)s->m, n = (double)s->n, d = (double)s->d, p = (double)s->p;
    return 8 * (d * (m + n) + 2 * n * p) + row_memory(s->n);
}

/* scale * <x, y> as a pair; *error receives a bound on its distance from the real number. */
static struct pair logit(const struct naive *e, const double *x, const double *y, double *error)
{
    const struct pair sum = pair_dot(e->d, x, y);
    double magnitude = 0;
    for (size_t f = 0; f < e->d; f++)
        magnitude += fabs(x[f] * y[f]);
    struct pair scaled = two_product(sum.hi, e->scale);
    scaled = fast_two_sum(scaled.hi, scaled.lo + sum.lo * e->scale);
    *error =
        magnitude * fabs(e->scale) * (double)e->d * 0x1p-100 + fabs(scaled.hi) * 0x1p-76 + 0x1p-140;
    return scaled;
}

/* Whether every logit of the changed row of Q or K stays within the limit: `changed` holds the row
 * as it would be, `others` the rows of the other matrix. */
static bool within(const struct naive *e, const double *changed, const double *others, size_t count)
{
    double ignored;
    for (size_t r = 0; r < count; r++)
        if (!(fabs(logit(e, changed, others + r * e->d, &ignored).hi) <= ODAMV_LOGIT_MAX))
            return false;
    return true;
}

static enum odamv_status set_feature(struct naive *e, double *cell, double *row, double value,
                                     double *peak, double other_peak, const double *others,
                                     size_t count)
{
    double before = *cell;
    if (!(fabs(value) <= ODAMV_FEATURE_MAX))
        return ODAMV_DOMAIN;
    *cell = value;
    double reach = fmax(*peak, fabs(value));
    if (!(fabs(e->scale) * (double)e->d * reach * other_peak <= ODAMV_LOGIT_MAX) &&
        !within(e, row, others, count)) {
        *cell = before;
        return ODAMV_DOMAIN;
    }
    *peak = reach;
    return ODAMV_OK;
}

static enum odamv_status naive_set_k(void *state, size_t key, size_t feature, double value)
{
    struct naive *e = state;
    if (key >= e->n || feature >= e->d)
        return ODAMV_DOMAIN;
    double *row = e->k + key * e->d;
    return set_feature(e, row + feature, row, value, &e->k_peak, e->q_peak, e->q, e->m);
}

static enum odamv_status naive_set_q(void *state, size_t i, size_t feature, double value)
{
    struct naive *e = state;
    if (i >= e->m || feature >= e->d)
        return ODAMV_DOMAIN;
    double *row = e->q + i * e->d;
    return set_feature(e, row + feature, row, value, &e->q_peak, e->k_peak, e->k, e->n);
}

static enum odamv_status naive_set_v(void *state, size_t key, size_t column, double value)
{
    struct naive *e = state;
    if (key >= e->n || column >= e->p || !(fabs(value) <= ODAMV_VALUE_MAX))
        return ODAMV_DOMAIN;
    e->v[key * e->p + column] = e->v_columns[column * e->n + key] = value;
    return ODAMV_OK;
}

static void prepare(struct naive *e, size_t i)
{
    double worst = 0, error;
    for (size_t s = 0; s < e->n; s++) {
        struct pair x = logit(e, e->q + i * e->d, e->k + s * e->d, &error);
        e->row.hi[s] = x.hi;
        e->row.lo[s] = (float)x.lo;
        worst = fmax(worst, error);
    }
    row_prepare(&e->row, e->kernel, worst);
}

static void count(struct odamv_counts *c, double n, double d, double rows, double columns)
{
    row_count(c, n, rows, columns);
    c->additions += rows * n * (d * DOT_ADDITIONS + LOGIT_ADDITIONS);
    c->multiplications += rows * n * (d * DOT_MULTIPLICATIONS + LOGIT_MULTIPLICATIONS);
}

static enum odamv_status answer(struct naive *e, size_t j, struct odamv_answer *out)
{
    memcpy(e->row.v, e->v_columns + j * e->n, e->n * sizeof *e->row.v);
    return row_answer(&e->row, e->normalised, out);
}

static enum odamv_status naive_query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    struct naive *e = state;
    if (i >= e->m || j >= e->p)
        return ODAMV_DOMAIN;
    prepare(e, i);
    count(&e->counts, (double)e->n, (double)e->d, 1, 1);
    return answer(e, j, out);
}

static enum odamv_status naive_query_row(void *state, size_t i, struct odamv_answer *out)
{
    struct naive *e = state;
    if (i >= e->m)
        return ODAMV_DOMAIN;
    prepare(e, i);
    count(&e->counts, (double)e->n, (double)e->d, 1, (double)e->p);
    enum odamv_status status = ODAMV_OK;
    for (size_t j = 0; j < e->p && status == ODAMV_OK; j++)
        status = answer(e, j, out + j);
    return status;
}

static void naive_cost(const struct odamv_problem *shape, const struct odamv_options *options,
                       const struct odamv_workload *w, struct odamv_counts *out)
{
    (void)options;
    *out = (struct odamv_counts){0};
    double m = (double)shape->m, n = (double)shape->n, d = (double)shape->d, p = (double)shape->p;
    double entries = w->queries + w->query_columns * m;
    count(out, n, d, entries, entries);
    count(out, n, d, w->query_rows, w->query_rows * p);
}

static void naive_stats(const void *state, struct odamv_counts *out)
{
    *out = ((const struct naive *)state)->counts;
}

static bool naive_check(const void *state, char *message, size_t size)
{
    const struct naive *e = state;
    for (size_t s = 0; s < e->n; s++)
        for (size_t j = 0; j < e->p; j++)
            if (memcmp(&e->v[s * e->p + j], &e->v_columns[j * e->n + s], sizeof *e->v) != 0) {
                snprintf(message, size, "V[%zu,%zu]: the two copies differ", s, j);
                return false;
            }
    return true;
}

const struct odamv_engine engine_naive = {
    .abi = ODAMV_ABI,
    .name = "naive",
    .summary = "the definition, evaluated afresh for every answer",
    .reference = "Definition 1.1",
    .update_cost = "O(1)",
    .query_cost = "O(n d)",
    .open = naive_open,
    .set_k = naive_set_k,
    .set_v = naive_set_v,
    .set_q = naive_set_q,
    .query = naive_query,
    .query_row = naive_query_row,
    .cost = naive_cost,
    .memory = naive_memory,
    .stats = naive_stats,
    .check = naive_check,
    .close = naive_close,
};
