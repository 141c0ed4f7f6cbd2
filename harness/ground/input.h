/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * input.h: what every reader and writer of files in this program reports, and how.
 *
 * A status is the exit status that it leads to. With every status but INPUT_OK goes one message,
 * written into message[0..size-1], of the form "FILE:LINE:COLUMN: what is there, expected what".
 * Readers print nothing; their outputs are untouched, or null, when they fail.
 */
#ifndef INPUT_H
#define INPUT_H

#include <stddef.h>

enum input_status {
    INPUT_OK = 0,
    INPUT_BAD = 2,     /* the file, or the request, is wrong */
    INPUT_MACHINE = 3, /* memory, disk, an error of the system */
};

/* Formats the message and returns the status, so that a reader can fail in one statement. */
enum input_status input_fail(enum input_status status, char *message, size_t size,
                             const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The same for a failed system call: "FILE: what: reason of errno". BAD when the reason lies in
 * what was asked for (no such file, a directory, no permission), MACHINE otherwise. */
enum input_status input_fail_errno(const char *file, const char *what, char *message, size_t size);

/* bytes[0..length-1] as printable ASCII between quotes, shortened to fit out[0..size-1]; returns
 * out. */
const char *input_quote(const char *bytes, size_t length, char *out, size_t size);

/* A whole token as a finite number, decimal or C hexadecimal floating point, in the C locale
 * whatever the locale of the process. Refuses blanks, "inf", "nan", trailing bytes and overflow;
 * numbers below the smallest double round to it or to 0. Returns null, or what is wrong with it. */
const char *input_parse_number(const char *token, double *out);

/* A whole token of decimal digits, at most `last`. Returns null, or what is wrong with it. */
const char *input_parse_index(const char *token, size_t last, size_t *out);

#endif
