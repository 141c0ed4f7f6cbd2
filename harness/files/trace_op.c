/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace_op.h"

const struct trace_form trace_forms[TRACE_KINDS] = {
    [TRACE_UPDATE_K] = {"update_k", TRACE_K, "key", TRACE_N, "feature", TRACE_D, "delta"},
    [TRACE_UPDATE_V] = {"update_v", TRACE_V, "key", TRACE_N, "column", TRACE_P, "delta"},
    [TRACE_UPDATE_Q] = {"update_q", TRACE_Q, "query", TRACE_M, "feature", TRACE_D, "delta"},
    [TRACE_SET_K] = {"set_k", TRACE_K, "key", TRACE_N, "feature", TRACE_D, "value"},
    [TRACE_SET_V] = {"set_v", TRACE_V, "key", TRACE_N, "column", TRACE_P, "value"},
    [TRACE_SET_Q] = {"set_q", TRACE_Q, "query", TRACE_M, "feature", TRACE_D, "value"},
    [TRACE_QUERY] = {"query", TRACE_B, "query", TRACE_M, "column", TRACE_P, NULL},
    [TRACE_QUERY_COLUMN] = {"query_column", TRACE_B, NULL, TRACE_NONE, "column", TRACE_P, NULL},
    [TRACE_QUERY_ROW] = {"query_row", TRACE_B, "query", TRACE_M, NULL, TRACE_NONE, NULL},
};

struct trace_shape trace_shape_of(const struct odamv_problem *problem)
{
    return (struct trace_shape){problem->m, problem->n, problem->d, problem->p};
}

size_t trace_extent_of(const struct trace_shape *shape, enum trace_extent extent)
{
    const size_t extents[] = {[TRACE_M] = shape->m,
                              [TRACE_N] = shape->n,
                              [TRACE_D] = shape->d,
                              [TRACE_P] = shape->p,
                              [TRACE_NONE] = 0};
    return extents[extent];
}

enum trace_kind trace_set_kind(enum trace_kind kind)
{
    return kind < TRACE_SET_K ? (enum trace_kind)(kind + TRACE_SET_K) : kind;
}

double *trace_entry(const struct trace_op *op, const struct odamv_problem *shape, double *q,
                    double *k, double *v)
{
    switch (trace_forms[op->kind].matrix) {
    case TRACE_K:
        return k + op->i * shape->d + op->j;
    case TRACE_V:
        return v + op->i * shape->p + op->j;
    case TRACE_Q:
        return q + op->i * shape->d + op->j;
    case TRACE_B:
        break;
    }
    return NULL;
}

size_t trace_answers(const struct trace_op *op, const struct trace_shape *shape)
{
    switch (op->kind) {
    case TRACE_QUERY:
        return 1;
    case TRACE_QUERY_COLUMN:
        return shape->m;
    case TRACE_QUERY_ROW:
        return shape->p;
    default:
        return 0;
    }
}

struct trace_place trace_place(const struct trace_op *op, size_t t)
{
    return (struct trace_place){op->kind == TRACE_QUERY_COLUMN ? t : op->i,
                                op->kind == TRACE_QUERY_ROW ? t : op->j};
}
