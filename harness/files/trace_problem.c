/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * trace_problem.c: the problem inside a self-contained trace. See trace.h for the grammar.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "harness/ground/number.h"
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

static enum status read_count(struct scanner *s, const char *field, size_t least, size_t *out,
                              struct say *say)
{
    enum status status = scanner_next(s, say);
    if (status != STATUS_OK)
        return status;
    if (s->kind != SCANNER_WORD || number_parse_index(s->word, SIZE_MAX, out) || *out < least)
        return scanner_fail(s, field, least ? "a whole number from 1" : "a whole number", say);
    return STATUS_OK;
}

static enum status read_shape(struct scanner *s, struct odamv_problem *problem, struct say *say)
{
    struct {
        const char *field;
        size_t *out;
    } extents[] = {{"shape: M", &problem->m},
                   {"shape: N", &problem->n},
                   {"shape: D", &problem->d},
                   {"shape: P", &problem->p}};
    enum status status = scanner_next_line(s, say);
    if (status != STATUS_OK)
        return status;
    if (strcmp(s->word, "shape") != 0)
        return scanner_fail(s, "", "'shape M N D P', since no matrices were given beside the trace",
                            say);
    for (size_t i = 0; i < 4 && status == STATUS_OK; i++)
        status = read_count(s, extents[i].field, 1, extents[i].out, say);
    return status == STATUS_OK ? scanner_end_of_line(s, say) : status;
}

/* A word that is kept. */
static enum status read_word(struct scanner *s, const char *field, char **out, struct say *say)
{
    enum status status = scanner_next(s, say);
    if (status != STATUS_OK)
        return status;
    if (s->kind != SCANNER_WORD)
        return scanner_fail(s, field, "a word", say);
    *out = strdup(s->word);
    return *out ? STATUS_OK : say_fail(say, STATUS_MACHINE, "%s: no memory", s->name);
}

enum { SCALE, NORMALISED, THRESHOLD, COALESCE, MATMUL, LEAF, WORDS };

static enum status read_option(struct scanner *s, size_t word, struct trace_problem *out,
                               struct say *say)
{
    enum status status = STATUS_OK;
    size_t flag = 0;
    switch (word) {
    case SCALE:
        return scanner_number(s, "scale", &out->problem.scale, say);
    case NORMALISED:
        status = scanner_index(s, "normalised", 2, &flag, say);
        out->problem.normalised = flag;
        return status;
    case COALESCE:
        status = scanner_index(s, "coalesce", 2, &flag, say);
        out->options.no_coalesce = !flag;
        return status;
    case MATMUL:
        status = read_word(s, "matmul", &out->matmul, say);
        out->options.matmul = out->matmul;
        return status;
    case LEAF:
        return read_count(s, "leaf", 0, &out->options.leaf, say);
    default:
        return read_count(s, "threshold", 0, &out->options.threshold, say);
    }
}

/* Options up to the first word that is not one, which stays the scanner's last item. */
static enum status read_options(struct scanner *s, struct trace_problem *out, struct say *say)
{
    static const char *const words[WORDS] = {"scale",    "normalised", "threshold",
                                             "coalesce", "matmul",     "leaf"};
    bool seen[WORDS] = {false};
    for (;;) {
        enum status status = scanner_next_line(s, say);
        size_t word = 0;
        if (status != STATUS_OK)
            return status;
        while (word < WORDS && strcmp(s->word, words[word]) != 0)
            word++;
        if (word == WORDS)
            return STATUS_OK;
        if (seen[word])
            return scanner_fail(s, "", "each option once", say);
        seen[word] = true;
        status = read_option(s, word, out, say);
        if (status == STATUS_OK)
            status = scanner_end_of_line(s, say);
        if (status != STATUS_OK)
            return status;
    }
}

/* A matrix of the problem: the word that its rows begin with, its extents, and where it goes. */
struct block {
    const char *word;
    size_t rows, cols;
    struct matrix *out;
};

/* The rows of one matrix, into *out also what was read before a failure. The first word of the
 * first row is the scanner's last item. */
static enum status read_rows(struct scanner *s, const struct block *b, struct say *say)
{
    char where[300];
    enum status status;
    snprintf(where, sizeof where, "%.250s:%zu: matrix %s", s->name, s->line, b->word);
    status = matrix_zeros(b->rows, b->cols, where, b->out, say);
    for (size_t i = 0; i < b->rows && status == STATUS_OK; i++) {
        if (i)
            status = scanner_next_line(s, say);
        if (status == STATUS_OK && strcmp(s->word, b->word) != 0) {
            char expected[80];
            snprintf(expected, sizeof expected, "row %zu of %zu of matrix %s", i, b->rows, b->word);
            status = scanner_fail(s, "", expected, say);
        }
        for (size_t j = 0; j < b->cols && status == STATUS_OK; j++)
            status = scanner_number(s, b->word, &b->out->data[i * b->cols + j], say);
        if (status == STATUS_OK)
            status = scanner_end_of_line(s, say);
    }
    return status;
}

enum status trace_read_problem(struct trace *trace, struct trace_problem *out, struct say *say)
{
    struct scanner *s = &trace->scanner;
    struct trace_problem r = {.problem = {.scale = 1.0, .normalised = true}};
    struct odamv_problem *o = &r.problem;
    enum status status = read_shape(s, o, say);
    if (status == STATUS_OK)
        status = read_options(s, &r, say);
    const struct block blocks[] = {
        {"q", o->m, o->d, &r.q}, {"k", o->n, o->d, &r.k}, {"v", o->n, o->p, &r.v}};
    for (size_t i = 0; i < 3 && status == STATUS_OK; i++) {
        if (i)
            status = scanner_next_line(s, say);
        if (status == STATUS_OK)
            status = read_rows(s, &blocks[i], say);
    }
    if (status != STATUS_OK) {
        trace_problem_free(&r);
        return status;
    }
    o->q = r.q.data;
    o->k = r.k.data;
    o->v = r.v.data;
    trace->shape = (struct trace_shape){.m = o->m, .n = o->n, .d = o->d, .p = o->p};
    *out = r;
    return STATUS_OK;
}
