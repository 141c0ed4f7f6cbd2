/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * saboteur_edges.c: real engines that go wrong only in one part of their input: beyond a size, past
 * a block, under one option, after one kind of history.
 */
#include <math.h>
#include <stdlib.h>

#include "harness/check/model.h"
#include "harness/ground/allocate.h"
#include "harness/play/perform.h"
#include "saboteurs.h"

/* Identifier, name, the engine inside, what is done wrong. */
#define EDGES(X)                                                                                   \
    X(ROW_64, "row-64", "lazy", "is off by 1 in entries of the rows from 64 on")                   \
    X(PANEL, "panel-edge", "lazy", "copies row 63 of a column over row 64")                        \
    X(COLUMN_END, "column-end", "eager", "answers the last entry of a column with the first")      \
    X(PADDED, "padded", "lazy-wc", "is off in the last row where m is not a multiple of 8")        \
    X(AFTER_LARGE, "after-large", "lazy", "is off once an entry of V has been above 2^100")        \
    X(KEY_128, "key-128", "lazy", "drops updates of the keys from 128 on")                         \
    X(FEATURE_64, "feature-64", "direct", "drops updates of the features from 64 on")              \
    X(P_128, "p-128", "eager", "answers value column j >= 128 with column j - 128")                \
    X(ABOVE_N, "above-n", "lazy-wc", "drops K update n + 1 where the threshold is above n")        \
    X(LONG_LIST, "long-list", "lazy", "drops the 65th update of a list that may be longer")        \
    X(NEGATIVE_SCALE, "negative-scale", "lazy", "takes a negative scale for a positive one")       \
    X(SUBNORMAL, "subnormal", "direct", "takes values of V below 2^-1022 for 0")                   \
    X(SAME_VALUE, "same-value", "lazy", "halves an entry of V that is set to what it is")          \
    X(JUMP, "jump", "lazy-wc", "drops an update of K by more than 500")                            \
    X(SEPARATE, "separate", "lazy", "drops every 7th update where records are not merged")         \
    X(LEAF_ONE, "leaf-1", "lazy", "drops every 7th update where a scheme goes down to blocks of 1")

enum edge {
#define EDGE_NAME(id, name, inner, summary) EDGE_##id,
    EDGES(EDGE_NAME)
#undef EDGE_NAME
};

struct bent {
    enum edge edge;
    const struct odamv_engine *real;
    void *inner;
    struct model now; /* entries as they should be */
    struct odamv_options options;
    size_t updates; /* of K and V, legal ones; of K alone: */
    size_t updates_k;
    bool was_large;
};

static void bent_close(void *state)
{
    struct bent *e = state;
    if (!e)
        return;
    e->real->close(e->inner);
    model_close(&e->now);
    free(e);
}

static enum odamv_status bent_open(enum edge edge, const char *inner,
                                   const struct odamv_problem *problem,
                                   const struct odamv_options *options, void **state)
{
    struct bent *e = allocate_array(1, sizeof *e);
    struct odamv_problem given = *problem;
    enum odamv_status status;
    *state = NULL;
    e->edge = edge;
    e->real = odamv_engine_find(inner);
    if (options)
        e->options = *options;
    if (edge == EDGE_NEGATIVE_SCALE)
        given.scale = fabs(given.scale);
    model_open(&e->now, problem);
    status = e->real->open(&given, options, &e->inner);
    if (status == ODAMV_OK)
        *state = e;
    else
        bent_close(e);
    return status;
}

/* Whether the update never reaches the engine inside. */
static bool is_dropped(const struct bent *e, const struct trace_op *op, double before)
{
    const bool of_k = op->kind == TRACE_SET_K;
    const size_t threshold = e->options.threshold, n = e->now.problem.n;
    switch (e->edge) {
    case EDGE_KEY_128:
        return op->kind != TRACE_SET_Q && op->i >= 128;
    case EDGE_FEATURE_64:
        return of_k && op->j >= 64;
    case EDGE_ABOVE_N:
        return of_k && threshold > n && e->updates_k == n + 1;
    case EDGE_LONG_LIST:
        return of_k && threshold > 64 && e->updates_k % threshold == 65 % threshold;
    case EDGE_JUMP:
        return of_k && fabs(op->value - before) > 500;
    case EDGE_SEPARATE:
        return e->options.no_coalesce && e->updates % 7 == 0;
    case EDGE_LEAF_ONE:
        return e->options.matmul && e->options.leaf == 1 && e->updates % 7 == 0;
    default:
        return false;
    }
}

static enum odamv_status bent_set(struct bent *e, enum trace_kind kind, size_t i, size_t j,
                                  double value)
{
    const struct odamv_problem *x = &e->now.problem;
    struct trace_op op = {.kind = kind, .i = i, .j = j, .value = value};
    const bool of_v = kind == TRACE_SET_V;
    double before;
    if (i >= (kind == TRACE_SET_Q ? x->m : x->n) || j >= (of_v ? x->p : x->d))
        return ODAMV_DOMAIN;
    before = *model_entry(&e->now, &op);
    if (model_step(&e->now, &op, NULL) != ODAMV_OK)
        return perform_set(e->real, e->inner, &op, value);
    e->updates += kind != TRACE_SET_Q;
    e->updates_k += kind == TRACE_SET_K;
    e->was_large |= of_v && fabs(value) > 0x1p100;
    if (is_dropped(e, &op, before))
        return ODAMV_OK;
    if (e->edge == EDGE_SUBNORMAL && of_v && fabs(value) < 0x1p-1022)
        value = 0;
    if (e->edge == EDGE_SAME_VALUE && of_v && value == before)
        value /= 2;
    return perform_set(e->real, e->inner, &op, value);
}

static enum odamv_status bent_set_k(void *state, size_t key, size_t feature, double value)
{
    return bent_set(state, TRACE_SET_K, key, feature, value);
}

static enum odamv_status bent_set_v(void *state, size_t key, size_t column, double value)
{
    return bent_set(state, TRACE_SET_V, key, column, value);
}

static enum odamv_status bent_set_q(void *state, size_t row, size_t feature, double value)
{
    return bent_set(state, TRACE_SET_Q, row, feature, value);
}

static enum odamv_status bent_query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    const struct bent *e = state;
    const struct odamv_problem *x = &e->now.problem;
    enum odamv_status status;
    if (e->edge == EDGE_P_128 && j >= 128 && j < x->p)
        j -= 128;
    status = e->real->query(e->inner, i, j, out);
    if (status != ODAMV_OK)
        return status;
    if (e->edge == EDGE_ROW_64 && i >= 64)
        out->value += 1;
    if ((e->edge == EDGE_PADDED && x->m % 8 && i == x->m - 1) ||
        (e->edge == EDGE_AFTER_LARGE && e->was_large))
        out->value *= 1 + 0x1p-20;
    return status;
}

static enum odamv_status bent_query_column(void *state, size_t j, struct odamv_answer *out)
{
    const struct bent *e = state;
    const size_t m = e->now.problem.m;
    enum odamv_status status = j < e->now.problem.p ? ODAMV_OK : ODAMV_DOMAIN;
    for (size_t i = 0; i < m && status == ODAMV_OK; i++)
        status = bent_query(state, i, j, out + i);
    if (status == ODAMV_OK && e->edge == EDGE_PANEL && m > 64)
        out[64] = out[63];
    if (status == ODAMV_OK && e->edge == EDGE_COLUMN_END)
        out[m - 1] = out[0];
    return status;
}

static enum odamv_status bent_query_row(void *state, size_t i, struct odamv_answer *out)
{
    const struct bent *e = state;
    const size_t p = e->now.problem.p;
    enum odamv_status status = i < e->now.problem.m ? ODAMV_OK : ODAMV_DOMAIN;
    for (size_t j = 0; j < p && status == ODAMV_OK; j++)
        status = bent_query(state, i, j, out + j);
    return status;
}

#define DEFINE(id, its_name, inner, its_summary)                                                   \
    static enum odamv_status open_##id(const struct odamv_problem *problem,                        \
                                       const struct odamv_options *options, void **state)          \
    {                                                                                              \
        return bent_open(EDGE_##id, inner, problem, options, state);                               \
    }                                                                                              \
    static const struct odamv_engine engine_##id = {.abi = ODAMV_ABI,                              \
                                                    .name = "wrong-" its_name,                     \
                                                    .summary = its_summary,                        \
                                                    .reference = "not in the paper",               \
                                                    .update_cost = "as " inner,                    \
                                                    .query_cost = "as " inner,                     \
                                                    .open = open_##id,                             \
                                                    .set_k = bent_set_k,                           \
                                                    .set_v = bent_set_v,                           \
                                                    .set_q = bent_set_q,                           \
                                                    .query = bent_query,                           \
                                                    .query_column = bent_query_column,             \
                                                    .query_row = bent_query_row,                   \
                                                    .close = bent_close};
EDGES(DEFINE)

const struct odamv_engine *const saboteurs_edges[] = {
#define LIST(id, name, inner, summary) &engine_##id,
    EDGES(LIST) NULL};
