/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * matrix.h: a dense real matrix, row-major and without gaps, as every reader of this program
 * returns it.
 */
#ifndef MATRIX_H
#define MATRIX_H

#include <stddef.h>

#include "input.h"

struct matrix {
    size_t rows, cols; /* either may be 0 */
    double *data;      /* rows * cols entries, row-major, from malloc; owned */
};

/* rows * cols objects of `bytes` bytes each, zeroed. Refuses, before it allocates, a product that
 * does not fit a size_t (BAD) and a size above odamv_memory_available (MACHINE). `what` begins the
 * message: a file, "FILE:LINE" or a name. *out is never null on success, not even for 0 objects. */
enum input_status matrix_bytes(size_t rows, size_t cols, size_t bytes, const char *what, void **out,
                               char *message, size_t size);

/* A matrix of zeros, under the same conditions. */
enum input_status matrix_zeros(size_t rows, size_t cols, const char *what, struct matrix *out,
                               char *message, size_t size);

/* Frees the data and leaves an empty matrix. Accepts null and empty matrices. */
void matrix_free(struct matrix *matrix);

#endif
