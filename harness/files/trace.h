/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * trace.h: traces, the text format of streams of operations.
 *
 * A trace has one operation per line. `#` begins a comment, lines without words are skipped, words
 * are separated by blanks or tabs. A number is decimal or C hexadecimal floating point, finite; an
 * index is decimal, counts from 0 and is inside its dimension. The grammar, where [] may be left
 * out:
 *
 *     trace     = "odamv-trace 1" newline [ problem ] { operation newline }
 *     problem   = "shape" M N D P newline
 *                 { option newline }              each at most once, in any order
 *                 M times: "q" D numbers newline  row 0 first
 *                 N times: "k" D numbers newline
 *                 N times: "v" P numbers newline
 *     option    = "scale" NUMBER                  default 1
 *               | "normalised" ( "0" | "1" )      default 1
 *               | "threshold" COUNT               default 0: the engine's own
 *               | "coalesce" ( "0" | "1" )        default 1
 *               | "matmul" WORD                   default classical
 *               | "leaf" COUNT                    default 0: the scheme's own
 *     operation = ( "update_k" | "set_k" ) KEY FEATURE NUMBER
 *               | ( "update_v" | "set_v" ) KEY COLUMN NUMBER
 *               | ( "update_q" | "set_q" ) QUERY FEATURE NUMBER
 *               | "query" QUERY COLUMN | "query_column" COLUMN | "query_row" QUERY
 *
 * update_* adds the number to the entry, set_* replaces the entry. A trace with a problem is called
 * self-contained. The reader takes one line at a time, from a pipe as well as from a file.
 */
#ifndef TRACE_H
#define TRACE_H

#include <stdbool.h>
#include <stdio.h>

#include "harness/ground/matrix.h"
#include "harness/ground/say.h"
#include "odamv.h"
#include "scanner.h"
#include "trace_op.h"

/* What a self-contained trace carries. The problem's pointers are those of the matrices, and
 * options.matmul is null or `matmul`. */
struct trace_problem {
    struct odamv_problem problem;
    struct odamv_options options;
    struct matrix q, k, v;
    char *matmul; /* from malloc; owned */
};

struct trace {
    struct scanner scanner;
    struct trace_shape shape; /* that operations are checked against */
};

/* Opens a trace, "-" for standard input, and reads its first line. Then comes either trace_begin or
 * trace_read_problem, then trace_next until *end. To be closed also after a failure. */
enum status trace_open(struct trace *trace, const char *file, struct say *say);
void trace_close(struct trace *trace);

/* The trace has no problem of its own; operations are on one of this shape. */
void trace_begin(struct trace *trace, const struct trace_shape *shape);

/* The trace must be self-contained; reads up to the last row of V. Entries are finite and all
 * extents at least 1; the limits of odamv_problem_check are not checked. */
enum status trace_read_problem(struct trace *trace, struct trace_problem *out, struct say *say);
void trace_problem_free(struct trace_problem *problem);

/* The next operation, or *end. */
enum status trace_next(struct trace *trace, struct trace_op *op, bool *end, struct say *say);

/* "update_k", ... */
const char *trace_kind_name(enum trace_kind kind);

/* Writers. Numbers read back to the same bits. Errors stay in the stream.
 * trace_write_head writes the first line only, trace_write_problem also the problem. */
void trace_write_head(FILE *stream);
void trace_write_problem(FILE *stream, const struct odamv_problem *problem,
                         const struct odamv_options *options);
void trace_write_op(FILE *stream, const struct trace_op *op);

/* A whole self-contained trace; everything is borrowed. */
struct trace_contents {
    const char *comment; /* null, or lines that become comments */
    const struct odamv_problem *problem;
    const struct odamv_options *options; /* null: the defaults */
    const struct trace_op *ops;          /* count */
    size_t count;
};

/* See atomic_file.h for how the file comes into being. */
enum status trace_write(const char *file, const struct trace_contents *contents, struct say *say);

#endif
