/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * mtx_line.h: the lines of a Matrix Market file, split into words, and what a word may be; private
 * to bool_mtx.c. Every refusal is "FILE:LINE:COLUMN: what is there, expected what".
 */
#ifndef MTX_LINE_H
#define MTX_LINE_H

#include <stdbool.h>
#include <stdio.h>

#include "harness/ground/say.h"

#define MTX_LINE_BYTES 1024 /* the format's own limit */
#define MTX_WORDS      6    /* one more than any line has */

struct mtx_line {
    FILE *stream;
    const char *file;
    struct say *say;
    size_t line; /* number, from 1 */
    char text[MTX_LINE_BYTES + 1];
    size_t words;
    struct {
        const char *at;
        size_t length;
    } word[MTX_WORDS];
};

/* The next line; *end when there is none. */
enum status mtx_line_next(struct mtx_line *l, bool *end);
/* The next line that is not blank. Comments are skipped with `comments`, else refused. */
enum status mtx_line_entry(struct mtx_line *l, bool comments, bool *end);

/* Fails at word number `word`, which may be missing. */
enum status mtx_line_fail(const struct mtx_line *l, size_t word, const char *what,
                          const char *expected);

/* Whether a word is `name`, in any case. */
bool mtx_line_is(const struct mtx_line *l, size_t word, const char *name);

/* Fails when there are more than so many words. */
enum status mtx_line_ends(const struct mtx_line *l, size_t words);

/* A word as a whole number from least to most, which is at most 2^48. */
enum status mtx_line_whole(const struct mtx_line *l, size_t word, const char *what, size_t least,
                           size_t most, size_t *out);

/* A word as a finite decimal number, or a whole one, of which only whether it is 0 is told. */
enum status mtx_line_value(const struct mtx_line *l, size_t word, bool integer, bool *nonzero);

#endif
