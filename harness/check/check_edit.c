/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_edit.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t case_extent(const struct check_case *c, enum case_part part)
{
    const struct odamv_problem *a = &c->input.problem;
    const size_t extents[CASE_PARTS] = {c->count, a->m, a->n, a->d, a->p};
    return extents[part];
}

static void drop_rows(struct matrix *matrix, size_t from, size_t count)
{
    double *at = matrix->data + from * matrix->cols;
    memmove(at, at + count * matrix->cols,
            (matrix->rows - from - count) * matrix->cols * sizeof *at);
    matrix->rows -= count;
}

static void drop_columns(struct matrix *matrix, size_t from, size_t count)
{
    const size_t kept = matrix->cols - count;
    for (size_t r = 0; r < matrix->rows; r++)
        for (size_t j = 0; j < kept; j++)
            matrix->data[r * kept + j] =
                matrix->data[r * matrix->cols + (j < from ? j : j + count)];
    matrix->cols = kept;
}

static enum case_part part_of(enum trace_extent extent)
{
    static const enum case_part parts[] = {[TRACE_M] = CASE_M,
                                           [TRACE_N] = CASE_N,
                                           [TRACE_D] = CASE_D,
                                           [TRACE_P] = CASE_P,
                                           [TRACE_NONE] = CASE_PARTS};
    return parts[extent];
}

/* The index of the operation that lies in that part of the case, or null. */
static size_t *index_in(struct trace_op *op, enum case_part part)
{
    const struct trace_form *form = &trace_forms[op->kind];
    if (form->first && part_of(form->first_extent) == part)
        return &op->i;
    return form->second && part_of(form->second_extent) == part ? &op->j : NULL;
}

static void drop_from_ops(struct check_case *c, enum case_part part, size_t from, size_t count)
{
    size_t kept = 0;
    for (size_t t = 0; t < c->count; t++) {
        struct trace_op op = c->ops[t];
        size_t *index = index_in(&op, part);
        if (index && *index >= from && *index < from + count)
            continue;
        if (index && *index >= from + count)
            *index -= count;
        c->ops[kept++] = op;
    }
    c->count = kept;
}

void case_drop(struct check_case *c, enum case_part part, size_t from, size_t count)
{
    struct trace_problem *in = &c->input;
    switch (part) {
    case CASE_OPS:
        memmove(c->ops + from, c->ops + from + count, (c->count - from - count) * sizeof *c->ops);
        c->count -= count;
        return;
    case CASE_M:
        drop_rows(&in->q, from, count);
        in->problem.m -= count;
        break;
    case CASE_N:
        drop_rows(&in->k, from, count);
        drop_rows(&in->v, from, count);
        in->problem.n -= count;
        break;
    case CASE_D:
        drop_columns(&in->q, from, count);
        drop_columns(&in->k, from, count);
        in->problem.d -= count;
        break;
    default:
        drop_columns(&in->v, from, count);
        in->problem.p -= count;
    }
    drop_from_ops(c, part, from, count);
}

int case_complexity(double x)
{
    char text[40];
    if (x == 0 && !signbit(x))
        return 0;
    if (x == 1)
        return 1;
    for (int digits = 1; digits <= 17; digits++) {
        const int length = snprintf(text, sizeof text, "%.*g", digits, x);
        if (strtod(text, NULL) == x)
            return 1 + length;
    }
    return INT16_MAX;
}
