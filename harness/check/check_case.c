/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_case.h"

#include <stdlib.h>
#include <string.h>

#include "harness/ground/allocate.h"

static struct matrix zeros(size_t rows, size_t cols)
{
    return (struct matrix){rows, cols, allocate_array(rows * cols, sizeof(double))};
}

static void point_to_matrices(struct trace_problem *input)
{
    input->problem.q = input->q.data;
    input->problem.k = input->k.data;
    input->problem.v = input->v.data;
}

void case_open(struct check_case *c, const struct trace_shape *shape)
{
    *c = (struct check_case){.input = {.problem = {.m = shape->m,
                                                   .n = shape->n,
                                                   .d = shape->d,
                                                   .p = shape->p,
                                                   .scale = 1,
                                                   .normalised = true},
                                       .q = zeros(shape->m, shape->d),
                                       .k = zeros(shape->n, shape->d),
                                       .v = zeros(shape->n, shape->p)}};
    point_to_matrices(&c->input);
}

static void copy_matrix(struct matrix *matrix)
{
    matrix->data = allocate_copy(matrix->data, matrix->rows * matrix->cols, sizeof(double));
}

void case_copy(struct check_case *to, const struct check_case *from)
{
    const char *matmul = from->input.options.matmul;
    *to = *from;
    to->input.matmul = NULL;
    case_set_matmul(to, matmul);
    copy_matrix(&to->input.q);
    copy_matrix(&to->input.k);
    copy_matrix(&to->input.v);
    point_to_matrices(&to->input);
    to->ops = allocate_copy(from->ops, from->count, sizeof *from->ops);
    to->capacity = from->count;
}

void case_close(struct check_case *c)
{
    trace_problem_free(&c->input);
    free(c->ops);
    *c = (struct check_case){0};
}

struct trace_shape case_shape(const struct check_case *c)
{
    return trace_shape_of(&c->input.problem);
}

void case_push(struct check_case *c, const struct trace_op *op)
{
    if (c->count == c->capacity) {
        c->capacity = 2 * c->capacity + 16;
        c->ops = allocate_again(c->ops, c->capacity, sizeof *c->ops);
    }
    c->ops[c->count++] = *op;
}

void case_set_matmul(struct check_case *c, const char *name)
{
    char *copy = name ? allocate_copy(name, strlen(name) + 1, 1) : NULL;
    free(c->input.matmul);
    c->input.options.matmul = c->input.matmul = copy;
}

void case_without_q_updates(struct check_case *c)
{
    size_t kept = 0;
    for (size_t t = 0; t < c->count; t++)
        if (trace_forms[c->ops[t].kind].matrix != TRACE_Q)
            c->ops[kept++] = c->ops[t];
    c->count = kept;
}

static enum status read_ops(struct check_case *c, struct trace *reader, struct say *say)
{
    for (;;) {
        struct trace_op op;
        bool end = false;
        enum status status = trace_next(reader, &op, &end, say);
        if (status != STATUS_OK || end)
            return status;
        case_push(c, &op);
    }
}

enum status case_read(struct check_case *c, const char *file, struct say *say)
{
    struct trace *reader = allocate_array(1, sizeof *reader);
    enum status status = trace_open(reader, file, say);
    *c = (struct check_case){0};
    if (status == STATUS_OK)
        status = trace_read_problem(reader, &c->input, say);
    if (status == STATUS_OK &&
        (odamv_problem_check(&c->input.problem, say->text, sizeof say->text) != ODAMV_OK ||
         odamv_options_check(&c->input.options, say->text, sizeof say->text) != ODAMV_OK))
        status = say_where(say, STATUS_BAD, file);
    if (status == STATUS_OK)
        status = read_ops(c, reader, say);
    if (status != STATUS_OK)
        case_close(c);
    trace_close(reader);
    free(reader);
    return status;
}

enum status case_write(const struct check_case *c, const char *file, const char *comment,
                       struct say *say)
{
    const struct trace_contents contents = {comment, &c->input.problem, &c->input.options, c->ops,
                                            c->count};
    return trace_write(file, &contents, say);
}

static bool same_matrix(const struct matrix *a, const struct matrix *b)
{
    return a->rows == b->rows && a->cols == b->cols &&
           memcmp(a->data, b->data, a->rows * a->cols * sizeof *a->data) == 0;
}

static bool same_word(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_op(const struct trace_op *a, const struct trace_op *b)
{
    return a->kind == b->kind && a->i == b->i && a->j == b->j &&
           memcmp(&a->value, &b->value, sizeof a->value) == 0;
}

bool case_same(const struct check_case *a, const struct check_case *b)
{
    const struct trace_problem *x = &a->input, *y = &b->input;
    if (a->count != b->count || x->problem.scale != y->problem.scale ||
        x->problem.normalised != y->problem.normalised ||
        x->options.threshold != y->options.threshold ||
        x->options.no_coalesce != y->options.no_coalesce || x->options.leaf != y->options.leaf ||
        !same_word(x->options.matmul, y->options.matmul) || !same_matrix(&x->q, &y->q) ||
        !same_matrix(&x->k, &y->k) || !same_matrix(&x->v, &y->v))
        return false;
    for (size_t t = 0; t < a->count; t++)
        if (!same_op(a->ops + t, b->ops + t))
            return false;
    return true;
}
