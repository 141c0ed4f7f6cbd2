/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scanner.h: words of a text file, with the line and column of each.
 *
 * Words are separated by blanks, tabs, form feeds, vertical tabs and, on request, commas; `#`
 * begins a comment that ends with its line, unless another byte does, or none. A line ends with LF,
 * CR LF or CR. Lines are never held, so that they may be of any length; a word longer than
 * SCANNER_WORD_MAX bytes is refused, and so is a zero byte outside comments. Never reads past the
 * byte that ends a line before it has been asked for what follows, so that it can serve a
 * conversation over a pipe.
 */
#ifndef SCANNER_H
#define SCANNER_H

#include <stdbool.h>
#include <stdio.h>

#include "harness/ground/say.h"

/* Long enough for any exact decimal double (about 1100 digits). */
#define SCANNER_WORD_MAX 2000

enum scanner_kind { SCANNER_WORD, SCANNER_COMMA, SCANNER_NEWLINE, SCANNER_END };

struct scanner {
    FILE *stream;
    bool close;                      /* the stream was opened here */
    const char *name;                /* for messages; borrowed */
    bool commas;                     /* commas are items of their own, else part of words */
    bool letters;                    /* every byte is a word of its own */
    int comment;                     /* the byte that begins one; SCANNER_NO_COMMENT */
    size_t line_most;                /* bytes of the longest line, comments aside */
    enum scanner_kind kind;          /* of the last item */
    size_t line, column;             /* of its first byte, from 1, in bytes */
    size_t next_line, next_column;   /* of the byte that is read next */
    int ahead;                       /* a byte that was only looked at, if any */
    bool after_return;               /* the byte before it was a CR */
    double bytes;                    /* taken so far */
    size_t length;                   /* of the word */
    char word[SCANNER_WORD_MAX + 1]; /* the word, ended by a zero byte; "" for other kinds */
};

#define SCANNER_NO_COMMENT 256 /* no byte */

/* "-" is standard input. The scanner is closed with scanner_close also after a failure. It begins
 * without commas and letters, with `#` for comments and lines of any length, which the caller may
 * change. */
enum status scanner_open(struct scanner *scanner, const char *file, struct say *say);
/* The same for an open stream at its first byte, which stays open. */
void scanner_attach(struct scanner *scanner, FILE *stream, const char *name);
void scanner_close(struct scanner *scanner);

/* The next item, into the fields above. SCANNER_END repeats. */
enum status scanner_next(struct scanner *scanner, struct say *say);
/* The next item that is not the end of a line: the first word of the next line that has one. */
enum status scanner_next_line(struct scanner *scanner, struct say *say);

/* Fails with BAD at the last item: "FILE:LINE:COLUMN: what 'word', expected", or "what missing" where
 * the line or the file ends. `what` may be "", and then the message names the end. */
enum status scanner_fail(const struct scanner *scanner, const char *what, const char *expected,
                         struct say *say);

/* Reads one word and converts it: a number; or an index below `extent`. `field` is its name. */
enum status scanner_number(struct scanner *scanner, const char *field, double *out,
                           struct say *say);
enum status scanner_index(struct scanner *scanner, const char *field, size_t extent, size_t *out,
                          struct say *say);

/* Reads the end of the line, or of the file. */
enum status scanner_end_of_line(struct scanner *scanner, struct say *say);

#endif
