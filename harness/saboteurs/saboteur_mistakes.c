/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * saboteur_mistakes.c: updates and queries of the textbook engine, and one engine per mistake.
 */
#include <math.h>
#include <string.h>

#include "harness/check/model.h"
#include "saboteur_textbook.h"
#include "saboteurs.h"

/* The record that a change of this key may be added to, or a new one. */
static size_t record_for(struct textbook *e, size_t key)
{
    struct textbook_records *r = &e->active;
    const size_t m = e->now.problem.m, p = e->now.problem.p;
    const double *values = e->v0 + key * p;
    for (size_t t = 0; t < r->count && e->coalesce; t++)
        if (r->key[t] == key && (e->mistake == MISTAKE_MERGED ||
                                 memcmp(r->values + t * p, values, p * sizeof *values) == 0))
            return t;
    if (r->count == e->capacity)
        textbook_freeze(e);
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
        textbook_refresh(e);
}

/* The entry of K or Q becomes the operation's value; DOMAIN where the contract says so, UNABLE
 * where a weight does not fit. */
static enum odamv_status set_feature(struct textbook *e, const struct trace_op *op)
{
    const struct odamv_problem *x = &e->now.problem;
    const bool of_k = op->kind == TRACE_SET_K;
    bool fits = true;
    double before;
    if (op->i >= (of_k ? x->n : x->m) || op->j >= x->d)
        return ODAMV_DOMAIN;
    before = *model_entry(&e->now, op);
    if (model_step(&e->now, op, NULL) != ODAMV_OK)
        return ODAMV_DOMAIN;
    for (size_t other = 0; other < (of_k ? x->m : x->n); other++)
        textbook_weigh(e, of_k ? other : op->i, of_k ? op->i : other, &fits);
    if (fits)
        return ODAMV_OK;
    *model_entry(&e->now, op) = before;
    return ODAMV_UNABLE;
}

static enum odamv_status textbook_set_k(void *state, size_t key, size_t feature, double value)
{
    struct textbook *e = state;
    const struct odamv_problem *x = &e->now.problem;
    const struct trace_op op = {.kind = TRACE_SET_K, .i = key, .j = feature, .value = value};
    const enum odamv_status status = set_feature(e, &op);
    bool fits = true;
    size_t t;
    if (status != ODAMV_OK)
        return status;
    t = record_for(e, key);
    if (e->mistake == MISTAKE_ROW && key < x->m)
        for (size_t s = 0; s < x->n; s++)
            change_weight(e, t, key, s, textbook_weigh(e, key, s, &fits));
    else if (e->mistake != MISTAKE_ROW)
        for (size_t i = 0; i < x->m; i++)
            change_weight(e, t, i, key, textbook_weigh(e, i, key, &fits));
    textbook_fold_share(e);
    count_update(e);
    return ODAMV_OK;
}

static enum odamv_status textbook_set_v(void *state, size_t key, size_t column, double value)
{
    struct textbook *e = state;
    const struct odamv_problem *x = &e->now.problem;
    const struct trace_op op = {.kind = TRACE_SET_V, .i = key, .j = column, .value = value};
    struct textbook_cell cell = {key, column, 0, value};
    if (key >= x->n || column >= x->p)
        return ODAMV_DOMAIN;
    cell.from = *model_entry(&e->now, &op);
    if (model_step(&e->now, &op, NULL) != ODAMV_OK)
        return ODAMV_DOMAIN;
    if (e->mistake == MISTAKE_TRANSPOSED && column < x->n && key < x->p)
        cell = (struct textbook_cell){column, key, cell.from, value};
    if (e->cell_count == e->capacity && e->mistake == MISTAKE_RING)
        e->cell_count--;
    if (e->cell_count == e->capacity)
        textbook_fold_cells(e);
    e->cells[e->cell_count++] = cell;
    count_update(e);
    return ODAMV_OK;
}

static enum odamv_status textbook_set_q(void *state, size_t row, size_t feature, double value)
{
    struct textbook *e = state;
    const struct odamv_problem *x = &e->now.problem;
    const struct trace_op op = {.kind = TRACE_SET_Q, .i = row, .j = feature, .value = value};
    const enum odamv_status status = set_feature(e, &op);
    bool fits = true;
    if (status != ODAMV_OK)
        return status;
    for (size_t s = 0; s < x->n; s++)
        e->a[row * x->n + s] = textbook_weigh(e, row, s, &fits);
    textbook_restore_row(e, row);
    for (size_t t = 0; t < e->capacity && e->mistake != MISTAKE_ROW_RECORDS; t++)
        e->active.change[t * x->m + row] = e->frozen.change[t * x->m + row] = 0;
    count_update(e);
    return ODAMV_OK;
}

/* What the records add to row i of C. */
static double pending(const struct textbook *e, const struct textbook_records *r, size_t i,
                      size_t j)
{
    double sum = 0;
    for (size_t t = 0; t < r->count; t++)
        sum += r->change[t * e->now.problem.m + i] * textbook_values(e, r, t)[j];
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
    const double unit = 0x1p-40 + (e->mistake == MISTAKE_LOGITS ? 0 : 4 * e->logit_error);
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
    if (e->mistake == MISTAKE_NO_REFRESH || e->mistake == MISTAKE_FORGETFUL)
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
