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
 * Refused: an entry given twice, too few or too many of them, NaN and infinities, words left over,
 * comments after the line of extents, lines of more than 1024 bytes.
 */
#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "bool_formats.h"
#include "harness/files/scanner.h"
#include "harness/ground/number.h"

#define LINE_BYTES 1024 /* the format's own limit */

struct mtx {
    struct scanner scanner;
    struct say *say;
    bool coordinate, pattern, integer, symmetric;
    size_t rows, cols, entries;
    size_t size_line; /* where the extents stand */
};

static enum status fail(const struct mtx *m, const char *what, const char *expected)
{
    return scanner_fail(&m->scanner, what, expected, m->say);
}

/* A word of the banner, one of the names before the null, in any case. */
static enum status read_name(struct mtx *m, const char *what, const char *const *names,
                             const char *expected, size_t *out)
{
    enum status status = scanner_next(&m->scanner, m->say);
    if (status != STATUS_OK)
        return status;
    for (*out = 0; names[*out]; ++*out)
        if (strcasecmp(m->scanner.word, names[*out]) == 0)
            return STATUS_OK;
    return fail(m, what, expected);
}

static enum status read_banner(struct mtx *m)
{
    static const struct {
        const char *what, *names[4], *expected;
    } words[] = {
        {"banner", {"%%MatrixMarket"}, "%%MatrixMarket"},
        {"object", {"matrix"}, "matrix"},
        {"format", {"coordinate", "array"}, "coordinate or array"},
        {"field", {"integer", "real", "pattern"}, "pattern, integer or real"},
        {"symmetry", {"general", "symmetric"}, "general or symmetric"},
    };
    size_t found[5] = {0};
    for (size_t i = 0; i < 5; i++) {
        enum status status =
            read_name(m, words[i].what, words[i].names, words[i].expected, &found[i]);
        if (status != STATUS_OK)
            return status;
        if (i == 3 && found[2] == 1 && found[3] == 2)
            return fail(m, "field", "integer or real in an array");
    }
    m->coordinate = found[2] == 0;
    m->integer = found[3] == 0;
    m->pattern = found[3] == 2;
    m->symmetric = found[4] == 1;
    return scanner_end_of_line(&m->scanner, m->say);
}

static enum status read_whole(struct mtx *m, const char *what, size_t least, size_t most,
                              size_t *out)
{
    char expected[96];
    if (m->scanner.kind == SCANNER_WORD && !number_parse_index(m->scanner.word, most, out) &&
        *out >= least)
        return STATUS_OK;
    snprintf(expected, sizeof expected, "a whole number from %zu to %zu", least, most);
    return fail(m, what, expected);
}

static enum status next_whole(struct mtx *m, const char *what, size_t least, size_t most,
                              size_t *out)
{
    enum status status = scanner_next(&m->scanner, m->say);
    return status == STATUS_OK ? read_whole(m, what, least, most, out) : status;
}

static bool is_comment(const struct scanner *s)
{
    return s->kind == SCANNER_WORD && s->word[0] == '%';
}

/* ENTRIES is at most the number of places, which may not fit a size_t. */
static enum status check_entries(const struct mtx *m)
{
    char expected[120];
    double places = m->symmetric ? (double)m->rows * ((double)m->rows + 1) / 2
                                 : (double)m->rows * (double)m->cols;
    if ((double)m->entries <= places)
        return STATUS_OK;
    snprintf(expected, sizeof expected, "at most %.17g, %s", places,
             m->symmetric ? "the places of the lower triangle" : "rows times columns");
    return fail(m, "number of entries", expected);
}

static enum status read_size(struct mtx *m)
{
    const size_t most = (size_t)1 << 48;
    struct scanner *s = &m->scanner;
    enum status status = scanner_next_line(s, m->say);
    while (status == STATUS_OK && is_comment(s)) {
        while (status == STATUS_OK && s->kind == SCANNER_WORD)
            status = scanner_next(s, m->say);
        if (status == STATUS_OK)
            status = scanner_next_line(s, m->say);
    }
    m->size_line = s->line;
    if (status == STATUS_OK)
        status = read_whole(m, "number of rows", 0, most, &m->rows);
    if (status == STATUS_OK)
        status = next_whole(m, "number of columns", 0, most, &m->cols);
    if (status == STATUS_OK && m->symmetric && m->rows != m->cols)
        return fail(m, "number of columns", "as many as rows in a symmetric matrix");
    if (status == STATUS_OK && m->coordinate)
        status = next_whole(m, "number of entries", 0, most, &m->entries);
    if (status == STATUS_OK && m->coordinate)
        status = check_entries(m);
    return status == STATUS_OK ? scanner_end_of_line(s, m->say) : status;
}

/* [+-] digits [. digits] [(e|E) [+-] digits], with a digit before the exponent; an integer has
 * neither point nor exponent. */
static bool parse_value(const char *at, bool integer, bool *nonzero)
{
    size_t digits = 0;
    *nonzero = false;
    at += *at == '+' || *at == '-';
    for (bool point = false; isdigit((unsigned char)*at) || (*at == '.' && !point && !integer);
         at++) {
        point |= *at == '.';
        digits += *at != '.';
        *nonzero |= *at >= '1';
    }
    if (digits && (*at == 'e' || *at == 'E') && !integer) {
        at++;
        at += *at == '+' || *at == '-';
        for (digits = 0; isdigit((unsigned char)*at); at++)
            digits++;
    }
    return digits && !*at;
}

static enum status read_value(struct mtx *m, bool *nonzero)
{
    if (m->scanner.kind == SCANNER_WORD && parse_value(m->scanner.word, m->integer, nonzero))
        return STATUS_OK;
    return fail(m, "value", m->integer ? "a whole number" : "a finite decimal number");
}

/* The first word of the next entry's line, or of anything but the end after the last entry. */
static enum status next_entry(struct mtx *m, size_t read, size_t total)
{
    struct scanner *s = &m->scanner;
    enum status status = scanner_next_line(s, m->say);
    if (status == STATUS_OK && is_comment(s))
        return fail(m, "a comment after the size line,", "comments before it only");
    if (status == STATUS_OK && s->kind == SCANNER_END && read < total)
        return say_fail(m->say, STATUS_BAD,
                        "%s:%zu:%zu: the file ends after %zu entries, expected %zu", s->name,
                        s->line, s->column, read, total);
    if (status == STATUS_OK && s->kind != SCANNER_END && read == total)
        return fail(m, "entry after the last one,", "the end of the file");
    return status;
}

static void set_entry(const struct mtx *m, size_t row, size_t col, struct bitmatrix *out)
{
    bitmatrix_set(out, row, col);
    if (m->symmetric)
        bitmatrix_set(out, col, row);
}

/* I J [VALUE], with I and J from 1; I is the scanner's last item. */
static enum status read_coordinate(struct mtx *m, struct bitmatrix *seen, struct bitmatrix *out)
{
    const size_t line = m->scanner.line, column = m->scanner.column;
    size_t row, col;
    bool nonzero = true;
    enum status status = read_whole(m, "row", 1, m->rows, &row);
    if (status == STATUS_OK)
        status = next_whole(m, "column", 1, m->cols, &col);
    if (status != STATUS_OK)
        return status;
    if (m->symmetric && row < col)
        return fail(m, "column", "at most the row: a symmetric file holds the lower triangle");
    if (bitmatrix_get(seen, row - 1, col - 1))
        return say_fail(
            m->say, STATUS_BAD,
            "%s:%zu:%zu: a second entry at row %zu, column %zu, expected every entry once",
            m->scanner.name, line, column, row, col);
    bitmatrix_set(seen, row - 1, col - 1);
    if (!m->pattern)
        status = scanner_next(&m->scanner, m->say);
    if (status == STATUS_OK && !m->pattern)
        status = read_value(m, &nonzero);
    if (status == STATUS_OK && nonzero)
        set_entry(m, row - 1, col - 1, out);
    return status == STATUS_OK ? scanner_end_of_line(&m->scanner, m->say) : status;
}

static enum status read_coordinates(struct mtx *m, struct bitmatrix *out)
{
    char place[600];
    struct bitmatrix seen = {0};
    enum status status;
    snprintf(place, sizeof place, "%.500s:%zu", m->scanner.name, m->size_line);
    status = bitmatrix_open(m->rows, m->cols, place, &seen, m->say);
    for (size_t e = 0; e < m->entries && status == STATUS_OK; e++) {
        status = next_entry(m, e, m->entries);
        if (status == STATUS_OK)
            status = read_coordinate(m, &seen, out);
    }
    bitmatrix_free(&seen);
    return status == STATUS_OK ? next_entry(m, m->entries, m->entries) : status;
}

static enum status read_array(struct mtx *m, struct bitmatrix *out)
{
    const size_t total = m->symmetric ? m->rows * (m->rows + 1) / 2 : m->rows * m->cols;
    size_t read = 0;
    for (size_t col = 0; m->rows && col < m->cols; col++)
        for (size_t row = m->symmetric ? col : 0; row < m->rows; row++, read++) {
            bool nonzero;
            enum status status = next_entry(m, read, total);
            if (status == STATUS_OK)
                status = read_value(m, &nonzero);
            if (status != STATUS_OK)
                return status;
            if (nonzero)
                set_entry(m, row, col, out);
            if ((status = scanner_end_of_line(&m->scanner, m->say)) != STATUS_OK)
                return status;
        }
    return next_entry(m, total, total);
}

enum status bool_read_mtx(FILE *stream, const char *file, struct bitmatrix *out, struct say *say)
{
    struct mtx m = {.say = say};
    struct bitmatrix matrix = {0};
    char place[600];
    enum status status;
    scanner_attach(&m.scanner, stream, file);
    m.scanner.comment = SCANNER_NO_COMMENT;
    m.scanner.line_most = LINE_BYTES;
    status = read_banner(&m);
    if (status == STATUS_OK)
        status = read_size(&m);
    snprintf(place, sizeof place, "%.500s:%zu", file, m.size_line);
    if (status == STATUS_OK)
        status = bitmatrix_open(m.rows, m.cols, place, &matrix, say);
    if (status == STATUS_OK)
        status = m.coordinate ? read_coordinates(&m, &matrix) : read_array(&m, &matrix);
    if (status == STATUS_OK)
        *out = matrix;
    else
        bitmatrix_free(&matrix);
    return status;
}
