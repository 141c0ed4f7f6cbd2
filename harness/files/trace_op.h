/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * trace_op.h: operations on a problem, and the one table of what each is about: which matrix, which
 * of its entries, how many answers.
 */
#ifndef TRACE_OP_H
#define TRACE_OP_H

#include <stdbool.h>
#include <stddef.h>

#include "odamv.h"

enum trace_kind {
    TRACE_UPDATE_K,
    TRACE_UPDATE_V,
    TRACE_UPDATE_Q,
    TRACE_SET_K,
    TRACE_SET_V,
    TRACE_SET_Q,
    TRACE_QUERY,
    TRACE_QUERY_COLUMN,
    TRACE_QUERY_ROW,
};
#define TRACE_KINDS 9

struct trace_op {
    enum trace_kind kind;
    size_t i, j;  /* row and column in K, V, Q or B; query_column has no i, query_row no j: 0 */
    double value; /* of update_* and set_*, else 0 */
    size_t line;  /* that it was read from; not written */
};

struct trace_shape {
    size_t m, n, d, p;
};

enum trace_extent { TRACE_M, TRACE_N, TRACE_D, TRACE_P, TRACE_NONE };

enum trace_matrix { TRACE_K, TRACE_V, TRACE_Q, TRACE_B };

/* What follows each operation's word: names and extents of its indices, and whether a number. */
struct trace_form {
    const char *word;
    enum trace_matrix matrix; /* that it is about */
    const char *first;        /* null, with TRACE_NONE: has no such index */
    enum trace_extent first_extent;
    const char *second;
    enum trace_extent second_extent;
    const char *number; /* null: a query */
};
extern const struct trace_form trace_forms[TRACE_KINDS];

struct trace_shape trace_shape_of(const struct odamv_problem *problem);
size_t trace_extent_of(const struct trace_shape *shape, enum trace_extent extent);

/* A query; an update_*, which adds its number to the entry. */
static inline bool trace_asks(const struct trace_op *op)
{
    return op->kind >= TRACE_QUERY;
}
static inline bool trace_adds(const struct trace_op *op)
{
    return op->kind < TRACE_SET_K;
}

/* The set_* of the same matrix, for an update_* or a set_*. */
enum trace_kind trace_set_kind(enum trace_kind kind);

/* The entry that an update or a set is about, in matrices of the problem's shape. */
double *trace_entry(const struct trace_op *op, const struct odamv_problem *shape, double *q,
                    double *k, double *v);

/* Answers of the operation: 1, m or p; of an update or a set 0. */
size_t trace_answers(const struct trace_op *op, const struct trace_shape *shape);

/* The entry of B that answer number t is. */
struct trace_place {
    size_t i, j;
};
struct trace_place trace_place(const struct trace_op *op, size_t t);

#endif
