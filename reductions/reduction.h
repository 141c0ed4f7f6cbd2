/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * reduction.h: how everything in this folder reports failure.
 *
 * A status is the exit status that it leads to. With every status but REDUCTION_OK goes one
 * message, written into message[0..size-1]; files are named as "FILE:LINE:COLUMN: what is there,
 * expected what". Nothing here prints. Outputs are untouched, or null, after a failure.
 */
#ifndef REDUCTION_H
#define REDUCTION_H

#include <stddef.h>

#include "odamv.h"

enum reduction_status {
    REDUCTION_OK = 0,
    REDUCTION_BAD = 2,     /* the input, or the request, is wrong */
    REDUCTION_MACHINE = 3, /* memory, disk, a missing library */
};

/* Formats the message and returns the status, so that a function can fail in one statement. */
enum reduction_status reduction_fail(enum reduction_status status, char *message, size_t size,
                                     const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Puts "FILE: " before the message and returns the status. */
enum reduction_status reduction_name_file(enum reduction_status status, const char *file,
                                          char *message, size_t size);

/* The status that a status of an engine leads to. */
enum reduction_status reduction_of_engine(enum odamv_status status);

/* rows * cols objects of `bytes` bytes each, zeroed, as *out, never null on success. Refuses,
 * before it allocates, a product that does not fit a size_t and a size above
 * odamv_memory_available. `what` begins the message. */
enum reduction_status reduction_zeros(size_t rows, size_t cols, size_t bytes, const char *what,
                                      void **out, char *message, size_t size);

/* Seconds of a clock that never goes back. */
double reduction_seconds(void);

#endif
