/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * matrix_read.h: a dense real matrix from a file of either kind, NPY (npy.h) or text (dense_text.h).
 */
#ifndef MATRIX_READ_H
#define MATRIX_READ_H

#include "harness/ground/matrix.h"
#include "harness/ground/say.h"

/* NPY when the first byte is that of its magic, text otherwise. "-" is standard input. The matrix is
 * the caller's, to be freed with matrix_free; *out is left alone after a failure. */
enum status matrix_read(const char *file, struct matrix *out, struct say *say);

#endif
