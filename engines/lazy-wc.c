/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lazy-wc: the bounds of lazy for every single update, not on average (Remark 1.4: global
 * rebuilding).
 *
 * Two lists of h = max(1, k / 2) K records. Updates join the active one; when it is full it
 * becomes the frozen one, and each of the next h K updates folds its share of the tiles that C is
 * cut into, behind a watermark, so that the fold is over before the next list is full. No second
 * copy of C: a query adds the frozen records only where the tile is not folded yet.
 *
 *     sum_s w_is V_sj = C_ij + sum_{active} change_t[i] V0_t[j]
 *                            + sum_{frozen} change_t[i] V0_t[j]   where the tile is not folded yet
 *
 * V updates go into C at once, in O(m), and O(n + p) for the bounds of V: no list, and no record of
 * theirs for a query to add. Marked rows are recomputed one per update, O(n p). Drift leaves through
 * sweep.h, a slice per K update, SWEEP_SHARE times less than a share; what V updates round stays until
 * then, folds_j of attention.h. With T the multiplications of folding h records (tiles.h; m p h when
 * that is classical), a single K update multiplies at most
 *
 *     T / h + m p / 8        for its share of the fold
 *     T / (32 h)             for the sweep
 *     n p                    for a marked row
 *     O(m + n)               besides
 *
 * times; a list that is folded whole, a refresh of everything, a copy of C never occur.
 * Space: as lazy, with two lists of h instead of one of k.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engines/attention/answer.h"
#include "engines/attention/recent.h"
#include "engines/attention/restore.h"
#include "engines/attention/sweep.h"
#include "engines/attention/tiles.h"
#include "lazy-wc.h"

/* What is most easily wrong (odamv_engine.events). */
enum event {
    FAST_LOGITS,
    FAST_TILES,
    QUERY_FOLDED,
    QUERY_UNFOLDED,
    QUERY_IN_TILE,
    QUERY_MARKED,
    FROZEN_KEY,
    FROZEN_V,
    FROZEN_Q,
    RESTORED_WHILE_FROZEN,
    EXCHANGED_WHILE_FROZEN,
    ANEW_IN_BLOCK,
    COLUMN_WHILE_FROZEN,
    ROW_WHILE_FROZEN,
    EVENTS
};
static const char *const event_names[EVENTS + 1] = {
    [FAST_LOGITS] = "logits by fast products of remainders",
    [FAST_TILES] = "freeze whose tiles are folded by a fast product",
    [QUERY_FOLDED] = "query where the frozen list is folded already",
    [QUERY_UNFOLDED] = "query where the frozen list is not folded yet",
    [QUERY_IN_TILE] = "query in a half-folded tile",
    [QUERY_MARKED] = "query of a marked row",
    [FROZEN_KEY] = "K update of a key with a frozen record",
    [FROZEN_V] = "V update between freeze and fold",
    [FROZEN_Q] = "Q update between freeze and fold",
    [RESTORED_WHILE_FROZEN] = "marked row restored between freeze and fold",
    [EXCHANGED_WHILE_FROZEN] = "row exchanged by the sweep between freeze and fold",
    [ANEW_IN_BLOCK] = "row computed anew between two tiles of its block",
    [COLUMN_WHILE_FROZEN] = "column query between freeze and fold",
    [ROW_WHILE_FROZEN] = "row query between freeze and fold",
};

struct wc {
    struct attention a;
    struct pending active, frozen;
    struct tiles tiles;
    struct sweep sweep;
    size_t half, step; /* step: K updates since the last freeze */
    bool coalesce;
    struct recent recent; /* a turn: a sweep over all rows */
    double events[EVENTS];
};

/* Between freeze and fold. */
static bool folding(const struct wc *e)
{
    return e->frozen.count > 0;
}

static void wc_close(void *state)
{
    struct wc *e = state;
    if (!e)
        return;
    attention_close(&e->a);
    pending_close(&e->active);
    pending_close(&e->frozen);
    tiles_close(&e->tiles);
    sweep_close(&e->sweep);
    recent_close(&e->recent);
    free(e);
}

static enum odamv_status wc_open(const struct odamv_problem *problem,
                                 const struct odamv_options *options, void **state)
{
    *state = NULL;
    struct wc *e = calloc(1, sizeof *e);
    if (!e)
        return ODAMV_NOMEM;
    const size_t h = e->half = lazy_wc_half(problem, options);
    e->coalesce = !(options && options->no_coalesce);
    enum odamv_status status = attention_open(&e->a, problem, options);
    together_close(&e->a.workspace.all); /* all rows are computed at once here only */
    if (status == ODAMV_OK)
        status = recent_open(&e->recent, problem->p);
    if (status == ODAMV_OK)
        status = pending_open(&e->active, &e->a, h);
    if (status == ODAMV_OK)
        status = pending_open(&e->frozen, &e->a, h);
    if (status == ODAMV_OK)
        status = tiles_open(&e->tiles, problem, options, h);
    if (status == ODAMV_OK)
        status = sweep_open(&e->sweep, problem, tiles_gain(&e->tiles));
    if (status != ODAMV_OK) {
        wc_close(e);
        return status;
    }
    recent_begin(&e->recent, &e->a.values);
    e->events[FAST_LOGITS] = e->a.weights.logits.fast;
    *state = e;
    return ODAMV_OK;
}

static double wc_memory(const struct odamv_problem *shape, const struct odamv_options *options)
{
    size_t h = lazy_wc_half(shape, options);
    const double held = attention_memory(shape, NULL) + 2 * pending_memory(shape, (double)h) +
                        tiles_memory(shape, options, h) + sweep_memory(shape) +
                        recent_memory(shape->p);
    return weights_peak(shape, options, fmax(held, attention_memory(shape, options)));
}

/* The row's C and D are recomputed from scratch: no record may concern it any more. */
static void detach_row(struct wc *e, size_t row)
{
    pending_forget_row(&e->active, row);
    pending_forget_row(&e->frozen, row);
    const bool under_way = tiles_forget_row(&e->tiles, row);
    e->events[ANEW_IN_BLOCK] += under_way;
}

static void restore_oldest(struct wc *e)
{
    size_t row;
    if (!weights_next_marked(&e->a.weights, &row))
        return;
    restore_rows(&e->a, &row, 1);
    e->events[RESTORED_WHILE_FROZEN] += folding(e);
    detach_row(e, row);
    sweep_forget_row(&e->sweep, row);
}

/* A K update's share of the work against drift. */
static void advance_sweep(struct wc *e)
{
    bool taken[SWEEP_ROWS];
    const size_t first = e->sweep.first, rows = e->sweep.rows;
    if (!sweep_advance(&e->sweep, &e->a))
        return;
    sweep_finish(&e->sweep, &e->a, taken);
    for (size_t r = 0; r < rows; r++)
        if (taken[r]) {
            detach_row(e, first + r);
            e->events[EXCHANGED_WHILE_FROZEN] += folding(e);
        }
    if (e->sweep.first != 0)
        return;
    recent_turn(&e->recent, &e->a.values);
    e->a.numerators.fast_error = 0; /* that of the rows as they were at first */
}

/* The active list is full, and the frozen one has been folded by the h updates that filled it. */
static void freeze(struct wc *e)
{
    struct pending folded = e->frozen;
    e->frozen = e->active;
    e->active = folded;
    e->step = 0;
    tiles_begin(&e->tiles);
    e->events[FAST_TILES] += tiles_multiply_fast(&e->tiles);
}

/* A K update's share of folding the frozen list. */
static void fold_share(struct wc *e)
{
    if (!folding(e))
        return;
    tiles_fold(&e->tiles, &e->frozen, &e->a, tiles_share(&e->tiles, ++e->step));
    if (e->step < e->half)
        return;
    pending_clear(&e->frozen);
    e->a.weights.counts.folds++;
}

static enum odamv_status wc_set_k(void *state, size_t key, size_t feature, double value)
{
    struct wc *e = state;
    if (logits_allow_k(&e->a.weights.logits, key, feature, value) != ODAMV_OK)
        return ODAMV_DOMAIN;
    sweep_prepare(&e->sweep, &e->a);
    if (!e->coalesce)
        pending_close_record(&e->active, key);
    if (e->active.slot[key] == NO_SLOT && e->active.count == e->half)
        freeze(e);
    e->events[FROZEN_KEY] += folding(e) && e->frozen.slot[key] != NO_SLOT;
    const struct change_place place = pending_place(&e->active, &e->a, key);
    weights_set_k(&e->a.weights, key, feature, value, &place);
    fold_share(e);
    sweep_note_k(&e->sweep, &e->a, key);
    advance_sweep(e);
    restore_oldest(e);
    return ODAMV_OK;
}

static enum odamv_status wc_set_v(void *state, size_t key, size_t column, double value)
{
    struct wc *e = state;
    if (values_allow(&e->a.values, key, column, value) != ODAMV_OK)
        return ODAMV_DOMAIN;
    double before = e->a.values.v[key * e->a.values.p + column];
    attention_fold_v(&e->a, key, column, before, value);
    /* tiles of the column that are still to be folded round C at its new size */
    const double rounds = folding(e);
    e->events[FROZEN_V] += rounds;
    pending_close_record(&e->active, key);
    recent_note(&e->recent, &e->a.values, key, column, rounds);
    values_count_measure_cell(&e->a.weights.counts, e->a.shape.n, 1);
    sweep_note_v(&e->sweep, &e->a, key, column, value - before);
    restore_oldest(e);
    return ODAMV_OK;
}

static enum odamv_status wc_set_q(void *state, size_t row, size_t feature, double value)
{
    struct wc *e = state;
    if (logits_allow_q(&e->a.weights.logits, row, feature, value) != ODAMV_OK)
        return ODAMV_DOMAIN;
    e->events[FROZEN_Q] += folding(e);
    weights_set_q(&e->a.weights, row, feature, value);
    sweep_forget_row(&e->sweep, row);
    restore_oldest(e);
    return ODAMV_OK;
}

static double entry_terms(const void *engine, size_t i, size_t j, double *sum, double *magnitude)
{
    const struct wc *e = engine;
    double terms = (double)e->active.count;
    *sum += pending_sum(&e->active, i, j, magnitude);
    if (folding(e) && !tiles_folded(&e->tiles, i, j)) {
        *sum += pending_sum(&e->frozen, i, j, magnitude);
        terms += (double)e->frozen.count;
    }
    return terms;
}

static double column_terms(const void *engine, size_t j, double *sum, double *magnitude)
{
    const struct wc *e = engine;
    pending_sum_column(&e->active, j, 0, sum, magnitude);
    pending_sum_column(&e->frozen, j, tiles_first_row(&e->tiles, j), sum, magnitude);
    return (double)(e->active.count + e->frozen.count);
}

static double row_terms(const void *engine, size_t i, double *sum, double *magnitude)
{
    const struct wc *e = engine;
    pending_sum_row(&e->active, i, 0, e->a.values.p, sum, magnitude);
    pending_sum_row(&e->frozen, i, tiles_first_column(&e->tiles, i), e->a.values.p, sum, magnitude);
    return (double)(e->active.count + e->frozen.count);
}

static void newer_values(const void *engine, size_t j, double *v)
{
    (void)engine, (void)j, (void)v; /* the stored V is current */
}

static const struct pending_source source = {entry_terms, column_terms, row_terms, newer_values};

static enum odamv_status wc_query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    struct wc *e = state;
    if (i < e->a.weights.logits.m && j < e->a.values.p) {
        const bool marked = e->a.weights.marked[i], done = tiles_folded(&e->tiles, i, j);
        e->events[QUERY_MARKED] += marked;
        e->events[QUERY_FOLDED] += folding(e) && done;
        e->events[QUERY_UNFOLDED] += folding(e) && !done;
        e->events[QUERY_IN_TILE] += folding(e) && tiles_in_progress(&e->tiles, i, j);
        double terms = (double)(e->active.count + (done ? 0 : e->frozen.count));
        pending_count_terms(&e->a.weights.counts, marked ? 0 : terms);
    }
    return answer_entry(&e->a, &source, e, i, j, out);
}

static enum odamv_status wc_query_column(void *state, size_t j, struct odamv_answer *out)
{
    struct wc *e = state;
    const size_t m = e->a.weights.logits.m;
    if (j < e->a.values.p) {
        e->events[COLUMN_WHILE_FROZEN] += folding(e);
        size_t unfolded = m - tiles_first_row(&e->tiles, j);
        pending_count_terms(&e->a.weights.counts, (double)m * (double)e->active.count +
                                                      (double)unfolded * (double)e->frozen.count);
    }
    return answer_column(&e->a, &source, e, j, out);
}

static enum odamv_status wc_query_row(void *state, size_t i, struct odamv_answer *out)
{
    struct wc *e = state;
    if (i < e->a.weights.logits.m && !e->a.weights.marked[i]) {
        e->events[ROW_WHILE_FROZEN] += folding(e);
        size_t unfolded = e->a.values.p - tiles_first_column(&e->tiles, i);
        pending_count_terms(&e->a.weights.counts, (double)e->a.values.p * (double)e->active.count +
                                                      (double)unfolded * (double)e->frozen.count);
    }
    return answer_row(&e->a, &source, e, i, out);
}

static void wc_stats(const void *state, struct odamv_counts *out)
{
    *out = ((const struct wc *)state)->a.weights.counts;
}

static void wc_event_counts(const void *state, double *counts)
{
    memcpy(counts, ((const struct wc *)state)->events, EVENTS * sizeof *counts);
}

static bool wc_check(const void *state, char *message, size_t size)
{
    const struct wc *e = state;
    return recent_check(&e->recent, &e->a.values, message, size) &&
           sweep_check(&e->sweep, &e->a, message, size) &&
           answer_check(&e->a, &source, state, message, size);
}

const struct odamv_engine engine_lazy_wc = {
    .abi = ODAMV_ABI,
    .name = "lazy-wc",
    .summary = "lazy with a bound on every single update",
    .reference = "Remark 1.4, global rebuilding",
    .update_cost = "O(n) + T(n,k,n)/k worst case",
    .query_cost = "O(k)",
    .open = wc_open,
    .set_k = wc_set_k,
    .set_v = wc_set_v,
    .set_q = wc_set_q,
    .query = wc_query,
    .query_column = wc_query_column,
    .query_row = wc_query_row,
    .cost = lazy_wc_cost,
    .memory = wc_memory,
    .stats = wc_stats,
    .check = wc_check,
    .close = wc_close,
    .events = event_names,
    .event_counts = wc_event_counts,
    .heeds = ODAMV_HEEDS_THRESHOLD | ODAMV_HEEDS_MATMUL,
};
