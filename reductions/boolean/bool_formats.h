/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bool_formats.h: the formats of boolean matrices, one reader each; private to bool_read.c. Each
 * reads an open stream that stands at the first byte, up to its end; `file` is for messages.
 */
#ifndef BOOL_FORMATS_H
#define BOOL_FORMATS_H

#include <stdio.h>

#include "bitmatrix.h"

enum status bool_read_mtx(FILE *stream, const char *file, struct bitmatrix *out, struct say *say);
enum status bool_read_npy(FILE *stream, const char *file, struct bitmatrix *out, struct say *say);
enum status bool_read_text(FILE *stream, const char *file, struct bitmatrix *out, struct say *say);

#endif
