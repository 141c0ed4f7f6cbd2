/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * trace_problem.c: the problem inside a self-contained trace. See trace.h for the grammar.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "trace.h"

void trace_problem_free(struct trace_problem *problem)
{
    if (!problem)
        return;
    matrix_free(&problem->q);
    matrix_free(&problem->k);
    matrix_free(&problem->v);
    free(problem->matmul);
    problem->matmul = NULL;
}

/* The first word of the next line that has one. */
static enum input_status next_line(struct scanner *s, char *message, size_t size)
{
    enum input_status status;
    do
        status = scanner_next(s, message, size);
    while (status == INPUT_OK && s->kind == SCANNER_NEWLINE);
    return status;
}

static enum input_status read_count(struct scanner *s, const char *field, size_t least, size_t *out,
                                    char *message, size_t size)
{
    enum input_status status = scanner_next(s, message, size);
    if (status != INPUT_OK)
        return status;
    if (s->kind != SCANNER_WORD || input_parse_index(s->word, SIZE_MAX, out) || *out < least)
        return scanner_fail(s, field, least ? "a whole number from 1" : "a whole number", message,
                            size);
    return INPUT_OK;
}

static enum input_status read_shape(struct scanner *s, struct odamv_problem *problem, char *message,
                                    size_t size)
{
    struct {
        const char *field;
        size_t *out;
    } extents[] = {{"shape: M", &problem->m},
                   {"shape: N", &problem->n},
                   {"shape: D", &problem->d},
                   {"shape: P", &problem->p}};
    enum input_status status = next_line(s, message, size);
    if (status != INPUT_OK)
        return status;
    if (strcmp(s->word, "shape") != 0)
        return scanner_fail(s, "", "'shape M N D P', since no matrices were given beside the trace",
                            message, size);
    for (size_t i = 0; i < 4 && status == INPUT_OK; i++)
        status = read_count(s, extents[i].field, 1, extents[i].out, message, size);
    return status == INPUT_OK ? scanner_end_of_line(s, message, size) : status;
}

/* A word that is kept. */
static enum input_status read_word(struct scanner *s, const char *field, char **out, char *message,
                                   size_t size)
{
    enum input_status status = scanner_next(s, message, size);
    if (status != INPUT_OK)
        return status;
    if (s->kind != SCANNER_WORD)
        return scanner_fail(s, field, "a word", message, size);
    *out = strdup(s->word);
    return *out ? INPUT_OK : input_fail(INPUT_MACHINE, message, size, "%s: no memory", s->name);
}

enum { SCALE, NORMALISED, THRESHOLD, COALESCE, MATMUL, LEAF, WORDS };

static enum input_status read_option(struct scanner *s, size_t word, struct trace_problem *out,
                                     char *message, size_t size)
{
    enum input_status status = INPUT_OK;
    size_t flag = 0;
    switch (word) {
    case SCALE:
        return scanner_number(s, "scale", &out->problem.scale, message, size);
    case NORMALISED:
        status = scanner_index(s, "normalised", 2, &flag, message, size);
        out->problem.normalised = flag;
        return status;
    case COALESCE:
        status = scanner_index(s, "coalesce", 2, &flag, message, size);
        out->options.no_coalesce = !flag;
        return status;
    case MATMUL:
        status = read_word(s, "matmul", &out->matmul, message, size);
        out->options.matmul = out->matmul;
        return status;
    case LEAF:
        return read_count(s, "leaf", 0, &out->options.leaf, message, size);
    default:
        return read_count(s, "threshold", 0, &out->options.threshold, message, size);
    }
}

/* Options up to the first word that is not one, which stays the scanner's last item. */
static enum input_status read_options(struct scanner *s, struct trace_problem *out, char *message,
                                      size_t size)
{
    static const char *const words[WORDS] = {"scale",    "normalised", "threshold",
                                             "coalesce", "matmul",     "leaf"};
    bool seen[WORDS] = {false};
    for (;;) {
        enum input_status status = next_line(s, message, size);
        size_t word = 0;
        if (status != INPUT_OK)
            return status;
        while (word < WORDS && strcmp(s->word, words[word]) != 0)
            word++;
        if (word == WORDS)
            return INPUT_OK;
        if (seen[word])
            return scanner_fail(s, "", "each option once", message, size);
        seen[word] = true;
        status = read_option(s, word, out, message, size);
        if (status == INPUT_OK)
            status = scanner_end_of_line(s, message, size);
        if (status != INPUT_OK)
            return status;
    }
}

/* Rows that begin with `word`, the first of which is the scanner's last item when `pending`. */
static enum input_status read_rows(struct scanner *s, const char *word, bool pending, size_t rows,
                                   size_t cols, struct matrix *out, char *message, size_t size)
{
    char where[300];
    struct matrix matrix = {0};
    enum input_status status;
    snprintf(where, sizeof where, "%.250s:%zu: matrix %s", s->name, s->line, word);
    status = matrix_zeros(rows, cols, where, &matrix, message, size);
    for (size_t i = 0; i < rows && status == INPUT_OK; i++) {
        if (!pending || i)
            status = next_line(s, message, size);
        if (status == INPUT_OK && strcmp(s->word, word) != 0) {
            char expected[80];
            snprintf(expected, sizeof expected, "row %zu of %zu of matrix %s", i, rows, word);
            status = scanner_fail(s, "", expected, message, size);
        }
        for (size_t j = 0; j < cols && status == INPUT_OK; j++)
            status = scanner_number(s, word, &matrix.data[i * cols + j], message, size);
        if (status == INPUT_OK)
            status = scanner_end_of_line(s, message, size);
    }
    if (status == INPUT_OK)
        *out = matrix;
    else
        matrix_free(&matrix);
    return status;
}

enum input_status trace_read_problem(struct trace *trace, struct trace_problem *out, char *message,
                                     size_t size)
{
    struct scanner *s = &trace->scanner;
    struct trace_problem r = {.problem = {.scale = 1.0, .normalised = true}};
    struct odamv_problem *o = &r.problem;
    enum input_status status = read_shape(s, o, message, size);
    if (status == INPUT_OK)
        status = read_options(s, &r, message, size);
    if (status == INPUT_OK)
        status = read_rows(s, "q", true, o->m, o->d, &r.q, message, size);
    if (status == INPUT_OK)
        status = read_rows(s, "k", false, o->n, o->d, &r.k, message, size);
    if (status == INPUT_OK)
        status = read_rows(s, "v", false, o->n, o->p, &r.v, message, size);
    if (status != INPUT_OK) {
        trace_problem_free(&r);
        return status;
    }
    o->q = r.q.data;
    o->k = r.k.data;
    o->v = r.v.data;
    trace->shape = (struct trace_shape){.m = o->m, .n = o->n, .d = o->d, .p = o->p};
    *out = r;
    return INPUT_OK;
}
