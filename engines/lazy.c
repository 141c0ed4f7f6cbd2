/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lazy: Theorem B.1, Algorithms 1 to 5, corrected: updates are recorded, and folded into C k at a
 * time.
 *
 * Invariant, with V0 the values that C has already seen:
 *
 *     sum_s w_is V_sj = C_ij + sum_{K records t} change_t[i] V0[s_t,j]
 *                            + sum_{V records t} w_is_t (to_t - from_t)
 *
 * A K update refreshes one column of weights and D and leaves a record: O(m). A V update leaves a
 * record: O(1), or a walk over its column's records where equal cells are merged. A Q update moves
 * one row of logits and marks the row: O(n). An entry query sums what is pending: O(k). When an
 * update finds its list full (or k rows marked), the lists are folded first: one product of p x k
 * by k x m, O(m) per V record, and the k oldest marked rows recomputed in one product of k x n by n x p, both
 * by the multiplication that was chosen. Every
 * lazy_refresh_period updates C is recomputed from scratch instead, of which V updates, whose folds
 * are of single entries, count one for every p. Amortised per update of K, and of V:
 *
 *     O(m) + T(m, k, p) / k + T(m, n, p) / period        O(m) + T(m, n, p) / (p period) = O(m)
 *
 * Unlike Algorithms 2 and 3 as printed, the update that finds the list full is recorded too, after
 * the fold, and D is kept as D, not as its inverse.
 * Space: 12 bytes per logit, C, Q, K, V, and 2 k (m + p) doubles of records and their copies; with a fast
 * multiplication k (n + p) more for marked rows.
 */
#include "lazy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engines/attention/answer.h"
#include "engines/attention/fold.h"
#include "engines/attention/restore.h"
#include "engines/attention/value_list.h"
#include "engines/numerics/array.h"

/* What is most easily wrong (odamv_engine.events). */
enum event {
    FULL_QUERY,
    FULL_UPDATE,
    MERGED_K,
    MERGED_V,
    K_AFTER_V,
    V_AFTER_K,
    FOLD_WITH_MARKED,
    FAST_LOGITS,
    FAST_FOLD,
    FAST_ROWS,
    QUERY_MARKED,
    REFRESH,
    EVENTS
};
static const char *const event_names[EVENTS + 1] = {
    [FULL_QUERY] = "query with a full list",
    [FULL_UPDATE] = "update that finds its list full",
    [MERGED_K] = "K update merged into a record",
    [MERGED_V] = "V update merged into a record",
    [K_AFTER_V] = "K update of a key with a pending V record",
    [V_AFTER_K] = "V update of a key with a pending K record",
    [FOLD_WITH_MARKED] = "fold with marked rows",
    [FAST_LOGITS] = "logits by fast products of remainders",
    [FAST_FOLD] = "fold by a fast product",
    [FAST_ROWS] = "marked rows restored by a fast product",
    [QUERY_MARKED] = "query of a marked row",
    [REFRESH] = "refresh",
};

struct lazy {
    struct attention a;
    struct pending keys;
    struct value_list values;
    struct fold fold;
    struct together some;      /* marked rows */
    size_t threshold, *oldest; /* oldest: room for `threshold` marked rows, at most m */
    bool coalesce;
    double since, period; /* work since C was computed from scratch, and until it is again */
    double events[EVENTS];
};

static void lazy_close(void *state)
{
    struct lazy *e = state;
    if (!e)
        return;
    attention_close(&e->a);
    pending_close(&e->keys);
    value_list_close(&e->values);
    together_close(&e->some); /* uses the program of the next */
    fold_close(&e->fold);
    free(e->oldest);
    free(e);
}

/* With merging there are never more records than cells. */
static size_t value_capacity(const struct odamv_problem *problem, size_t threshold, bool coalesce)
{
    size_t cells = array_times(problem->n, problem->p);
    return coalesce && threshold > cells ? cells : threshold;
}

static enum odamv_status lazy_open(const struct odamv_problem *problem,
                                   const struct odamv_options *options, void **state)
{
    *state = NULL;
    struct lazy *e = calloc(1, sizeof *e);
    if (!e)
        return ODAMV_NOMEM;
    const size_t k = e->threshold = lazy_threshold(problem, options);
    e->coalesce = !(options && options->no_coalesce);
    e->period = lazy_refresh_period(problem, options, k) * (double)problem->p;
    e->oldest = array_alloc(problem->m, sizeof *e->oldest);
    enum odamv_status status = e->oldest ? attention_open(&e->a, problem, options) : ODAMV_NOMEM;
    if (status == ODAMV_OK)
        status = pending_open(&e->keys, &e->a, lazy_key_capacity(problem, k, e->coalesce));
    if (status == ODAMV_OK)
        status = fold_open(&e->fold, &e->a, e->keys.capacity, options);
    if (status == ODAMV_OK)
        status = together_open(&e->some, problem, options, lazy_rows(problem, k), &e->fold.fast);
    if (status == ODAMV_OK)
        status = value_list_open(&e->values, problem->n, problem->p,
                                 value_capacity(problem, k, e->coalesce));
    if (status != ODAMV_OK) {
        lazy_close(e);
        return status;
    }
    e->events[FAST_LOGITS] = e->a.weights.logits.fast;
    *state = e;
    return ODAMV_OK;
}

static double lazy_memory(const struct odamv_problem *shape, const struct odamv_options *options)
{
    size_t k = lazy_threshold(shape, options);
    const bool coalesce = !(options && options->no_coalesce);
    double keys = (double)lazy_key_capacity(shape, k, coalesce);
    double values = value_list_memory((double)shape->n, (double)shape->p,
                                      (double)value_capacity(shape, k, coalesce));
    return weights_peak(shape, options,
                        attention_memory(shape, options) + pending_memory(shape, keys) +
                            fold_memory(shape, keys, options) + values +
                            together_memory(shape, options, lazy_rows(shape, k)) +
                            8 * (double)shape->m);
}

static void refresh(struct lazy *e)
{
    pending_clear(&e->keys);
    value_list_settle(&e->values, &e->a);
    restore_all(&e->a);
    e->since = 0;
    e->events[REFRESH]++;
}

static void fold_lists(struct lazy *e)
{
    size_t rows = 0;
    if (e->keys.count)
        e->events[FAST_FOLD] += fold_list(&e->fold, &e->keys, &e->a);
    value_list_fold(&e->values, &e->a);
    while (rows < e->threshold && weights_next_marked(&e->a.weights, e->oldest + rows))
        rows++;
    e->events[FAST_ROWS] += restore_some(&e->a, &e->some, e->oldest, rows);
    e->a.weights.counts.folds++;
    e->events[FOLD_WITH_MARKED] += rows > 0;
}

/* What every update does first: a refresh that is due, or the fold that a full list asks for. */
static void begin_update(struct lazy *e, double work, bool full)
{
    if (e->since >= e->period)
        refresh(e);
    else if (full)
        fold_lists(e);
    e->since += work;
    e->events[FULL_UPDATE] += full;
}

static enum odamv_status lazy_set_k(void *state, size_t key, size_t feature, double value)
{
    struct lazy *e = state;
    if (logits_allow_k(&e->a.weights.logits, key, feature, value) != ODAMV_OK)
        return ODAMV_DOMAIN;
    if (!e->coalesce)
        pending_close_record(&e->keys, key);
    begin_update(e, e->a.shape.p, e->keys.slot[key] == NO_SLOT && e->keys.count >= e->threshold);
    const struct change_place place = pending_place(&e->keys, &e->a, key);
    weights_set_k(&e->a.weights, key, feature, value, &place);
    e->events[MERGED_K] += place.merge;
    e->events[K_AFTER_V] += e->values.of_key[key] > 0;
    return ODAMV_OK;
}

static enum odamv_status lazy_set_v(void *state, size_t key, size_t column, double value)
{
    struct lazy *e = state;
    if (values_allow(&e->a.values, key, column, value) != ODAMV_OK)
        return ODAMV_DOMAIN;
    struct value_record *newest = value_list_find(&e->values, key, column);
    begin_update(e, 1, !(newest && e->coalesce) && e->values.count == e->values.capacity);
    if (e->values.count == 0)
        newest = NULL;
    double before = newest ? newest->to : e->a.values.v[key * e->a.values.p + column];
    values_cover(&e->a.values, key, column, before, value);
    e->events[MERGED_V] += newest && e->coalesce;
    e->events[V_AFTER_K] += e->keys.slot[key] != NO_SLOT;
    if (newest && e->coalesce)
        newest->to = value;
    else
        value_list_add(&e->values, key, column, before, value);
    return ODAMV_OK;
}

static enum odamv_status lazy_set_q(void *state, size_t row, size_t feature, double value)
{
    struct lazy *e = state;
    if (logits_allow_q(&e->a.weights.logits, row, feature, value) != ODAMV_OK)
        return ODAMV_DOMAIN;
    begin_update(e, e->a.shape.p, e->a.weights.marked_count >= e->threshold);
    weights_set_q(&e->a.weights, row, feature, value);
    return ODAMV_OK;
}

static double entry_terms(const void *engine, size_t i, size_t j, double *sum, double *magnitude)
{
    const struct lazy *e = engine;
    *sum += pending_sum(&e->keys, i, j, magnitude);
    return (double)e->keys.count + value_list_entry(&e->values, &e->a, i, j, sum, magnitude);
}

static double column_terms(const void *engine, size_t j, double *sum, double *magnitude)
{
    const struct lazy *e = engine;
    pending_sum_column(&e->keys, j, 0, sum, magnitude);
    return (double)e->keys.count + value_list_column(&e->values, &e->a, j, sum, magnitude);
}

static double row_terms(const void *engine, size_t i, double *sum, double *magnitude)
{
    const struct lazy *e = engine;
    pending_sum_row(&e->keys, i, 0, e->a.values.p, sum, magnitude);
    return (double)e->keys.count + value_list_row(&e->values, &e->a, i, sum, magnitude);
}

static void newer_values(const void *engine, size_t j, double *v)
{
    value_list_overlay(&((const struct lazy *)engine)->values, j, v);
}

static const struct pending_source source = {entry_terms, column_terms, row_terms, newer_values};

static double records_of_column(const struct lazy *e, size_t j)
{
    double count = 0;
    for (size_t t = e->values.head[j]; t != NO_RECORD; t = e->values.record[t].next)
        count++;
    return count;
}

static enum odamv_status lazy_query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    struct lazy *e = state;
    if (i < e->a.weights.logits.m && j < e->a.values.p) {
        const bool marked = e->a.weights.marked[i];
        e->events[QUERY_MARKED] += marked;
        e->events[FULL_QUERY] += e->keys.count == e->threshold;
        pending_count_terms(&e->a.weights.counts, marked ? 0 : (double)e->keys.count);
        value_list_count_terms(&e->a.weights.counts, marked ? 0 : records_of_column(e, j));
    }
    return answer_entry(&e->a, &source, e, i, j, out);
}

static enum odamv_status lazy_query_column(void *state, size_t j, struct odamv_answer *out)
{
    struct lazy *e = state;
    if (j < e->a.values.p) {
        double m = (double)e->a.weights.logits.m;
        pending_count_terms(&e->a.weights.counts, m * (double)e->keys.count);
        value_list_count_terms(&e->a.weights.counts, m * records_of_column(e, j));
    }
    return answer_column(&e->a, &source, e, j, out);
}

static enum odamv_status lazy_query_row(void *state, size_t i, struct odamv_answer *out)
{
    struct lazy *e = state;
    if (i < e->a.weights.logits.m && !e->a.weights.marked[i]) {
        pending_count_terms(&e->a.weights.counts, (double)e->a.values.p * (double)e->keys.count);
        value_list_count_terms(&e->a.weights.counts, (double)e->values.count);
    }
    return answer_row(&e->a, &source, e, i, out);
}

static void lazy_stats(const void *state, struct odamv_counts *out)
{
    *out = ((const struct lazy *)state)->a.weights.counts;
}

static void lazy_event_counts(const void *state, double *counts)
{
    memcpy(counts, ((const struct lazy *)state)->events, EVENTS * sizeof *counts);
}

static bool lazy_check(const void *state, char *message, size_t size)
{
    return answer_check(&((const struct lazy *)state)->a, &source, state, message, size);
}

static void lazy_predict(const struct odamv_problem *shape, const struct odamv_options *options,
                         const struct odamv_workload *workload, struct odamv_counts *out)
{
    lazy_cost(shape, options, lazy_threshold(shape, options), workload, out);
}

const struct odamv_engine engine_lazy = {
    .abi = ODAMV_ABI,
    .name = "lazy",
    .summary = "updates recorded, k at a time folded by one matrix product",
    .reference = "Theorem B.1, Algorithms 1-5, corrected",
    .update_cost = "O(n) + T(n,k,n)/k amortised",
    .query_cost = "O(k)",
    .open = lazy_open,
    .set_k = lazy_set_k,
    .set_v = lazy_set_v,
    .set_q = lazy_set_q,
    .query = lazy_query,
    .query_column = lazy_query_column,
    .query_row = lazy_query_row,
    .cost = lazy_predict,
    .memory = lazy_memory,
    .stats = lazy_stats,
    .check = lazy_check,
    .close = lazy_close,
    .events = event_names,
    .event_counts = lazy_event_counts,
    .heeds = ODAMV_HEEDS_THRESHOLD | ODAMV_HEEDS_MATMUL,
};
