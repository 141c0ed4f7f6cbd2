/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * say.h: how everything above the library fails, and what it says.
 *
 * A function that can fail returns a status, which is the exit status that it leads to. With every
 * status but STATUS_OK goes one message, a struct say that the caller provides: a sentence without
 * a full stop, which for a file has the form "FILE:LINE:COLUMN: what is there, expected what".
 * Commands print it; below them only the checker and what ends the process do. Outputs are
 * untouched, or null, after a failure.
 */
#ifndef SAY_H
#define SAY_H

#include <stddef.h>

#include "odamv.h"

enum status {
    STATUS_OK = 0,
    STATUS_FAILED = 1,  /* a check failed, or an answer was undecided */
    STATUS_BAD = 2,     /* wrong use or bad input */
    STATUS_MACHINE = 3, /* memory, disk, a missing library */
};

struct say {
    char text[1024]; /* ended by a zero byte; what does not fit is cut off */
};

/* Formats the message and returns the status, so that a function can fail in one statement. An
 * argument may be the old text itself. */
enum status say_fail(struct say *say, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a failed system call: "FILE: what: reason of errno". BAD when the reason lies in
 * what was asked for (no such file, a directory, no permission), MACHINE otherwise. */
enum status say_errno(struct say *say, const char *file, const char *what);

/* Puts "WHERE: " before the message and returns the status. */
enum status say_where(struct say *say, enum status status, const char *where);

/* What a status of the library leads to. */
enum status say_library(enum odamv_status status);

/* bytes[0..length-1] as printable ASCII between quotes, other bytes as \xHH, shortened to fit
 * out[0..size-1]; returns out. say_word is the same for a string. */
const char *say_quote(const char *bytes, size_t length, char *out, size_t size);
const char *say_word(const char *word, char *out, size_t size);

/* Prints "odamv: ..." on standard error, in one piece. */
void say_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
