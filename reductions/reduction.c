/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * reduction.c: messages, memory, the clock. See reduction.h.
 */
#include "reduction.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum reduction_status reduction_fail(enum reduction_status status, char *message, size_t size,
                                     const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, size, format, arguments);
    va_end(arguments);
    return status;
}

enum reduction_status reduction_name_file(enum reduction_status status, const char *file,
                                          char *message, size_t size)
{
    char reason[600];
    snprintf(reason, sizeof reason, "%s", message);
    return reduction_fail(status, message, size, "%s: %s", file, reason);
}

enum reduction_status reduction_of_engine(enum odamv_status status)
{
    return status == ODAMV_OK      ? REDUCTION_OK
           : status == ODAMV_NOMEM ? REDUCTION_MACHINE
                                   : REDUCTION_BAD;
}

enum reduction_status reduction_zeros(size_t rows, size_t cols, size_t bytes, const char *what,
                                      void **out, char *message, size_t size)
{
    double bytes_all = (double)rows * (double)cols * (double)bytes, available;
    *out = NULL;
    if (rows && cols && rows > SIZE_MAX / 2 / bytes / cols)
        return reduction_fail(REDUCTION_BAD, message, size,
                              "%s: %zu x %zu, expected sizes whose product can be addressed", what,
                              rows, cols);
    /* to ask takes a dozen system calls, and is not worth it for little */
    available = bytes_all < 1 << 20 ? bytes_all : odamv_memory_available();
    if (bytes_all > available)
        return reduction_fail(REDUCTION_MACHINE, message, size,
                              "%s: %zu x %zu needs %.3g bytes, %.3g are available", what, rows,
                              cols, bytes_all, available);
    *out = calloc(rows && cols ? rows * cols : 1, bytes);
    if (!*out)
        return reduction_fail(REDUCTION_MACHINE, message, size, "%s: no memory for %zu x %zu", what,
                              rows, cols);
    return REDUCTION_OK;
}

double reduction_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
