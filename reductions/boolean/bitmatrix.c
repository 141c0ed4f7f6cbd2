/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bitmatrix.c: packed boolean matrices. See bitmatrix.h. Every function takes O(rows * words) plus
 * O(1) per nonzero.
 */
#include "bitmatrix.h"
#include "harness/ground/allocate.h"

#include <stdlib.h>
#include <string.h>

enum status bitmatrix_open(size_t rows, size_t cols, const char *what, struct bitmatrix *out,
                           struct say *say)
{
    size_t words = cols / 64 + (cols % 64 != 0);
    void *bits;
    enum status status = allocate_zeros(rows, words, sizeof(uint64_t), what, &bits, say);
    if (status != STATUS_OK) /* the extents in the message are bits, not words */
        return say_fail(say, status,
                        "%s: %zu x %zu bits need %.3g bytes, expected at most the %.3g that "
                        "are available",
                        what, rows, cols, (double)rows * (double)words * sizeof(uint64_t),
                        odamv_memory_available());
    *out = (struct bitmatrix){.rows = rows, .cols = cols, .words = words, .bits = bits};
    return STATUS_OK;
}

void bitmatrix_free(struct bitmatrix *a)
{
    if (!a)
        return;
    free(a->bits);
    *a = (struct bitmatrix){0};
}

size_t bitmatrix_count(const struct bitmatrix *a)
{
    size_t count = 0;
    for (size_t w = 0; w < a->rows * a->words; w++)
        count += (size_t)__builtin_popcountll(a->bits[w]);
    return count;
}

/* Column of the lowest bit of *word in word number w, which is cleared. */
static size_t take_lowest(uint64_t *word, size_t w)
{
    size_t column = 64 * w + (size_t)__builtin_ctzll(*word);
    *word &= *word - 1;
    return column;
}

void bitmatrix_fill(const struct bitmatrix *a, double *out, size_t stride)
{
    for (size_t r = 0; r < a->rows; r++)
        for (size_t w = 0; w < a->words; w++)
            for (uint64_t word = a->bits[r * a->words + w]; word;)
                out[r * stride + take_lowest(&word, w)] = 1;
}

void bitmatrix_column_counts(const struct bitmatrix *a, size_t *ones)
{
    memset(ones, 0, a->cols * sizeof *ones);
    for (size_t r = 0; r < a->rows; r++)
        for (size_t w = 0; w < a->words; w++)
            for (uint64_t word = a->bits[r * a->words + w]; word;)
                ones[take_lowest(&word, w)]++;
}

enum status bitcells_open(const struct bitmatrix *a, struct bitcells *out, struct say *say)
{
    struct bitcells list = {.rows = a->rows, .cols = a->cols};
    void *cells;
    enum status status = allocate_zeros(bitmatrix_count(a), 1, sizeof(struct bitcell),
                                        "list of nonzeros", &cells, say);
    if (status != STATUS_OK)
        return status;
    list.cells = cells;
    for (size_t r = 0; r < a->rows; r++)
        for (size_t w = 0; w < a->words; w++)
            for (uint64_t word = a->bits[r * a->words + w]; word;)
                list.cells[list.count++] = (struct bitcell){r, take_lowest(&word, w)};
    *out = list;
    return STATUS_OK;
}

void bitcells_free(struct bitcells *cells)
{
    if (!cells)
        return;
    free(cells->cells);
    *cells = (struct bitcells){0};
}

enum status bitcells_copy(const struct bitcells *cells, struct bitcells *out, struct say *say)
{
    void *copy;
    enum status status =
        allocate_zeros(cells->count, 1, sizeof *cells->cells, "list of nonzeros", &copy, say);
    if (status != STATUS_OK)
        return status;
    if (cells->count)
        memcpy(copy, cells->cells, cells->count * sizeof *cells->cells);
    *out = (struct bitcells){cells->rows, cells->cols, cells->count, copy};
    return STATUS_OK;
}

/* taken[i]: whether i, below `extent`, is in the list. */
static enum status take(const struct bitindex *list, size_t extent, const char *what, bool *taken,
                        struct say *say)
{
    for (size_t i = 0; i < extent; i++)
        taken[i] = !list->index;
    for (size_t x = 0; list->index && x < list->count; x++) {
        const size_t i = list->index[x];
        if (i >= extent)
            return say_fail(say, STATUS_BAD, "no %s %zu, expected one of the first %zu", what, i,
                            extent);
        if (taken[i])
            return say_fail(say, STATUS_BAD, "%s %zu twice, expected each once", what, i);
        taken[i] = true;
    }
    return STATUS_OK;
}

enum status bitcells_select(const struct bitcells *cells, const struct bitindex *rows,
                            const struct bitindex *cols, struct bitcells *out, struct say *say)
{
    void *memory;
    bool *row, *col;
    enum status status = allocate_zeros(cells->rows + cells->cols, 1, sizeof *row,
                                        "rows and columns that are taken", &memory, say);
    *out = (struct bitcells){0};
    if (status != STATUS_OK)
        return status;
    row = memory;
    col = row + cells->rows;
    status = take(rows, cells->rows, "row", row, say);
    if (status == STATUS_OK)
        status = take(cols, cells->cols, "column", col, say);
    if (status == STATUS_OK)
        status = bitcells_copy(cells, out, say);
    out->count = 0;
    for (size_t i = 0; status == STATUS_OK && i < cells->count; i++)
        if (row[cells->cells[i].row] && col[cells->cells[i].col])
            out->cells[out->count++] = cells->cells[i];
    free(memory);
    return status;
}

enum status bitcells_check(const struct bitcells *list, const char *what, struct say *say)
{
    for (size_t i = 0; i < list->count; i++) {
        struct bitcell c = list->cells[i], before = list->cells[i ? i - 1 : 0];
        if (c.row >= list->rows || c.col >= list->cols)
            return say_fail(say, STATUS_BAD,
                            "%s: cell number %zu is (%zu,%zu), expected one of a %zu x %zu "
                            "matrix",
                            what, i, c.row, c.col, list->rows, list->cols);
        if (i && c.row == before.row && c.col == before.col)
            return say_fail(say, STATUS_BAD,
                            "%s: cell number %zu is (%zu,%zu) a second time, expected every "
                            "cell once",
                            what, i, c.row, c.col);
        if (i && (c.row < before.row || (c.row == before.row && c.col < before.col)))
            return say_fail(say, STATUS_BAD,
                            "%s: cell number %zu is (%zu,%zu) after (%zu,%zu), expected them "
                            "by rows, and within a row by columns",
                            what, i, c.row, c.col, before.row, before.col);
    }
    return STATUS_OK;
}
