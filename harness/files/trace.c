/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * trace.c: the reader of operations. See trace.h for the grammar.
 */
#include "trace.h"

#include <string.h>

const char *trace_kind_name(enum trace_kind kind)
{
    return trace_forms[kind].word;
}

enum status trace_open(struct trace *trace, const char *file, struct say *say)
{
    struct scanner *s = &trace->scanner;
    enum status status = scanner_open(s, file, say);
    trace->shape = (struct trace_shape){0};
    if (status == STATUS_OK)
        status = scanner_next_line(s, say);
    if (status == STATUS_OK && strcmp(s->word, "odamv-trace") != 0)
        status = scanner_fail(s, "", "'odamv-trace 1'", say);
    if (status == STATUS_OK)
        status = scanner_next(s, say);
    if (status == STATUS_OK && strcmp(s->word, "1") != 0)
        status = scanner_fail(s, "version", "1", say);
    return status == STATUS_OK ? scanner_end_of_line(s, say) : status;
}

void trace_close(struct trace *trace)
{
    scanner_close(&trace->scanner);
}

void trace_begin(struct trace *trace, const struct trace_shape *shape)
{
    trace->shape = *shape;
}

static enum status unknown_word(const struct scanner *s, struct say *say)
{
    static const char *const problem_words[] = {
        "shape", "scale", "normalised", "threshold", "coalesce", "matmul", "leaf", "q", "k", "v"};
    for (size_t i = 0; i < sizeof problem_words / sizeof *problem_words; i++)
        if (strcmp(s->word, problem_words[i]) == 0)
            return scanner_fail(s, "",
                                "an operation: parts of a problem stand before the first "
                                "one, in a trace that is read with its own matrices",
                                say);
    return scanner_fail(s, "",
                        "update_k, update_v, update_q, set_k, set_v, set_q, query, "
                        "query_column or query_row",
                        say);
}

enum status trace_next(struct trace *trace, struct trace_op *op, bool *end, struct say *say)
{
    struct scanner *s = &trace->scanner;
    struct trace_op next = {0};
    enum status status;
    size_t kind = 0;
    if ((status = scanner_next_line(s, say)) != STATUS_OK)
        return status;
    *end = s->kind == SCANNER_END;
    if (*end)
        return STATUS_OK;
    next.line = s->line;
    while (kind < TRACE_KINDS && strcmp(s->word, trace_forms[kind].word) != 0)
        kind++;
    if (kind == TRACE_KINDS)
        return unknown_word(s, say);
    next.kind = (enum trace_kind)kind;
    const struct trace_form *form = &trace_forms[kind];
    if (form->first)
        status = scanner_index(s, form->first, trace_extent_of(&trace->shape, form->first_extent),
                               &next.i, say);
    if (status == STATUS_OK && form->second)
        status = scanner_index(s, form->second, trace_extent_of(&trace->shape, form->second_extent),
                               &next.j, say);
    if (status == STATUS_OK && form->number)
        status = scanner_number(s, form->number, &next.value, say);
    if (status == STATUS_OK)
        status = scanner_end_of_line(s, say);
    if (status == STATUS_OK)
        *op = next;
    return status;
}
