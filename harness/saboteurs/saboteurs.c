/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * saboteurs.c: real engines whose calls or answers are disturbed on the way.
 */
#include "saboteurs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engines/oracle/oracle.h"
#include "harness/check/check_case.h"
#include "harness/check/fence.h"
#include "harness/check/model.h"
#include "harness/ground/allocate.h"
#include "harness/play/perform.h"

/* Identifier, name, the engine inside, what is done wrong. */
#define TRICKS(X)                                                                                  \
    X(SMALL, "drops-small", "lazy", "drops updates by less than 2^-10 of the entry")               \
    X(FLOAT, "float", "direct", "keeps K in single precision")                                     \
    X(SCALE, "scale", "lazy-wc", "works with a scale that is off by 2^-20")                        \
    X(UNDO, "undo", "lazy", "ignores an update back to what the entry was at first")               \
    X(DELAYED, "delayed", "eager", "carries out every update with the next one")                   \
    X(EVERY_30TH, "30th-update", "lazy-wc", "drops every 30th update")                             \
    X(DEAF_Q, "deaf-q", "lazy", "ignores an update of Q right after one of K")                     \
    X(STALE_ANSWER, "stale-answer", "direct", "answers an entry as it did the last time")          \
    X(COLUMN, "column", "lazy", "rotates column answers by one row")                               \
    X(ROW_END, "row-end", "eager", "answers the last entry of a row with the first")               \
    X(MEAN, "v-mean", "direct", "answers the mean of the value column")                            \
    X(HULL, "stale-hull", "direct", "keeps answers within the value column as it was at first")    \
    X(ONE_QUERY, "one-query", "lazy-wc", "is off by 2^-30 where there is a single query")          \
    X(NAN_VALUE, "nan", "lazy", "answers NaN after the 20th update")                               \
    X(NAN_BOUND, "nan-bound", "lazy", "has NaN as its bound after the 20th update")                \
    X(NEGATIVE, "negative-bound", "direct", "has bounds of the wrong sign")                        \
    X(ZERO_BOUND, "zero-bound", "direct", "claims to be exact")                                    \
    X(HALF_BOUND, "half-bound", "lazy", "has a bound too small by a factor of two")                \
    X(CLAMPS, "clamps", "lazy", "takes the largest legal value for one beyond")                    \
    X(REFUSED_SETS, "refused-sets", "naive", "refuses, but has already cleared the entry")         \
    X(TIMID, "timid", "direct", "refuses legal values above 2^490")                                \
    X(NO_INDEX_CHECK, "index", "direct", "takes a key out of range for the last one")

enum trick {
#define TRICK_NAME(id, name, inner, summary) TRICK_##id,
    TRICKS(TRICK_NAME)
#undef TRICK_NAME
};

struct disturbed {
    enum trick trick;
    const struct odamv_engine *real;
    void *inner;
    struct model first, now;   /* entries at open, and as they should be */
    struct oracle *oracle;     /* of half-bound: the truth, to make the bound half of the error */
    struct odamv_answer *seen; /* of stale-answer: m x p, NaN for never */
    size_t updates;
    enum trace_kind last; /* of the updates */
    struct trace_op held; /* of delayed */
    bool holds;
};

static void disturbed_close(void *state)
{
    struct disturbed *e = state;
    if (!e)
        return;
    e->real->close(e->inner);
    oracle_close(e->oracle);
    model_close(&e->first);
    model_close(&e->now);
    free(e->seen);
    free(e);
}

static enum odamv_status disturbed_open(enum trick trick, const char *inner,
                                        const struct odamv_problem *problem,
                                        const struct odamv_options *options, void **state)
{
    struct disturbed *e = allocate_array(1, sizeof *e);
    struct odamv_problem given = *problem;
    const size_t cells = problem->m * problem->p;
    enum odamv_status status;
    *state = NULL;
    e->trick = trick;
    e->real = odamv_engine_find(inner);
    if (trick == TRICK_SCALE)
        given.scale *= 1 + 0x1p-20;
    model_open(&e->first, problem);
    model_open(&e->now, problem);
    status = e->real->open(&given, options, &e->inner);
    if (status != ODAMV_OK) {
        disturbed_close(e);
        return status;
    }
    e->seen = allocate_array(cells, sizeof *e->seen);
    for (size_t x = 0; x < cells; x++)
        e->seen[x].value = NAN;
    if (trick == TRICK_HALF_BOUND)
        e->oracle = oracle_open(problem);
    *state = e;
    return ODAMV_OK;
}

static enum odamv_status pass_on(struct disturbed *e, const struct trace_op *op)
{
    return perform_set(e->real, e->inner, op, op->value);
}

/* Whether the update never reaches the engine inside. */
static bool drops(const struct disturbed *e, const struct trace_op *op, double before)
{
    switch (e->trick) {
    case TRICK_SMALL:
        return fabs(op->value - before) < 0x1p-10 * fabs(before);
    case TRICK_UNDO:
        return op->value == *model_entry(&e->first, op);
    case TRICK_EVERY_30TH:
        return e->updates % 30 == 0;
    case TRICK_DEAF_Q:
        return op->kind == TRACE_SET_Q && e->last == TRACE_SET_K && e->updates > 1;
    default:
        return false;
    }
}

static enum odamv_status legal_set(struct disturbed *e, struct trace_op *op, double before)
{
    const bool dropped = drops(e, op, before);
    const struct trace_op held = e->held;
    const bool had = e->holds;
    e->last = op->kind;
    if (dropped)
        return ODAMV_OK;
    if (e->trick == TRICK_FLOAT && op->kind == TRACE_SET_K && fabs(op->value) < 1e30)
        op->value = (float)op->value;
    if (e->trick == TRICK_TIMID && fabs(op->value) > 0x1p490)
        return ODAMV_DOMAIN;
    if (e->oracle)
        perform_on_oracle(e->oracle, op, op->value);
    if (e->trick != TRICK_DELAYED)
        return pass_on(e, op);
    e->held = *op;
    e->holds = true;
    return had ? pass_on(e, &held) : ODAMV_OK;
}

static enum odamv_status illegal_set(struct disturbed *e, struct trace_op *op, double limit)
{
    if (e->trick == TRICK_REFUSED_SETS) {
        op->value = 0;
        pass_on(e, op);
        return ODAMV_DOMAIN;
    }
    if (e->trick == TRICK_CLAMPS && isfinite(op->value)) {
        op->value = copysign(limit, op->value);
        pass_on(e, op);
        return ODAMV_OK;
    }
    return pass_on(e, op);
}

static enum odamv_status disturbed_set(struct disturbed *e, enum trace_kind kind, size_t i,
                                       size_t j, double value)
{
    const struct trace_shape shape = trace_shape_of(&e->now.problem);
    const size_t rows = trace_extent_of(&shape, trace_forms[kind].first_extent);
    const size_t columns = trace_extent_of(&shape, trace_forms[kind].second_extent);
    struct trace_op op = {.kind = kind, .i = i, .j = j, .value = value};
    double before;
    if (e->trick == TRICK_NO_INDEX_CHECK && i >= rows)
        op.i = rows - 1;
    if (op.i >= rows || j >= columns)
        return ODAMV_DOMAIN;
    before = *model_entry(&e->now, &op);
    if (model_step(&e->now, &op, NULL) != ODAMV_OK)
        return illegal_set(e, &op, kind == TRACE_SET_V ? ODAMV_VALUE_MAX : ODAMV_FEATURE_MAX);
    e->updates++;
    return legal_set(e, &op, before);
}

static enum odamv_status disturbed_set_k(void *state, size_t key, size_t feature, double value)
{
    return disturbed_set(state, TRACE_SET_K, key, feature, value);
}

static enum odamv_status disturbed_set_v(void *state, size_t key, size_t column, double value)
{
    return disturbed_set(state, TRACE_SET_V, key, column, value);
}

static enum odamv_status disturbed_set_q(void *state, size_t row, size_t feature, double value)
{
    return disturbed_set(state, TRACE_SET_Q, row, feature, value);
}

/* min, max and mean of a value column. */
struct column {
    double low, high, mean;
};

static struct column column_of(const struct model *model, size_t j)
{
    const struct odamv_problem *x = &model->problem;
    struct column c = {INFINITY, -INFINITY, 0};
    for (size_t s = 0; s < x->n; s++) {
        const double v = model->v[s * x->p + j];
        c.low = fmin(c.low, v);
        c.high = fmax(c.high, v);
        c.mean += v / (double)x->n;
    }
    return c;
}

static void disturb_answer(struct disturbed *e, size_t i, size_t j, struct odamv_answer *out)
{
    const struct odamv_problem *x = &e->now.problem;
    struct odamv_answer *seen = &e->seen[i * x->p + j];
    switch (e->trick) {
    case TRICK_STALE_ANSWER:
        if (isnan(seen->value))
            *seen = *out;
        *out = *seen;
        return;
    case TRICK_MEAN:
        if (x->normalised)
            out->value = column_of(&e->now, j).mean;
        return;
    case TRICK_HULL:
        if (x->normalised)
            out->value =
                fmin(fmax(out->value, column_of(&e->first, j).low), column_of(&e->first, j).high);
        return;
    case TRICK_ONE_QUERY:
        out->value *= x->m == 1 ? 1 + 0x1p-30 : 1;
        return;
    case TRICK_NAN_VALUE:
        out->value = e->updates >= 20 ? NAN : out->value;
        return;
    case TRICK_NAN_BOUND:
        out->bound = e->updates >= 20 ? NAN : out->bound;
        return;
    case TRICK_NEGATIVE:
        out->bound = -out->bound;
        return;
    case TRICK_ZERO_BOUND:
        out->bound = 0;
        return;
    case TRICK_HALF_BOUND:
        out->bound = oracle_error(e->oracle, i, j, out->value).lower / 2;
        return;
    default:
        return;
    }
}

static enum odamv_status disturbed_query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    struct disturbed *e = state;
    const enum odamv_status status = e->real->query(e->inner, i, j, out);
    if (status == ODAMV_OK)
        disturb_answer(e, i, j, out);
    return status;
}

static enum odamv_status disturbed_query_column(void *state, size_t j, struct odamv_answer *out)
{
    struct disturbed *e = state;
    const size_t m = e->now.problem.m;
    enum odamv_status status = j < e->now.problem.p ? ODAMV_OK : ODAMV_DOMAIN;
    for (size_t i = 0; i < m && status == ODAMV_OK; i++)
        status = disturbed_query(state, e->trick == TRICK_COLUMN ? (i + 1) % m : i, j, out + i);
    return status;
}

static enum odamv_status disturbed_query_row(void *state, size_t i, struct odamv_answer *out)
{
    struct disturbed *e = state;
    const size_t p = e->now.problem.p;
    enum odamv_status status = i < e->now.problem.m ? ODAMV_OK : ODAMV_DOMAIN;
    for (size_t j = 0; j < p && status == ODAMV_OK; j++)
        status =
            disturbed_query(state, i, e->trick == TRICK_ROW_END && j + 1 == p ? 0 : j, out + j);
    return status;
}

#define DEFINE(id, its_name, inner, its_summary)                                                   \
    static enum odamv_status open_##id(const struct odamv_problem *problem,                        \
                                       const struct odamv_options *options, void **state)          \
    {                                                                                              \
        return disturbed_open(TRICK_##id, inner, problem, options, state);                         \
    }                                                                                              \
    static const struct odamv_engine engine_##id = {.abi = ODAMV_ABI,                              \
                                                    .name = "wrong-" its_name,                     \
                                                    .summary = its_summary,                        \
                                                    .reference = "not in the paper",               \
                                                    .update_cost = "as " inner,                    \
                                                    .query_cost = "as " inner,                     \
                                                    .open = open_##id,                             \
                                                    .set_k = disturbed_set_k,                      \
                                                    .set_v = disturbed_set_v,                      \
                                                    .set_q = disturbed_set_q,                      \
                                                    .query = disturbed_query,                      \
                                                    .query_column = disturbed_query_column,        \
                                                    .query_row = disturbed_query_row,              \
                                                    .close = disturbed_close};
TRICKS(DEFINE)

const struct odamv_engine *const saboteurs_disturbed[] = {
#define LIST(id, name, inner, summary) &engine_##id,
    TRICKS(LIST) NULL};

size_t saboteurs_all(const struct odamv_engine **out, size_t most)
{
    const struct odamv_engine *const *const lists[] = {
        saboteurs_printed, saboteurs_textbook, saboteurs_disturbed, saboteurs_edges,
        saboteurs_aside,   saboteurs_bounds,   saboteurs_memory};
    const size_t all = sizeof lists / sizeof *lists - !fence_exists();
    size_t count = 0;
    for (size_t l = 0; l < all; l++)
        for (size_t e = 0; lists[l][e] && count + 1 < most; e++)
            out[count++] = lists[l][e];
    out[count] = NULL;
    return count;
}

const struct odamv_engine *saboteur_find(const char *name)
{
    const struct odamv_engine *all[SABOTEURS_MAX];
    const size_t count = saboteurs_all(all, SABOTEURS_MAX);
    for (size_t e = 0; e < count; e++)
        if (strcmp(all[e]->name, name) == 0)
            return all[e];
    return strcmp(name, saboteur_none.name) == 0 ? &saboteur_none : NULL;
}
