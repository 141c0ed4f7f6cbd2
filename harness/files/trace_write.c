/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * trace_write.c: writers of traces. Numbers read back to the same bits, the sign of zero included:
 * decimals that every language reads, six digits where they are exact, else seventeen.
 */
#include <stdlib.h>
#include <string.h>

#include "harness/ground/atomic_file.h"
#include "trace.h"

void trace_write_head(FILE *stream)
{
    fputs("odamv-trace 1\n", stream);
}

static void write_number(FILE *stream, double x)
{
    char decimal[32];
    snprintf(decimal, sizeof decimal, "%.6g", x);
    if (strtod(decimal, NULL) != x)
        snprintf(decimal, sizeof decimal, "%.17g", x);
    fprintf(stream, " %s", decimal);
}

static void write_rows(FILE *stream, const char *word, size_t rows, size_t cols, const double *data)
{
    for (size_t i = 0; i < rows; i++) {
        fputs(word, stream);
        for (size_t j = 0; j < cols; j++)
            write_number(stream, data[i * cols + j]);
        putc('\n', stream);
    }
}

void trace_write_problem(FILE *stream, const struct odamv_problem *problem,
                         const struct odamv_options *options)
{
    trace_write_head(stream);
    fprintf(stream, "shape %zu %zu %zu %zu\nscale", problem->m, problem->n, problem->d, problem->p);
    write_number(stream, problem->scale);
    fprintf(stream, "\nnormalised %d\n", problem->normalised);
    if (options)
        fprintf(stream, "threshold %zu\ncoalesce %d\n", options->threshold, !options->no_coalesce);
    if (options && options->matmul)
        fprintf(stream, "matmul %s\n", options->matmul);
    if (options && options->leaf)
        fprintf(stream, "leaf %zu\n", options->leaf);
    write_rows(stream, "q", problem->m, problem->d, problem->q);
    write_rows(stream, "k", problem->n, problem->d, problem->k);
    write_rows(stream, "v", problem->n, problem->p, problem->v);
}

void trace_write_op(FILE *stream, const struct trace_op *op)
{
    const struct trace_form *form = &trace_forms[op->kind];
    fputs(form->word, stream);
    if (form->first)
        fprintf(stream, " %zu", op->i);
    if (form->second)
        fprintf(stream, " %zu", op->j);
    if (form->number)
        write_number(stream, op->value);
    putc('\n', stream);
}

static void write_comment(FILE *stream, const char *comment)
{
    while (comment && *comment) {
        size_t length = strcspn(comment, "\n");
        fprintf(stream, "# %.*s\n", (int)length, comment);
        comment += length + (comment[length] == '\n');
    }
}

enum status trace_write(const char *file, const struct trace_contents *c, struct say *say)
{
    struct atomic_file target;
    enum status status = atomic_open(&target, file, say);
    if (status != STATUS_OK)
        return status;
    write_comment(target.stream, c->comment);
    trace_write_problem(target.stream, c->problem, c->options);
    for (size_t i = 0; i < c->count; i++)
        trace_write_op(target.stream, &c->ops[i]);
    return atomic_commit(&target, say);
}
