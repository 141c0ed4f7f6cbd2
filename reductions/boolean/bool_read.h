/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bool_read.h: boolean matrices from files, read strictly; the first byte tells the format.
 *
 *     %     Matrix Market: coordinate (pattern, integer, real) or array (integer, real);
 *           general, or symmetric with the lower triangle given; a nonzero is 1
 *     \x93  NPY of NumPy, versions 1 to 3: bool, integers and floats; a nonzero is 1; either order
 *     else  dense text: one row per line, 0s and 1s separated by blanks or not at all, # comments
 *
 * Everything else is refused with "FILE:LINE:COLUMN: what is there, expected what", or for NPY with
 * the byte offset. Sizes are compared with the memory before a matrix is allocated. Lines end with
 * LF, CR LF or CR. Indices in a Matrix Market file count from 1, as that format says; all others in
 * this program count from 0.
 */
#ifndef BOOL_READ_H
#define BOOL_READ_H

#include "bitmatrix.h"

/* "-" is standard input. The matrix may have no rows or no columns. */
enum status bool_read(const char *file, struct bitmatrix *out, struct say *say);

#endif
