/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bitmatrix.h: boolean matrices, as packed rows and as lists of nonzeros.
 */
#ifndef BITMATRIX_H
#define BITMATRIX_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/ground/say.h"

/* Bit c % 64 of bits[r * words + c / 64] is entry (r, c). Bits past the last column are 0. */
struct bitmatrix {
    size_t rows, cols, words; /* words = ceil(cols / 64) */
    uint64_t *bits;           /* rows * words; owned */
};

static inline bool bitmatrix_get(const struct bitmatrix *a, size_t r, size_t c)
{
    return a->bits[r * a->words + c / 64] >> c % 64 & 1;
}

static inline void bitmatrix_set(struct bitmatrix *a, size_t r, size_t c)
{
    a->bits[r * a->words + c / 64] |= (uint64_t)1 << c % 64;
}

/* A matrix of zeros; either extent may be 0. `what` begins the message, which names both. */
enum status bitmatrix_open(size_t rows, size_t cols, const char *what, struct bitmatrix *out,
                           struct say *say);
/* Accepts null and empty matrices, and leaves an empty one. */
void bitmatrix_free(struct bitmatrix *a);

size_t bitmatrix_count(const struct bitmatrix *a);

/* out[r * stride + c] = 1 for every 1 of a; the other entries are left as they are. */
void bitmatrix_fill(const struct bitmatrix *a, double *out, size_t stride);

/* ones[c] = number of 1s in column c, for all a->cols columns. */
void bitmatrix_column_counts(const struct bitmatrix *a, size_t *ones);

/* The nonzeros of a matrix, each once, by rows and within a row by columns. */
struct bitcell {
    size_t row, col;
};

struct bitcells {
    size_t rows, cols, count;
    struct bitcell *cells; /* count; owned */
};

enum status bitcells_open(const struct bitmatrix *a, struct bitcells *out, struct say *say);
void bitcells_free(struct bitcells *cells);

/* out = a copy, opened here. */
enum status bitcells_copy(const struct bitcells *cells, struct bitcells *out, struct say *say);

/* Indices of rows or of columns, in any order; all of them where index is null. */
struct bitindex {
    size_t count;
    const size_t *index;
};

/* out = the cells in these rows and columns, opened here. BAD: an index that is none, or twice. */
enum status bitcells_select(const struct bitcells *cells, const struct bitindex *rows,
                            const struct bitindex *cols, struct bitcells *out, struct say *say);

/* OK when every cell is within the matrix and comes after the one before it, so that none is given
 * twice. Otherwise BAD with a message that `what` begins. */
enum status bitcells_check(const struct bitcells *cells, const char *what, struct say *say);

#endif
