/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lazy-wide: lazy with sums of twice the precision, so that entry queries cost O(k) under a wider
 * condition. A row is not marked because weights were large and have become small again, unless D
 * falls by the factor 2^20 (TOP_SHARE): C is kept as pairs, folds are products of slices, and what is
 * pending are weights as they were computed, not their differences (wide_sums.h).
 *
 * A K update refreshes one column of weights and D and keeps the column before and after: O(m). A V
 * update is added to C by the weights that C has of its key: O(m). A Q update marks its row: O(n).
 * An entry query sums what is pending: O(k). When an update finds the list full, or comes k updates
 * after the last fold while a row is marked, the list is folded and up to k marked rows are
 * computed afresh. Per update, amortised, besides such rows:
 *
 *     K: O(m) + O(T(m, k, p) / k) + O(n p / k)        V: O(m)
 *
 * where the second hides t (t + 1) / 2 products of t slices, 6 without a scheme and with one that
 * grows to less than 2^13 (how deep it goes is bounded by the digits of a double, wide_product.h), and
 * the third is the bounds of V, which every fold measures.
 * There is no refresh: a row whose error has passed DRIFT_SHARE is marked like the others.
 * Space: 12 bytes per logit, Q, K, V, and O(p m + k m + min(n, 1024) (m + p)) doubles.
 */
#include "lazy-wide.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engines/attention/answer.h"
#include "engines/attention/wide_sums.h"
#include "engines/numerics/array.h"

/* What is most easily wrong (odamv_engine.events). */
enum event { MERGED_K, V_OF_CHANGED, FOLD_WITH_MARKED, FAST_FOLD, FAST_ROWS, QUERY_MARKED, EVENTS };
static const char *const event_names[EVENTS + 1] = {
    [MERGED_K] = "K update merged into a record",
    [V_OF_CHANGED] = "V update of a key with a pending K record",
    [FOLD_WITH_MARKED] = "fold with marked rows",
    [FAST_FOLD] = "fold by fast products of slices",
    [FAST_ROWS] = "rows computed by fast products of slices",
    [QUERY_MARKED] = "query of a marked row",
};

struct wide {
    struct wide_sums c;
    bool normalised, coalesce;
    size_t threshold;
    size_t most, *oldest; /* marked rows that a fold computes afresh, at most */
    double since;         /* updates since the last fold */
    double events[EVENTS];
};

static void wide_close(void *state)
{
    struct wide *e = state;
    if (!e)
        return;
    wide_sums_close(&e->c);
    free(e->oldest);
    free(e);
}

static enum odamv_status wide_open(const struct odamv_problem *problem,
                                   const struct odamv_options *options, void **state)
{
    *state = NULL;
    const struct odamv_options o = lazy_wide_options(problem, options);
    struct wide *e = calloc(1, sizeof *e);
    if (!e)
        return ODAMV_NOMEM;
    e->normalised = problem->normalised;
    e->coalesce = !o.no_coalesce;
    e->threshold = o.threshold;
    e->most = lazy_rows(problem, o.threshold);
    e->oldest = array_alloc(e->most, sizeof *e->oldest);
    enum odamv_status status = e->oldest ? wide_sums_open(&e->c, problem, &o) : ODAMV_NOMEM;
    if (status != ODAMV_OK) {
        wide_close(e);
        return status;
    }
    *state = e;
    return ODAMV_OK;
}

static double wide_memory(const struct odamv_problem *shape, const struct odamv_options *options)
{
    const struct odamv_options o = lazy_wide_options(shape, options);
    return weights_peak(shape, &o,
                        wide_sums_memory(shape, &o) + 8 * (double)lazy_rows(shape, o.threshold));
}

/* What every update does first; full: its record has no room. */
static void begin_update(struct wide *e, bool full)
{
    struct wide_sums *c = &e->c;
    struct weights *w = &c->weights;
    size_t rows = 0;
    if (full || (e->since >= (double)e->threshold && w->marked_count)) {
        if (c->list.count)
            e->events[FAST_FOLD] += wide_sums_fold(c);
        values_measure(&c->values);
        values_count_measure(&w->counts, c->shape.n, c->shape.p, 1);
        while (rows < e->most && weights_next_marked(w, e->oldest + rows))
            rows++;
        e->events[FAST_ROWS] += wide_sums_restore(c, e->oldest, rows);
        e->events[FOLD_WITH_MARKED] += rows > 0;
        w->counts.folds++;
        e->since = 0;
    }
    e->since++;
}

static enum odamv_status wide_set_k(void *state, size_t key, size_t feature, double value)
{
    struct wide *e = state;
    const struct changed *list = &e->c.list;
    if (logits_allow_k(&e->c.weights.logits, key, feature, value) != ODAMV_OK)
        return ODAMV_DOMAIN;
    const bool recorded = e->coalesce && list->last[key] != NOT_CHANGED;
    begin_update(e, !recorded && list->count == list->capacity);
    const bool merged = recorded && list->count > 0; /* unless just folded */
    wide_sums_set_k(&e->c, key, feature, value, merged);
    e->events[MERGED_K] += merged;
    return ODAMV_OK;
}

static enum odamv_status wide_set_v(void *state, size_t key, size_t column, double value)
{
    struct wide *e = state;
    if (values_allow(&e->c.values, key, column, value) != ODAMV_OK)
        return ODAMV_DOMAIN;
    begin_update(e, false);
    e->events[V_OF_CHANGED] += e->c.list.first[key] != NOT_CHANGED;
    wide_sums_set_v(&e->c, key, column, value);
    return ODAMV_OK;
}

static enum odamv_status wide_set_q(void *state, size_t row, size_t feature, double value)
{
    struct wide *e = state;
    if (logits_allow_q(&e->c.weights.logits, row, feature, value) != ODAMV_OK)
        return ODAMV_DOMAIN;
    begin_update(e, false);
    weights_set_q(&e->c.weights, row, feature, value);
    return ODAMV_OK;
}

/* From the numerator of a row that is not marked, whose low part is left out. */
static enum odamv_status answer(const struct wide *e, size_t i, size_t j, double value,
                                struct odamv_answer *out)
{
    const struct numerator x = {i, j, value, wide_sums_error(&e->c, i) + UNIT * 1.01 * fabs(value)};
    return answer_quotient(&e->c.weights, &e->c.values, e->normalised, &x, out);
}

/* Columns from..to-1 of a row. */
static enum odamv_status answer_part(struct wide *e, size_t i, size_t from, size_t to,
                                     struct odamv_answer *out)
{
    const double columns = (double)(to - from);
    struct weights *w = &e->c.weights;
    enum odamv_status status = ODAMV_OK;
    if (w->marked[i]) {
        weights_prepare_row(w, i);
        row_count(&w->counts, e->c.shape.n, 1, columns);
        e->events[QUERY_MARKED]++;
    } else {
        answer_count(&w->counts, columns);
        wide_sums_count_terms(&w->counts, columns * (double)e->c.list.count);
    }
    for (size_t j = from; j < to && status == ODAMV_OK; j++)
        status = w->marked[i] ? answer_prepared(w, &e->c.values, e->normalised, j, out + (j - from))
                              : answer(e, i, j, wide_sums_entry(&e->c, i, j).hi, out + (j - from));
    return status;
}

static enum odamv_status wide_query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    struct wide *e = state;
    if (i >= e->c.weights.logits.m || j >= e->c.values.p)
        return ODAMV_DOMAIN;
    return answer_part(e, i, j, j + 1, out);
}

static enum odamv_status wide_query_row(void *state, size_t i, struct odamv_answer *out)
{
    struct wide *e = state;
    if (i >= e->c.weights.logits.m)
        return ODAMV_DOMAIN;
    return answer_part(e, i, 0, e->c.values.p, out);
}

static enum odamv_status wide_query_column(void *state, size_t j, struct odamv_answer *out)
{
    struct wide *e = state;
    struct weights *w = &e->c.weights;
    double marked = 0;
    if (j >= e->c.values.p)
        return ODAMV_DOMAIN;
    wide_sums_column(&e->c, j);
    for (size_t i = 0; i < w->logits.m; i++) {
        enum odamv_status status;
        if (w->marked[i]) {
            weights_prepare_row(w, i);
            status = answer_prepared(w, &e->c.values, e->normalised, j, out + i);
            e->events[QUERY_MARKED]++;
            marked++;
        } else {
            status = answer(e, i, j, e->c.column[i], out + i);
        }
        if (status != ODAMV_OK)
            return status;
    }
    wide_sums_count_terms(&w->counts, e->c.shape.m * (double)e->c.list.count);
    row_count(&w->counts, e->c.shape.n, marked, marked);
    answer_count(&w->counts, e->c.shape.m - marked);
    return ODAMV_OK;
}

static void wide_stats(const void *state, struct odamv_counts *out)
{
    *out = ((const struct wide *)state)->c.weights.counts;
}

static void wide_event_counts(const void *state, double *counts)
{
    memcpy(counts, ((const struct wide *)state)->events, EVENTS * sizeof *counts);
}

static bool wide_check(const void *state, char *message, size_t size)
{
    return wide_sums_check(&((const struct wide *)state)->c, message, size);
}

const struct odamv_engine engine_lazy_wide = {
    .abi = ODAMV_ABI,
    .name = "lazy-wide",
    .summary = "lazy with sums of twice the precision: O(k) for logits further apart",
    .reference = "Theorem B.1, Algorithms 1-5, corrected",
    .update_cost = "O(n) + 6 T(n,k,n)/k amortised",
    .query_cost = "O(k)",
    .open = wide_open,
    .set_k = wide_set_k,
    .set_v = wide_set_v,
    .set_q = wide_set_q,
    .query = wide_query,
    .query_column = wide_query_column,
    .query_row = wide_query_row,
    .cost = lazy_wide_cost,
    .memory = wide_memory,
    .stats = wide_stats,
    .check = wide_check,
    .close = wide_close,
    .events = event_names,
    .event_counts = wide_event_counts,
    .heeds = ODAMV_HEEDS_THRESHOLD | ODAMV_HEEDS_MATMUL,
};
