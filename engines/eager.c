/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * eager: C = A V brought up to date by every update; the O(n^2) update that the paper improves on.
 *
 * A K update changes one column of A and adds the rank-1 product of that change and the key's row
 * of V to C: O(m p). A V update adds a multiple of a column of A to a column of C: O(m). A Q
 * update recomputes the row: O(n p). A query reads one entry: O(1). Rows that lost their accuracy
 * are answered in O(n), and every update restores the oldest of them. C is recomputed from scratch
 * every n K or Q updates, at 1/20 of their cost in time where a GEMM runs 20 times as fast as
 * rank-1 updates, and every n p V updates: O(m) each.
 */
#include <cblas.h>
#include <math.h>
#include <stdlib.h>

#include "engines/attention/answer.h"
#include "engines/attention/restore.h"
#include "engines/numerics/array.h"

struct eager {
    struct attention a;
    double *change; /* ld: of the weights, by the current K update */
    /* since C was last computed from scratch: p for a K or Q update, 1 for a V update */
    double since;
};

static void eager_close(void *state)
{
    struct eager *e = state;
    if (!e)
        return;
    attention_close(&e->a);
    free(e->change);
    free(e);
}

static enum odamv_status eager_open(const struct odamv_problem *problem,
                                    const struct odamv_options *options, void **state)
{
    (void)options;
    *state = NULL;
    struct eager *e = calloc(1, sizeof *e);
    if (!e)
        return ODAMV_NOMEM;
    e->change = array_alloc(logits_ld(problem->m), sizeof *e->change);
    enum odamv_status status = e->change ? attention_open(&e->a, problem, NULL) : ODAMV_NOMEM;
    if (status != ODAMV_OK) {
        eager_close(e);
        return status;
    }
    *state = e;
    return ODAMV_OK;
}

static double eager_memory(const struct odamv_problem *shape, const struct odamv_options *options)
{
    (void)options;
    return weights_peak(shape, NULL,
                        attention_memory(shape, NULL) + 8 * (double)logits_ld(shape->m));
}

/* What every update does first. */
static void refresh_if_due(struct eager *e, double share)
{
    if (e->since >= (double)e->a.weights.logits.n * (double)e->a.values.p) {
        restore_all(&e->a);
        e->since = 0;
    }
    e->since += share;
}

/* The same for so many updates: refreshes, and what is left in *since. */
static double refreshes(double updates, double share, double period, double *since)
{
    double before = fmax(0, ceil((period - *since) / share)), each = ceil(period / share);
    if (updates <= before) {
        *since += updates * share;
        return 0;
    }
    double count = ceil((updates - before) / each);
    *since = (updates - before - (count - 1) * each) * share;
    return count;
}

/* What every update does last. */
static void restore_oldest(struct eager *e)
{
    size_t row;
    if (weights_next_marked(&e->a.weights, &row))
        restore_rows(&e->a, &row, 1);
}

/* per row and value a term; per row its peak and drift */
static void count_rank_one(struct odamv_counts *c, const struct shape *s, double updates)
{
    c->additions += updates * s->m * (s->p + 3);
    c->multiplications += updates * s->m * (s->p + 1);
}

/* C += change (row of V)^T. */
static void add_rank_one(struct eager *e, size_t key)
{
    struct attention *a = &e->a;
    const struct logits *l = &a->weights.logits;
    const size_t p = a->values.p;
    double *peak = a->numerators.peak;
    cblas_dger(CblasRowMajor, (blasint)p, (blasint)l->m, 1.0, a->values.v + key * p, 1, e->change,
               1, a->numerators.c, (blasint)l->ld);
    for (size_t i = 0; i < l->ld; i++) {
        double reach = fabs(e->change[i]) * a->values.key_peak[key];
        peak[i] += reach; /* the actual peak would take a pass over C */
        a->weights.drift[i] += reach + peak[i];
    }
    count_rank_one(&a->weights.counts, &a->shape, 1);
}

static enum odamv_status eager_set_k(void *state, size_t key, size_t feature, double value)
{
    struct eager *e = state;
    struct attention *a = &e->a;
    if (logits_allow_k(&a->weights.logits, key, feature, value) != ODAMV_OK)
        return ODAMV_DOMAIN;
    refresh_if_due(e, (double)a->values.p);
    const struct change_place place = {
        .change = e->change, .stride = PANEL, .value = a->values.peak};
    weights_set_k(&a->weights, key, feature, value, &place);
    add_rank_one(e, key);
    restore_oldest(e);
    return ODAMV_OK;
}

static enum odamv_status eager_set_v(void *state, size_t key, size_t column, double value)
{
    struct eager *e = state;
    struct attention *a = &e->a;
    if (values_allow(&a->values, key, column, value) != ODAMV_OK)
        return ODAMV_DOMAIN;
    refresh_if_due(e, 1);
    double before = a->values.v[key * a->values.p + column];
    values_cover(&a->values, key, column, before, value);
    attention_fold_v(a, key, column, before, value);
    restore_oldest(e);
    return ODAMV_OK;
}

static enum odamv_status eager_set_q(void *state, size_t row, size_t feature, double value)
{
    struct eager *e = state;
    if (logits_allow_q(&e->a.weights.logits, row, feature, value) != ODAMV_OK)
        return ODAMV_DOMAIN;
    refresh_if_due(e, (double)e->a.values.p);
    weights_set_q(&e->a.weights, row, feature, value);
    restore_oldest(e);
    return ODAMV_OK;
}

static enum odamv_status eager_query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    return answer_entry(&((struct eager *)state)->a, NULL, NULL, i, j, out);
}

static enum odamv_status eager_query_column(void *state, size_t j, struct odamv_answer *out)
{
    return answer_column(&((struct eager *)state)->a, NULL, NULL, j, out);
}

static enum odamv_status eager_query_row(void *state, size_t i, struct odamv_answer *out)
{
    return answer_row(&((struct eager *)state)->a, NULL, NULL, i, out);
}

static void eager_cost(const struct odamv_problem *shape, const struct odamv_options *options,
                       const struct odamv_workload *w, struct odamv_counts *out)
{
    (void)options;
    const struct shape s = shape_of_problem(shape);
    double since = 0, period = s.n * s.p;
    *out = (struct odamv_counts){0};
    attention_count_open(out, shape, NULL);
    weights_count_set_k(out, s.m, w->updates_k);
    count_rank_one(out, &s, w->updates_k);
    attention_count_fold_v(out, s.m, w->updates_v);
    logits_count_set_q(out, s.n, w->updates_q);
    restore_count_rows(out, &s, w->updates_q);
    out->marked_rows = w->updates_q;
    out->refreshes = refreshes(w->updates_k, s.p, period, &since) +
                     refreshes(w->updates_v, 1, period, &since) +
                     refreshes(w->updates_q, s.p, period, &since);
    restore_count_all(out, shape, NULL, out->refreshes);
    answer_count(out, w->queries + w->query_columns * s.m + w->query_rows * s.p);
}

static void eager_stats(const void *state, struct odamv_counts *out)
{
    *out = ((const struct eager *)state)->a.weights.counts;
}

static bool eager_check(const void *state, char *message, size_t size)
{
    return answer_check(&((const struct eager *)state)->a, NULL, NULL, message, size);
}

const struct odamv_engine engine_eager = {
    .abi = ODAMV_ABI,
    .name = "eager",
    .summary = "A V kept up to date by a rank-1 update each time",
    .reference = "the naive update of Section 1.1",
    .update_cost = "O(n^2)",
    .query_cost = "O(1)",
    .open = eager_open,
    .set_k = eager_set_k,
    .set_v = eager_set_v,
    .set_q = eager_set_q,
    .query = eager_query,
    .query_column = eager_query_column,
    .query_row = eager_query_row,
    .cost = eager_cost,
    .memory = eager_memory,
    .stats = eager_stats,
    .check = eager_check,
    .close = eager_close,
};
