/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * saboteur_textbook.c: the lazy algorithm with a frozen list, as a textbook would have it, and the
 * mistakes that one makes when writing it.
 *
 *     sum_s A_is V_sj = C_ij + sum_{active} change_t[i] V0_t[j]
 *                            + sum_{frozen} change_t[i] V0_t[j]   where row i is not folded yet
 *                            + sum_{cells (s,j)} A_is (to - from)
 *
 * A holds exp(logit) as it is, so problems with logits beyond 300 are declined. C and D are
 * computed afresh every 64 updates. Error: with size = the absolute values of all that C_ij was
 * accumulated from, a multiple of 2^-40 of it, and of the error of the logits; plain doubles have
 * 2^-53. O(m p) per update, since nobody waits for it.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "allocate.h"
#include "check_case.h"
#include "saboteurs.h"

/* Identifier, name, what is done wrong. */
#define MISTAKES(X)                                                                                \
    X(ROW, "row-for-column", "recomputes row i of A instead of column i after a K update")         \
    X(LOST_LAST, "last-of-epoch", "loses the update that fills the list")                          \
    X(LATE_VALUES, "late-v0", "reads the folded values when it folds, not when it records")        \
    X(STALE_D, "stale-d", "leaves D alone until the list is full")                                 \
    X(DOUBLE, "double-apply", "folds the first record of every list twice")                        \
    X(SIGN, "sign", "folds V updates with the wrong sign")                                         \
    X(SKIPPED, "skipped-tile", "does not fold the last share of rows")                             \
    X(WATERMARK, "watermark", "takes the row at the watermark for folded")                         \
    X(MERGED, "merged-keys", "merges records of a key though its values have changed")             \
    X(STALE_VALUES, "stale-v0", "folds V updates into C but not into the folded values")           \
    X(ROW_RECORDS, "row-records", "keeps the records of a row whose query has changed")            \
    X(ROW_SUM, "row-sum", "keeps the D of a row whose query has changed")                          \
    X(TRANSPOSED, "transposed-cell", "records V updates with row and column exchanged")            \
    X(SHARED_D, "shared-d", "divides every row by the D of row 0, as Eq. (2) would allow")         \
    X(NO_REFRESH, "no-refresh", "never refreshes C and D, and bounds them as if it did")           \
    X(RING, "ring", "has room for one V update less than it takes")                                \
    X(CELLS_DROPPED, "cells-dropped", "forgets pending V updates when the K list is frozen")       \
    X(SHORT, "short-share", "rounds its share of a fold down, and leaves rows over")               \
    X(INVERSE_D, "inverse-d", "adds the differences of 1/D instead of those of D")

enum mistake {
    MISTAKE_NONE,
#define MISTAKE_NAME(id, name, summary) MISTAKE_##id,
    MISTAKES(MISTAKE_NAME)
#undef MISTAKE_NAME
};

enum { PERIOD = 64 };

/* K records: count of them, each a key, a column of changes (m) and a row of values (p). */
struct records {
    size_t count, *key;
    double *change, *values; /* capacity x m, capacity x p */
};

struct cell {
    size_t key, column;
    double from, to;
};

struct textbook {
    enum mistake mistake;
    struct model now;
    size_t capacity; /* of each list of records, and of cells */
    bool coalesce;
    double *a, *sum, *sum_size; /* m x n, m, m */
    double *c, *c_size, *v0;    /* m x p, m x p, n x p */
    struct records active, frozen;
    size_t folded; /* rows of C that hold the frozen records */
    struct cell *cells;
    size_t cell_count;
    double logit_error; /* relative, of the worst weight so far */
    size_t updates;     /* since C and D were computed afresh */
};

static void records_open(struct records *r, size_t capacity, size_t m, size_t p)
{
    *r = (struct records){.key = allocate(capacity, sizeof *r->key),
                          .change = allocate(capacity * m, sizeof *r->change),
                          .values = allocate(capacity * p, sizeof *r->values)};
}

static void records_close(struct records *r)
{
    free(r->key);
    free(r->change);
    free(r->values);
}

static void textbook_close(void *state)
{
    struct textbook *e = state;
    if (!e)
        return;
    model_close(&e->now);
    records_close(&e->active);
    records_close(&e->frozen);
    free(e->a);
    free(e->sum);
    free(e->sum_size);
    free(e->c);
    free(e->c_size);
    free(e->v0);
    free(e->cells);
    free(e);
}

/* The weight of key s in row i; *fits becomes false where a plain double is not enough. */
static double weigh(struct textbook *e, size_t i, size_t s, bool *fits)
{
    const struct odamv_problem *x = &e->now.problem;
    double logit = 0, size = 0;
    for (size_t f = 0; f < x->d; f++) {
        const double term = e->now.q[i * x->d + f] * e->now.k[s * x->d + f] * x->scale;
        logit += term;
        size += fabs(term);
    }
    e->logit_error = fmax(e->logit_error, (double)(x->d + 3) * size * 0x1p-53);
    *fits &= fabs(logit) <= 300 && e->logit_error <= 0x1p-20;
    return exp(logit);
}

/* C[i,:] and D[i] from A and the folded values. */
static void restore_row(struct textbook *e, size_t i)
{
    const struct odamv_problem *x = &e->now.problem;
    const double *a = e->a + i * x->n;
    double *c = e->c + i * x->p, *size = e->c_size + i * x->p, sum = 0;
    memset(c, 0, x->p * sizeof *c);
    memset(size, 0, x->p * sizeof *size);
    for (size_t s = 0; s < x->n; s++) {
        sum += a[s];
        for (size_t j = 0; j < x->p; j++) {
            c[j] += a[s] * e->v0[s * x->p + j];
            size[j] += a[s] * fabs(e->v0[s * x->p + j]);
        }
    }
    if (e->mistake != MISTAKE_ROW_SUM || e->sum[i] == 0)
        e->sum[i] = sum;
    e->sum_size[i] = sum;
}

/* Everything computed afresh: nothing is pending. */
static void refresh(struct textbook *e)
{
    const struct odamv_problem *x = &e->now.problem;
    if (e->mistake == MISTAKE_NO_REFRESH && e->updates)
        return;
    memcpy(e->v0, e->now.v, x->n * x->p * sizeof *e->v0);
    e->active.count = e->frozen.count = e->cell_count = e->updates = 0;
    for (size_t i = 0; i < x->m; i++)
        restore_row(e, i);
}

static enum odamv_status textbook_open(enum mistake mistake, const struct odamv_problem *problem,
                                       const struct odamv_options *options, void **state)
{
    struct textbook *e = allocate(1, sizeof *e);
    const size_t m = problem->m, n = problem->n, p = problem->p;
    const size_t k = options && options->threshold ? options->threshold : odamv_threshold(n, 0.5);
    bool fits = true;
    *state = NULL;
    e->mistake = mistake;
    e->capacity = (k < PERIOD ? k + 1 : PERIOD) / 2;
    e->coalesce = !(options && options->no_coalesce);
    model_open(&e->now, problem);
    records_open(&e->active, e->capacity, m, p);
    records_open(&e->frozen, e->capacity, m, p);
    e->a = allocate(m * n, sizeof *e->a);
    e->sum = allocate(m, sizeof *e->sum);
    e->sum_size = allocate(m, sizeof *e->sum_size);
    e->c = allocate(m * p, sizeof *e->c);
    e->c_size = allocate(m * p, sizeof *e->c_size);
    e->v0 = allocate(n * p, sizeof *e->v0);
    e->cells = allocate(e->capacity, sizeof *e->cells);
    if (!model_is_legal(&e->now)) {
        textbook_close(e);
        return ODAMV_DOMAIN;
    }
    for (size_t i = 0; i < m; i++)
        for (size_t s = 0; s < n; s++)
            e->a[i * n + s] = weigh(e, i, s, &fits);
    refresh(e);
    if (!fits) {
        textbook_close(e);
        return ODAMV_UNABLE;
    }
    *state = e;
    return ODAMV_OK;
}

/* The values that belong to record t: those that C had seen when it was made. */
static const double *values_of(const struct textbook *e, const struct records *r, size_t t)
{
    const size_t p = e->now.problem.p;
    return e->mistake == MISTAKE_LATE_VALUES ? e->v0 + r->key[t] * p : r->values + t * p;
}

static void fold_row(struct textbook *e, size_t i)
{
    const size_t m = e->now.problem.m, p = e->now.problem.p;
    for (size_t t = 0; t < e->frozen.count; t++) {
        const double *values = values_of(e, &e->frozen, t);
        const double change =
            e->frozen.change[t * m + i] * (e->mistake == MISTAKE_DOUBLE && t == 0 ? 2 : 1);
        for (size_t j = 0; j < p; j++)
            e->c[i * p + j] += change * values[j];
    }
}

/* The share of an update in folding the frozen records. */
static void fold_share(struct textbook *e)
{
    const size_t m = e->now.problem.m, rounding = e->mistake == MISTAKE_SHORT ? 0 : e->capacity - 1;
    const size_t share = (m + rounding) / e->capacity;
    const size_t end = e->folded + share < m ? e->folded + share : m;
    const bool skip = e->mistake == MISTAKE_SKIPPED && end == m && e->folded > 0;
    for (; e->folded < end; e->folded++)
        if (!skip)
            fold_row(e, e->folded);
}

static void fold_cells(struct textbook *e)
{
    const struct odamv_problem *x = &e->now.problem;
    for (size_t t = 0; t < e->cell_count; t++) {
        const struct cell *cell = e->cells + t;
        const double delta = cell->to - cell->from;
        for (size_t i = 0; i < x->m; i++) {
            const double a = e->a[i * x->n + cell->key];
            e->c[i * x->p + cell->column] += e->mistake == MISTAKE_SIGN ? -a * delta : a * delta;
            e->c_size[i * x->p + cell->column] += a * (fabs(cell->to) + fabs(cell->from));
        }
        if (e->mistake != MISTAKE_STALE_VALUES)
            e->v0[cell->key * x->p + cell->column] = cell->to;
    }
    e->cell_count = 0;
}

/* The active list is full; what was frozen before has been folded by the updates that filled it. */
static void freeze(struct textbook *e)
{
    const struct records folded = e->frozen;
    const size_t m = e->now.problem.m, n = e->now.problem.n;
    e->frozen = e->active;
    e->active = folded;
    e->active.count = 0;
    e->folded = 0;
    if (e->mistake == MISTAKE_LOST_LAST)
        e->frozen.count--;
    if (e->mistake == MISTAKE_CELLS_DROPPED)
        e->cell_count = 0;
    for (size_t i = 0; e->mistake == MISTAKE_STALE_D && i < m; i++) {
        e->sum[i] = 0;
        for (size_t s = 0; s < n; s++)
            e->sum[i] += e->a[i * n + s];
    }
}

/* The record that a change of this key may be added to, or a new one. */
static size_t record_for(struct textbook *e, size_t key)
{
    struct records *r = &e->active;
    const size_t m = e->now.problem.m, p = e->now.problem.p;
    const double *values = e->v0 + key * p;
    for (size_t t = 0; t < r->count && e->coalesce; t++)
        if (r->key[t] == key && (e->mistake == MISTAKE_MERGED ||
                                 memcmp(r->values + t * p, values, p * sizeof *values) == 0))
            return t;
    if (r->count == e->capacity)
        freeze(e);
    r->key[r->count] = key;
    memset(r->change + r->count * m, 0, m * sizeof *r->change);
    memcpy(r->values + r->count * p, values, p * sizeof *values);
    return r->count++;
}

/* Row i's weight of key s becomes `after`. */
static void change_weight(struct textbook *e, size_t t, size_t i, size_t s, double after)
{
    const size_t n = e->now.problem.n, p = e->now.problem.p;
    double *cell = e->a + i * n + s;
    const double before = *cell, sum = e->sum[i];
    *cell = after;
    e->active.change[t * e->now.problem.m + i] += after - before;
    e->sum_size[i] += after + before;
    if (e->mistake == MISTAKE_INVERSE_D)
        e->sum[i] = 1 / (1 / sum + (1 / after - 1 / before));
    else if (e->mistake != MISTAKE_STALE_D)
        e->sum[i] = sum + (after - before);
    for (size_t j = 0; j < p; j++)
        e->c_size[i * p + j] += (after + before) * fabs(e->v0[s * p + j]);
}

static void count_update(struct textbook *e)
{
    if (++e->updates % PERIOD == 0)
        refresh(e);
}

static enum odamv_status textbook_set_k(void *state, size_t key, size_t feature, double value)
{
    struct textbook *e = state;
    const struct odamv_problem *x = &e->now.problem;
    const struct trace_op op = {.kind = TRACE_SET_K, .i = key, .j = feature, .value = value};
    bool fits = true;
    size_t t;
    double before;
    if (key >= x->n || feature >= x->d)
        return ODAMV_DOMAIN;
    before = *model_entry(&e->now, &op);
    if (model_step(&e->now, &op, NULL) != ODAMV_OK)
        return ODAMV_DOMAIN;
    for (size_t i = 0; i < x->m; i++)
        weigh(e, i, key, &fits);
    if (!fits) {
        e->now.k[key * x->d + feature] = before;
        return ODAMV_UNABLE;
    }
    t = record_for(e, key);
    if (e->mistake == MISTAKE_ROW && key < x->m)
        for (size_t s = 0; s < x->n; s++)
            change_weight(e, t, key, s, weigh(e, key, s, &fits));
    else if (e->mistake != MISTAKE_ROW)
        for (size_t i = 0; i < x->m; i++)
            change_weight(e, t, i, key, weigh(e, i, key, &fits));
    fold_share(e);
    count_update(e);
    return ODAMV_OK;
}

static enum odamv_status textbook_set_v(void *state, size_t key, size_t column, double value)
{
    struct textbook *e = state;
    const struct odamv_problem *x = &e->now.problem;
    const struct trace_op op = {.kind = TRACE_SET_V, .i = key, .j = column, .value = value};
    struct cell cell = {key, column, 0, value};
    if (key >= x->n || column >= x->p)
        return ODAMV_DOMAIN;
    cell.from = *model_entry(&e->now, &op);
    if (model_step(&e->now, &op, NULL) != ODAMV_OK)
        return ODAMV_DOMAIN;
    if (e->mistake == MISTAKE_TRANSPOSED && column < x->n && key < x->p)
        cell = (struct cell){column, key, cell.from, value};
    if (e->cell_count == e->capacity && e->mistake == MISTAKE_RING)
        e->cell_count--;
    if (e->cell_count == e->capacity)
        fold_cells(e);
    e->cells[e->cell_count++] = cell;
    count_update(e);
    return ODAMV_OK;
}

static enum odamv_status textbook_set_q(void *state, size_t row, size_t feature, double value)
{
    struct textbook *e = state;
    const struct odamv_problem *x = &e->now.problem;
    const struct trace_op op = {.kind = TRACE_SET_Q, .i = row, .j = feature, .value = value};
    bool fits = true;
    double before;
    if (row >= x->m || feature >= x->d)
        return ODAMV_DOMAIN;
    before = *model_entry(&e->now, &op);
    if (model_step(&e->now, &op, NULL) != ODAMV_OK)
        return ODAMV_DOMAIN;
    for (size_t s = 0; s < x->n; s++)
        weigh(e, row, s, &fits);
    if (!fits) {
        e->now.q[row * x->d + feature] = before;
        return ODAMV_UNABLE;
    }
    for (size_t s = 0; s < x->n; s++)
        e->a[row * x->n + s] = weigh(e, row, s, &fits);
    restore_row(e, row);
    for (size_t t = 0; t < e->capacity && e->mistake != MISTAKE_ROW_RECORDS; t++)
        e->active.change[t * x->m + row] = e->frozen.change[t * x->m + row] = 0;
    count_update(e);
    return ODAMV_OK;
}

/* What the records add to row i of C. */
static double pending(const struct textbook *e, const struct records *r, size_t i, size_t j)
{
    double sum = 0;
    for (size_t t = 0; t < r->count; t++)
        sum += r->change[t * e->now.problem.m + i] * values_of(e, r, t)[j];
    return sum;
}

/* What C_ij and D_i would have been accumulated from, had they just been refreshed. */
static void fresh_sizes(const struct textbook *e, size_t i, size_t j, double *c, double *sum)
{
    const struct odamv_problem *x = &e->now.problem;
    *c = *sum = 0;
    for (size_t s = 0; s < x->n; s++) {
        *sum += e->a[i * x->n + s];
        *c += e->a[i * x->n + s] * fabs(e->now.v[s * x->p + j]);
    }
}

static enum odamv_status textbook_query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    const struct textbook *e = state;
    const struct odamv_problem *x = &e->now.problem;
    const double unit = 0x1p-40 + 4 * e->logit_error;
    double value, size, sum, sum_size;
    if (i >= x->m || j >= x->p)
        return ODAMV_DOMAIN;
    value = e->c[i * x->p + j] + pending(e, &e->active, i, j);
    size = e->c_size[i * x->p + j];
    sum = e->sum[e->mistake == MISTAKE_SHARED_D ? 0 : i];
    sum_size = e->sum_size[i];
    if (e->mistake == MISTAKE_WATERMARK ? i > e->folded : i >= e->folded)
        value += pending(e, &e->frozen, i, j);
    for (size_t t = 0; t < e->cell_count; t++)
        if (e->cells[t].column == j) {
            const double a = e->a[i * x->n + e->cells[t].key];
            value += a * (e->cells[t].to - e->cells[t].from);
            size += a * (fabs(e->cells[t].to) + fabs(e->cells[t].from));
        }
    if (e->mistake == MISTAKE_NO_REFRESH)
        fresh_sizes(e, i, j, &size, &sum_size);
    *out = (struct odamv_answer){value, unit * size + 0x1p-1000};
    if (x->normalised) {
        const double sum_error = unit * sum_size;
        if (!(sum_error < fabs(sum) / 2))
            return ODAMV_UNABLE;
        out->value = value / sum;
        out->bound = (out->bound + fabs(out->value) * sum_error) / (fabs(sum) - sum_error);
    }
    out->bound += fabs(out->value) * 0x1p-50 + 0x1p-1000;
    return ODAMV_OK;
}

#define DESCRIBE(id, its_name, its_summary)                                                        \
    .abi = ODAMV_ABI, .name = its_name, .summary = its_summary, .reference = "not in the paper",   \
    .update_cost = "O(n p)", .query_cost = "O(k)", .open = open_##id, .set_k = textbook_set_k,     \
    .set_v = textbook_set_v, .set_q = textbook_set_q, .query = textbook_query,                     \
    .close = textbook_close

#define DEFINE(id, name, summary)                                                                  \
    static enum odamv_status open_##id(const struct odamv_problem *problem,                        \
                                       const struct odamv_options *options, void **state)          \
    {                                                                                              \
        return textbook_open(MISTAKE_##id, problem, options, state);                               \
    }                                                                                              \
    static const struct odamv_engine engine_##id = {DESCRIBE(id, "wrong-" name, summary)};
MISTAKES(DEFINE)

static enum odamv_status open_NONE(const struct odamv_problem *problem,
                                   const struct odamv_options *options, void **state)
{
    return textbook_open(MISTAKE_NONE, problem, options, state);
}

const struct odamv_engine saboteur_none = {
    DESCRIBE(NONE, "textbook", "the lazy algorithm in plain doubles, without a mistake")};

const struct odamv_engine *const saboteurs_textbook[] = {
#define LIST(id, name, summary) &engine_##id,
    MISTAKES(LIST) NULL};
