/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * naive: the definition (Def. 1.1), evaluated afresh for every answer.
 *
 * Keeps Q, K and V and nothing else. Update O(1), entry query O(n d), column query O(m n d), row
 * query O(n d + n p). Logits are dot products carried as pairs, so their error is that of storing
 * them as hi + lo (kernel.h) plus d^2 2^-104 of sum_f |scale Q_if K_sf|; the rest is row.h. It is
 * the model that the other engines are checked against, so it shares as little with them as it can.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engines/attention/logits.h"
#include "engines/attention/row.h"
#include "engines/numerics/array.h"
#include "engines/numerics/pair.h"

/* Q or K. */
struct side {
    size_t rows;
    double *x;   /* rows x d */
    double peak; /* at least the largest magnitude so far */
};

struct naive {
    size_t m, n, d, p;
    double scale;
    bool normalised;
    struct side q, k;
    double *v;         /* n x p */
    double *v_columns; /* p x n: V once more, for contiguous columns */
    const struct kernel *kernel;
    struct row row;
    struct odamv_counts counts;
};

static void naive_close(void *state)
{
    struct naive *e = state;
    if (!e)
        return;
    free(e->q.x);
    free(e->k.x);
    free(e->v);
    free(e->v_columns);
    row_close(&e->row);
    free(e);
}

static double *copy_of(const double *x, size_t count)
{
    double *copy = array_alloc(count, sizeof *copy);
    if (copy)
        memcpy(copy, x, count * sizeof *copy);
    return copy;
}

static struct side side_of(const double *x, size_t rows, size_t d)
{
    struct side side = {.rows = rows, .x = copy_of(x, rows * d)};
    for (size_t i = 0; i < rows * d; i++)
        side.peak = fmax(side.peak, fabs(x[i]));
    return side;
}

static enum odamv_status naive_open(const struct odamv_problem *problem,
                                    const struct odamv_options *options, void **state)
{
    (void)options;
    *state = NULL;
    struct naive *e = calloc(1, sizeof *e);
    if (!e)
        return ODAMV_NOMEM;
    e->m = problem->m;
    e->n = problem->n;
    e->d = problem->d;
    e->p = problem->p;
    e->scale = problem->scale;
    e->normalised = problem->normalised;
    e->kernel = kernel_best();
    e->q = side_of(problem->q, e->m, e->d);
    e->k = side_of(problem->k, e->n, e->d);
    e->v = copy_of(problem->v, e->n * e->p);
    e->v_columns = array_alloc(e->p * e->n, sizeof *e->v_columns);
    bool whole = e->q.x && e->k.x && e->v && e->v_columns;
    enum odamv_status status = whole ? row_open(&e->row, e->n) : ODAMV_NOMEM;
    if (status != ODAMV_OK) {
        naive_close(e);
        return status;
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

/* Whether every logit of the changed row stays within the limit. */
static bool within(const struct naive *e, const double *changed, const struct side *other)
{
    double ignored;
    for (size_t r = 0; r < other->rows; r++)
        if (!(fabs(logit(e, changed, other->x + r * e->d, &ignored).hi) <= ODAMV_LOGIT_MAX))
            return false;
    return true;
}

/* Entry (row, feature) of one side, which meets the other in the logits. */
static enum odamv_status set_feature(const struct naive *e, struct side *side,
                                     const struct side *other, size_t row, size_t feature,
                                     double value)
{
    if (row >= side->rows || feature >= e->d || !(fabs(value) <= ODAMV_FEATURE_MAX))
        return ODAMV_DOMAIN;
    double *changed = side->x + row * e->d, before = changed[feature];
    double reach = fmax(side->peak, fabs(value));
    changed[feature] = value;
    if (!(fabs(e->scale) * (double)e->d * reach * other->peak <= ODAMV_LOGIT_MAX) &&
        !within(e, changed, other)) {
        changed[feature] = before;
        return ODAMV_DOMAIN;
    }
    side->peak = reach;
    return ODAMV_OK;
}

static enum odamv_status naive_set_k(void *state, size_t key, size_t feature, double value)
{
    struct naive *e = state;
    return set_feature(e, &e->k, &e->q, key, feature, value);
}

static enum odamv_status naive_set_q(void *state, size_t i, size_t feature, double value)
{
    struct naive *e = state;
    return set_feature(e, &e->q, &e->k, i, feature, value);
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
        struct pair x = logit(e, e->q.x + i * e->d, e->k.x + s * e->d, &error);
        e->row.hi[s] = x.hi;
        e->row.lo[s] = (float)x.lo;
        worst = fmax(worst, error);
    }
    row_prepare(&e->row, e->kernel, worst);
}

/* per feature: a product added as a pair, and its magnitude; per logit: the scale, the bound */
static void count(struct odamv_counts *c, double n, double d, double rows, double columns)
{
    row_count(c, n, rows, columns);
    c->additions += rows * n * (d * 13 + 7);
    c->multiplications += rows * n * (d * 3 + 7);
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
