/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * npy.h: matrices in the NPY format of NumPy, read strictly and in pieces, and written.
 *
 * Read are two-dimensional arrays of every type in npy_element.h, in either byte order and in C or
 * Fortran order, under the headers of npy_header.h. Everything else is refused with the byte
 * offset: nothing is guessed, and a regular file's length is compared with what its header says
 * before the caller gets to allocate anything. A pipe is read as far as it goes.
 */
#ifndef NPY_H
#define NPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "harness/ground/matrix.h"
#include "harness/ground/say.h"
#include "npy_header.h"

enum npy_take {
    NPY_REAL,    /* finite doubles, equal to what the file holds; integers up to 2^53 */
    NPY_NONZERO, /* 1 for what is not zero, else 0; NaN is neither, and refused */
};

#define NPY_PIECE 4096 /* elements */

struct npy_reader {
    FILE *stream;     /* borrowed */
    const char *name; /* borrowed; for messages */
    enum npy_take take;
    struct npy_header header;
    size_t total, done; /* elements of the file, and those before the piece */
    size_t count;       /* elements of the piece, in the file's order; 0 after the last one */
    size_t row, col;    /* of the first of them */
    double values[NPY_PIECE];
    unsigned char bytes[NPY_PREAMBLE_MAX]; /* the preamble, then the piece */
};

/* Reads the header from an open stream that stands at the first byte, and stays open. Nothing has
 * to be closed. */
enum status npy_open(struct npy_reader *reader, FILE *stream, const char *name, enum npy_take take,
                     struct say *say);

/* The next piece, into count, row, col and values. count = 0 when there is none, and then the
 * stream has ended too. */
enum status npy_next(struct npy_reader *reader, struct say *say);

/* From the place of one element to that of the next. */
static inline void npy_step(const struct npy_header *header, size_t *row, size_t *col)
{
    size_t *inner = header->fortran_order ? row : col, *outer = header->fortran_order ? col : row;
    if (++*inner == (header->fortran_order ? header->rows : header->cols)) {
        *inner = 0;
        ++*outer;
    }
}

/* A whole matrix, from a stream as in npy_open. */
enum status npy_read(FILE *stream, const char *name, struct matrix *out, struct say *say);

/* Version 1, f8, C order; see atomic_file.h for how the file comes into being. */
enum status npy_write(const char *file, const struct matrix *matrix, struct say *say);

#endif
