/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * matrix.h: a dense real matrix, row-major and without gaps, as every reader of this program
 * returns it.
 */
#ifndef MATRIX_H
#define MATRIX_H

#include <stddef.h>

#include "say.h"

struct matrix {
    size_t rows, cols; /* either may be 0 */
    double *data;      /* rows * cols entries, row-major, from malloc; owned */
};

/* A matrix of zeros, under the conditions of allocate_zeros. */
enum status matrix_zeros(size_t rows, size_t cols, const char *what, struct matrix *out,
                         struct say *say);

/* Frees the data and leaves an empty matrix. Accepts null and empty matrices. */
void matrix_free(struct matrix *matrix);

#endif
