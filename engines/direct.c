/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * direct: the weights A and the row sums D are maintained, A V is not.
 *
 * A K update refreshes one column of A and D: O(m). A V update stores a number: O(1). A Q update
 * recomputes the row: O(n). A query multiplies a row of A by a column of V: O(n), as a pair, so
 * that its error is that of the weights alone. Nothing accumulates, so nothing needs a refresh.
 * Not in the paper: it beats the paper's a = 1 point, see paper-notes.
 * A is stored by keys (n x ld), V by columns (p x n). Space: 20 bytes per logit besides Q, K and V.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engines/attention/weights.h"
#include "engines/numerics/array.h"
#include "engines/numerics/pair.h"

struct direct {
    struct weights weights;
    size_t p;
    bool normalised;
    double *a;         /* n x ld */
    double *v;         /* p x n */
    double *change;    /* ld */
    double *sum, *low; /* ld each: a column query's numerators, as pairs */
};

static void direct_close(void *state)
{
    struct direct *e = state;
    if (!e)
        return;
    weights_close(&e->weights);
    free(e->a);
    free(e->v);
    free(e->change);
    free(e->sum);
    free(e->low);
    free(e);
}

/* Shift, D and weights of a row from its logits. */
static void restore_row(struct direct *e, size_t i)
{
    struct weights *w = &e->weights;
    weights_prepare_row(w, i);
    weights_settle(w, i, w->row.shift, w->row.sum, w->row.sum_low);
    for (size_t s = 0; s < w->logits.n; s++)
        e->a[s * w->logits.ld + i] = w->row.w[s];
    row_count(&w->counts, (double)w->logits.n, 1, 0);
}

/* After an update: one row at most, so that updates stay O(m + n). */
static void restore_oldest(struct direct *e)
{
    size_t row;
    if (weights_next_marked(&e->weights, &row))
        restore_row(e, row);
}

static enum odamv_status direct_open(const struct odamv_problem *problem,
                                     const struct odamv_options *options, void **state)
{
    (void)options;
    *state = NULL;
    struct direct *e = calloc(1, sizeof *e);
    if (!e)
        return ODAMV_NOMEM;
    const size_t m = problem->m, n = problem->n, p = problem->p, ld = logits_ld(m);
    e->p = p;
    e->normalised = problem->normalised;
    /* first the weights, which need more for a while than they keep */
    enum odamv_status status = weights_open(&e->weights, problem, NULL);
    e->a = array_alloc(n * ld, sizeof *e->a);
    e->v = array_alloc(n * p, sizeof *e->v);
    e->change = array_alloc(ld, sizeof *e->change);
    e->sum = array_alloc(ld, sizeof *e->sum);
    e->low = array_alloc(ld, sizeof *e->low);
    if (status == ODAMV_OK && !(e->a && e->v && e->change && e->sum && e->low))
        status = ODAMV_NOMEM;
    if (status != ODAMV_OK) {
        direct_close(e);
        return status;
    }
    memset(e->a, 0, n * ld * sizeof *e->a);
    for (size_t s = 0; s < n; s++)
        for (size_t j = 0; j < p; j++)
            e->v[j * n + s] = problem->v[s * p + j];
    for (size_t i = 0; i < m; i++)
        restore_row(e, i);
    *state = e;
    return ODAMV_OK;
}

static double direct_memory(const struct odamv_problem *shape, const struct odamv_options *options)
{
    (void)options;
    double n = (double)shape->n, ld = (double)logits_ld(shape->m);
    return weights_peak(shape, NULL,
                        weights_memory(shape) + 8 * (n * ld + n * (double)shape->p + 3 * ld));
}

static enum odamv_status direct_set_k(void *state, size_t key, size_t feature, double value)
{
    struct direct *e = state;
    if (logits_allow_k(&e->weights.logits, key, feature, value) != ODAMV_OK)
        return ODAMV_DOMAIN;
    const struct change_place place = {.change = e->change,
                                       .stride = PANEL,
                                       .value = 1,
                                       .weight = e->a + key * e->weights.logits.ld};
    weights_set_k(&e->weights, key, feature, value, &place);
    restore_oldest(e);
    return ODAMV_OK;
}

static enum odamv_status direct_set_v(void *state, size_t key, size_t column, double value)
{
    struct direct *e = state;
    if (key >= e->weights.logits.n || column >= e->p || !(fabs(value) <= ODAMV_VALUE_MAX))
        return ODAMV_DOMAIN;
    e->v[column * e->weights.logits.n + key] = value;
    return ODAMV_OK;
}

static enum odamv_status direct_set_q(void *state, size_t row, size_t feature, double value)
{
    struct direct *e = state;
    if (logits_allow_q(&e->weights.logits, row, feature, value) != ODAMV_OK)
        return ODAMV_DOMAIN;
    weights_set_q(&e->weights, row, feature, value);
    restore_oldest(e);
    return ODAMV_OK;
}

/* The answer from sum_s w_is V_sj, exact but for n 2^-100 of the sum of its terms' magnitudes: the
 * error is that of the weights, whose mean over all terms is weights_error. */
static enum odamv_status answer(const struct direct *e, size_t i, double sum, double top,
                                struct odamv_answer *out)
{
    const struct weights *w = &e->weights;
    double d = w->sum_hi[i], eta = weights_error(w, i), n = (double)w->logits.n;
    bool known = eta < 0x1p-10;
    if (!e->normalised) {
        double bound = (eta + n * 0x1p-99) * d * top * 1.01 + 0x1p-1000;
        *out = (struct odamv_answer){sum, known ? bound + UNIT * fabs(sum) : INFINITY};
        return row_unshift(w->shift[i], out);
    }
    double value = fmin(fmax(sum / d, -top), top);
    double bound = (eta + n * 0x1p-99) * (top + fabs(value)) * 1.01 +
                   (4 * UNIT + weights_sum_error(w)) * fabs(value) + 0x1p-1000;
    double hull = (top + fabs(value)) * 1.001;
    *out = (struct odamv_answer){value, known ? fmin(bound, hull) : hull};
    return ODAMV_OK;
}

static double peak(const double *v, size_t n)
{
    double top = 0;
    for (size_t s = 0; s < n; s++)
        top = fmax(top, fabs(v[s]));
    return top;
}

/* per key its term, as a pair; and the quotient with its bound */
static void count_query(struct odamv_counts *c, double n, double answers)
{
    c->additions += answers * (n * 12 + 9);
    c->multiplications += answers * (n * 2 + 8);
}

static enum odamv_status answer_marked(struct direct *e, size_t i, size_t j,
                                       struct odamv_answer *out)
{
    struct weights *w = &e->weights;
    const size_t n = w->logits.n;
    weights_prepare_row(w, i);
    memcpy(w->row.v, e->v + j * n, n * sizeof *w->row.v);
    row_count(&w->counts, (double)n, 1, 1);
    return row_answer(&w->row, e->normalised, out);
}

static enum odamv_status direct_query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    struct direct *e = state;
    const struct logits *l = &e->weights.logits;
    if (i >= l->m || j >= e->p)
        return ODAMV_DOMAIN;
    if (e->weights.marked[i])
        return answer_marked(e, i, j, out);
    const double *v = e->v + j * l->n;
    double *a = e->weights.row.w;
    for (size_t s = 0; s < l->n; s++)
        a[s] = e->a[s * l->ld + i];
    count_query(&e->weights.counts, (double)l->n, 1);
    return answer(e, i, pair_dot(l->n, a, v).hi, peak(v, l->n), out);
}

static enum odamv_status direct_query_column(void *state, size_t j, struct odamv_answer *out)
{
    struct direct *e = state;
    const struct logits *l = &e->weights.logits;
    if (j >= e->p)
        return ODAMV_DOMAIN;
    const double *v = e->v + j * l->n, top = peak(v, l->n);
    enum odamv_status status = ODAMV_OK;
    memset(e->sum, 0, l->ld * sizeof *e->sum);
    memset(e->low, 0, l->ld * sizeof *e->low);
    for (size_t s = 0; s < l->n; s++)
        l->kernel->pair_axpy(l->ld, v[s], e->a + s * l->ld, e->sum, e->low);
    double unmarked = 0;
    for (size_t i = 0; i < l->m && status == ODAMV_OK; i++) {
        unmarked += !e->weights.marked[i];
        status = e->weights.marked[i] ? answer_marked(e, i, j, out + i)
                                      : answer(e, i, e->sum[i], top, out + i);
    }
    count_query(&e->weights.counts, (double)l->n, unmarked);
    return status;
}

static enum odamv_status direct_query_row(void *state, size_t i, struct odamv_answer *out)
{
    struct direct *e = state;
    enum odamv_status status = i < e->weights.logits.m ? ODAMV_OK : ODAMV_DOMAIN;
    for (size_t j = 0; j < e->p && status == ODAMV_OK; j++)
        status = direct_query(state, i, j, out + j);
    return status;
}

static void direct_cost(const struct odamv_problem *shape, const struct odamv_options *options,
                        const struct odamv_workload *w, struct odamv_counts *out)
{
    (void)options;
    double m = (double)shape->m, n = (double)shape->n, p = (double)shape->p;
    *out = (struct odamv_counts){.marked_rows = w->updates_q};
    logits_count_open(out, shape, NULL);
    row_count(out, n, m + w->updates_q, 0);
    weights_count_set_k(out, m, w->updates_k);
    logits_count_set_q(out, n, w->updates_q);
    count_query(out, n, w->queries + w->query_columns * m + w->query_rows * p);
}

static void direct_stats(const void *state, struct odamv_counts *out)
{
    *out = ((const struct direct *)state)->weights.counts;
}

/* The stored weights of a key against its logits. */
static bool check_key(const struct direct *e, size_t s, char *message, size_t size)
{
    const struct logits *l = &e->weights.logits;
    double w[PANEL];
    for (size_t i = 0; i < l->m; i++) {
        const size_t at = s * l->ld + i;
        if (i % PANEL == 0)
            l->kernel->weights(PANEL, l->hi + at, l->lo + at, e->weights.shift + i, w);
        if (!e->weights.marked[i] && e->a[at] != w[i % PANEL]) {
            snprintf(message, size, "A[%zu,%zu] is %.17g, its logit gives %.17g", i, s, e->a[at],
                     w[i % PANEL]);
            return false;
        }
    }
    return true;
}

static bool direct_check(const void *state, char *message, size_t size)
{
    const struct direct *e = state;
    const struct logits *l = &e->weights.logits;
    if (!weights_check(&e->weights, message, size))
        return false;
    for (size_t s = 0; s < l->n; s++)
        if (!check_key(e, s, message, size))
            return false;
    return true;
}

const struct odamv_engine engine_direct = {
    .abi = ODAMV_ABI,
    .name = "direct",
    .summary = "A and D kept up to date, A V left to the query",
    .reference = "not in the paper",
    .update_cost = "O(n)",
    .query_cost = "O(n)",
    .open = direct_open,
    .set_k = direct_set_k,
    .set_v = direct_set_v,
    .set_q = direct_set_q,
    .query = direct_query,
    .query_column = direct_query_column,
    .query_row = direct_query_row,
    .cost = direct_cost,
    .memory = direct_memory,
    .stats = direct_stats,
    .check = direct_check,
    .close = direct_close,
};
