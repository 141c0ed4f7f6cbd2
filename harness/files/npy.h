/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * npy.h: matrices in the NPY format of NumPy, versions 1, 2 and 3, read strictly.
 *
 * Source: NumPy Enhancement Proposal 1 and the format's description in numpy.lib.format. A file is
 *
 *     \x93NUMPY  major minor  header length (2 or 4 bytes, little-endian)  header  elements
 *
 * where the header is a Python dictionary literal with exactly the keys descr, fortran_order and
 * shape, ended by a newline. Accepted are two-dimensional arrays of f8, f4, u1 and b1, in either
 * byte order and in C or Fortran order. Everything else is refused with the byte offset: nothing
 * is guessed, and nothing is allocated before the sizes have been compared with the file and with
 * the memory.
 */
#ifndef NPY_H
#define NPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "harness/ground/matrix.h"
#include "harness/ground/say.h"

enum npy_type { NPY_F8, NPY_F4, NPY_U1, NPY_B1 };

/* Sets of types. */
#define NPY_REAL ((1u << NPY_F8) | (1u << NPY_F4))
#define NPY_BYTE ((1u << NPY_U1) | (1u << NPY_B1))

#define NPY_MAGIC      "\x93NUMPY"
#define NPY_MAGIC_SIZE 6
#define NPY_FIRST      0x93

/* Longest header that is read; what NumPy writes for a matrix has less than 128 bytes. */
#define NPY_HEADER_MAX 65536

struct npy_header {
    enum npy_type type;
    bool big_endian, fortran_order;
    size_t rows, cols;
    size_t data_offset; /* of the first element, in bytes */
};

/* Parses what precedes the elements, from the first `length` bytes of a file. BAD when these are
 * not enough or not right, or when the type is not in the set `types`. `file` is for the message
 * only. */
enum status npy_parse_header(const char *file, const unsigned char *bytes, size_t length,
                             unsigned types, struct npy_header *out, struct say *say);

/* The two readers below take an open stream that stands at the first byte and stays open, or null,
 * to open `file` themselves. A first byte of NPY_FIRST, which no text has, tells the format. */

/* f8 or f4, converted to row-major doubles. An element that is not finite is BAD. */
enum status npy_read(FILE *stream, const char *file, struct matrix *out, struct say *say);

/* u1 or b1, as row-major bytes from malloc: u1 as stored, b1 must be 0 or 1. */
enum status npy_read_bytes(FILE *stream, const char *file, size_t *rows, size_t *cols,
                           unsigned char **out, struct say *say);

/* Version 1, f8, C order; see atomic_file.h for how the file comes into being. */
enum status npy_write(const char *file, const struct matrix *matrix, struct say *say);

#endif
