/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bool_mtx.c: Matrix Market files as boolean matrices.
 *
 * Source: R. Boisvert, R. Pozo, K. Remington, The Matrix Market Exchange Formats, NISTIR 5935
 * (1996).
 *
 *     %%MatrixMarket matrix FORMAT FIELD SYMMETRY       the banner; its words in any case
 *     % comments and blank lines
 *     ROWS COLS ENTRIES          coordinate            ROWS COLS       array
 *     I J [VALUE], from 1        ENTRIES lines         VALUE           one line each, by columns
 *
 * A value is 1 unless it is a zero, which its digits tell: nothing is converted, so nothing can
 * overflow, underflow, or depend on the locale. symmetric: only i >= j is given, and read as both.
 * Refused: an entry given twice, too few or too many of them, NaN and infinities, words left over.
 */
#include <stdlib.h>

#include "bool_read.h"
#include "mtx_line.h"

struct mtx {
    struct mtx_line l;
    bool coordinate, pattern, integer, symmetric;
    size_t rows, cols, entries;
    size_t size_line; /* where the extents stand */
};

static enum status read_banner(struct mtx *s)
{
    bool end;
    enum status status = mtx_line_next(&s->l, &end);
    if (status != STATUS_OK)
        return status;
    if (!mtx_line_is(&s->l, 0, "%%MatrixMarket"))
        return mtx_line_fail(&s->l, 0, "banner", "%%MatrixMarket");
    if (!mtx_line_is(&s->l, 1, "matrix"))
        return mtx_line_fail(&s->l, 1, "object", "matrix");
    s->coordinate = mtx_line_is(&s->l, 2, "coordinate");
    if (!s->coordinate && !mtx_line_is(&s->l, 2, "array"))
        return mtx_line_fail(&s->l, 2, "format", "coordinate or array");
    s->pattern = mtx_line_is(&s->l, 3, "pattern");
    s->integer = mtx_line_is(&s->l, 3, "integer");
    if (s->pattern && !s->coordinate)
        return mtx_line_fail(&s->l, 3, "field", "integer or real in an array");
    if (!s->pattern && !s->integer && !mtx_line_is(&s->l, 3, "real"))
        return mtx_line_fail(&s->l, 3, "field", "pattern, integer or real");
    s->symmetric = mtx_line_is(&s->l, 4, "symmetric");
    if (!s->symmetric && !mtx_line_is(&s->l, 4, "general"))
        return mtx_line_fail(&s->l, 4, "symmetry", "general or symmetric");
    return mtx_line_ends(&s->l, 5);
}

/* ENTRIES is at most the number of places, which may not fit a size_t. */
static enum status check_entries(const struct mtx *s)
{
    char expected[120];
    double places = s->symmetric ? (double)s->rows * ((double)s->rows + 1) / 2
                                 : (double)s->rows * (double)s->cols;
    if ((double)s->entries <= places)
        return STATUS_OK;
    snprintf(expected, sizeof expected, "at most %.17g, %s", places,
             s->symmetric ? "the places of the lower triangle" : "rows times columns");
    return mtx_line_fail(&s->l, 2, "number of entries", expected);
}

static enum status read_size(struct mtx *s)
{
    const size_t most = (size_t)1 << 48;
    struct mtx_line *l = &s->l;
    bool end;
    enum status status = mtx_line_entry(l, true, &end);
    if (status == STATUS_OK)
        status = mtx_line_whole(l, 0, "number of rows", 0, most, &s->rows);
    if (status == STATUS_OK)
        status = mtx_line_whole(l, 1, "number of columns", 0, most, &s->cols);
    if (status == STATUS_OK && s->coordinate)
        status = mtx_line_whole(l, 2, "number of entries", 0, most, &s->entries);
    if (status == STATUS_OK)
        status = mtx_line_ends(l, s->coordinate ? 3 : 2);
    if (status != STATUS_OK)
        return status;
    if (s->symmetric && s->rows != s->cols)
        return mtx_line_fail(l, 1, "number of columns", "as many as rows in a symmetric matrix");
    s->size_line = l->line;
    return s->coordinate ? check_entries(s) : STATUS_OK;
}

static void set_entry(const struct mtx *s, size_t row, size_t col, bool nonzero,
                      struct bitmatrix *out)
{
    if (!nonzero)
        return;
    bitmatrix_set(out, row, col);
    if (s->symmetric)
        bitmatrix_set(out, col, row);
}

static enum status fail_early(const struct mtx *s, size_t read, size_t total)
{
    return say_fail(s->l.say, STATUS_BAD, "%s:%zu: the file ends after %zu entries, expected %zu",
                    s->l.file, s->l.line, read, total);
}

/* I J [VALUE], with I and J from 1. */
static enum status read_coordinate(struct mtx *s, struct bitmatrix *seen, struct bitmatrix *out)
{
    struct mtx_line *l = &s->l;
    size_t row, col;
    bool nonzero = true;
    enum status status = mtx_line_whole(l, 0, "row", 1, s->rows, &row);
    if (status == STATUS_OK)
        status = mtx_line_whole(l, 1, "column", 1, s->cols, &col);
    if (status == STATUS_OK && !s->pattern)
        status = mtx_line_value(l, 2, s->integer, &nonzero);
    if (status == STATUS_OK)
        status = mtx_line_ends(l, s->pattern ? 2 : 3);
    if (status != STATUS_OK)
        return status;
    if (s->symmetric && row < col)
        return mtx_line_fail(l, 1, "column",
                             "at most the row: a symmetric file holds the lower triangle");
    if (bitmatrix_get(seen, row - 1, col - 1))
        return mtx_line_fail(l, 0, "second entry for this row and column, row", "every entry once");
    bitmatrix_set(seen, row - 1, col - 1);
    set_entry(s, row - 1, col - 1, nonzero, out);
    return STATUS_OK;
}

static enum status read_coordinates(struct mtx *s, struct bitmatrix *seen, struct bitmatrix *out)
{
    enum status status = STATUS_OK;
    for (size_t e = 0; e < s->entries && status == STATUS_OK; e++) {
        bool end;
        status = mtx_line_entry(&s->l, false, &end);
        if (status == STATUS_OK)
            status = end ? fail_early(s, e, s->entries) : read_coordinate(s, seen, out);
    }
    return status;
}

static enum status read_array(struct mtx *s, struct bitmatrix *out)
{
    size_t read = 0;
    for (size_t col = 0; s->rows && col < s->cols; col++)
        for (size_t row = s->symmetric ? col : 0; row < s->rows; row++, read++) {
            bool end, nonzero;
            enum status status = mtx_line_entry(&s->l, false, &end);
            if (status == STATUS_OK && end)
                return fail_early(s, read,
                                  s->symmetric ? s->rows * (s->rows + 1) / 2 : s->rows * s->cols);
            if (status == STATUS_OK)
                status = mtx_line_value(&s->l, 0, s->integer, &nonzero);
            if (status != STATUS_OK)
                return status;
            if (s->l.words > 1)
                return mtx_line_fail(&s->l, 1, "word", "one value per line");
            set_entry(s, row, col, nonzero, out);
        }
    return STATUS_OK;
}

enum status bool_read_mtx(FILE *stream, const char *file, struct bitmatrix *out, struct say *say)
{
    struct mtx *s = calloc(1, sizeof *s);
    struct bitmatrix matrix = {0}, seen = {0};
    char place[600];
    bool end;
    enum status status;
    if (!s)
        return say_fail(say, STATUS_MACHINE, "%s: no memory", file);
    s->l.stream = stream;
    s->l.file = file;
    s->l.say = say;
    status = read_banner(s);
    if (status == STATUS_OK)
        status = read_size(s);
    snprintf(place, sizeof place, "%.500s:%zu", file, s->size_line);
    if (status == STATUS_OK)
        status = bitmatrix_open(s->rows, s->cols, place, &matrix, say);
    if (status == STATUS_OK && s->coordinate)
        status = bitmatrix_open(s->rows, s->cols, place, &seen, say);
    if (status == STATUS_OK)
        status = s->coordinate ? read_coordinates(s, &seen, &matrix) : read_array(s, &matrix);
    if (status == STATUS_OK)
        status = mtx_line_entry(&s->l, false, &end);
    if (status == STATUS_OK && !end)
        status = mtx_line_fail(&s->l, 0, "entry after the last one,", "the end of the file");
    if (status == STATUS_OK)
        *out = matrix;
    else
        bitmatrix_free(&matrix);
    bitmatrix_free(&seen);
    free(s);
    return status;
}
