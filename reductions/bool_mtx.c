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
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bool_read.h"

#define LINE_MAX_BYTES 1024 /* the format's own limit */
#define WORDS_MAX      6

struct mtx {
    FILE *stream;
    const char *file;
    char *message;
    size_t size;
    size_t line;
    char text[LINE_MAX_BYTES + 1];
    size_t words;
    struct {
        const char *at;
        size_t length;
    } word[WORDS_MAX];
    bool coordinate, pattern, integer, symmetric;
    size_t rows, cols, entries;
    size_t size_line; /* where the extents stand */
};

static enum reduction_status fail_at(const struct mtx *s, size_t word, const char *what,
                                     const char *expected)
{
    char quoted[BOOL_QUOTE];
    if (word >= s->words)
        return reduction_fail(REDUCTION_BAD, s->message, s->size, "%s:%zu: %s missing, expected %s",
                              s->file, s->line, what, expected);
    return reduction_fail(REDUCTION_BAD, s->message, s->size, "%s:%zu:%zu: %s %s, expected %s",
                          s->file, s->line, (size_t)(s->word[word].at - s->text) + 1, what,
                          bool_quote(s->word[word].at, s->word[word].length, quoted), expected);
}

static void split(struct mtx *s)
{
    const char *at = s->text;
    s->words = 0;
    while (s->words < WORDS_MAX) {
        at += strspn(at, " \t\r\f\v");
        if (!*at)
            break;
        s->word[s->words].at = at;
        s->word[s->words].length = strcspn(at, " \t\r\f\v");
        at += s->word[s->words++].length;
    }
}

/* The next line, split into words; *end when there is none. */
static enum reduction_status next_line(struct mtx *s, bool *end)
{
    size_t length = 0;
    int c = getc(s->stream);
    *end = c == EOF;
    s->line++;
    s->words = 0;
    for (; c != EOF && c != '\n'; c = getc(s->stream)) {
        if (length == LINE_MAX_BYTES || c == 0)
            return reduction_fail(
                REDUCTION_BAD, s->message, s->size, "%s:%zu:%zu: %s", s->file, s->line, length + 1,
                c ? "line goes on, expected at most 1024 bytes" : "zero byte, expected text");
        s->text[length++] = (char)c;
    }
    s->text[length] = 0;
    split(s);
    return c == EOF ? bool_read_error(s->stream, s->file, s->message, s->size) : REDUCTION_OK;
}

/* The next line that is not blank. Comments are skipped before the size line, refused after it. */
static enum reduction_status next_entry(struct mtx *s, bool comments, bool *end)
{
    enum reduction_status status;
    bool comment;
    do {
        status = next_line(s, end);
        comment = s->words && s->word[0].at[0] == '%';
    } while (status == REDUCTION_OK && !*end && (s->words == 0 || (comments && comment)));
    if (status == REDUCTION_OK && comment && !comments)
        return reduction_fail(REDUCTION_BAD, s->message, s->size,
                              "%s:%zu:%zu: a comment after the size line, expected comments before "
                              "it only",
                              s->file, s->line, (size_t)(s->word[0].at - s->text) + 1);
    return status;
}

static bool is(const struct mtx *s, size_t word, const char *name)
{
    return word < s->words && s->word[word].length == strlen(name) &&
           strncasecmp(s->word[word].at, name, s->word[word].length) == 0;
}

static enum reduction_status read_banner(struct mtx *s)
{
    bool end;
    enum reduction_status status = next_line(s, &end);
    if (status != REDUCTION_OK)
        return status;
    if (!is(s, 0, "%%MatrixMarket"))
        return fail_at(s, 0, "banner", "%%MatrixMarket");
    if (!is(s, 1, "matrix"))
        return fail_at(s, 1, "object", "matrix");
    s->coordinate = is(s, 2, "coordinate");
    if (!s->coordinate && !is(s, 2, "array"))
        return fail_at(s, 2, "format", "coordinate or array");
    s->pattern = is(s, 3, "pattern");
    s->integer = is(s, 3, "integer");
    if (s->pattern && !s->coordinate)
        return fail_at(s, 3, "field", "integer or real in an array");
    if (!s->pattern && !s->integer && !is(s, 3, "real"))
        return fail_at(s, 3, "field", "pattern, integer or real");
    s->symmetric = is(s, 4, "symmetric");
    if (!s->symmetric && !is(s, 4, "general"))
        return fail_at(s, 4, "symmetry", "general or symmetric");
    return s->words > 5 ? fail_at(s, 5, "word", "the end of the line") : REDUCTION_OK;
}

/* Word number `word` as a whole number from least to most. */
static enum reduction_status whole(const struct mtx *s, size_t word, const char *what, size_t least,
                                   size_t most, size_t *out)
{
    char expected[96];
    size_t x = 0;
    bool good = word < s->words;
    for (size_t i = 0; good && i < s->word[word].length; i++) {
        good = isdigit((unsigned char)s->word[word].at[i]) && x <= most;
        x = 10 * x + (size_t)(s->word[word].at[i] - '0'); /* most is far below SIZE_MAX / 10 */
    }
    if (good && x >= least && x <= most) {
        *out = x;
        return REDUCTION_OK;
    }
    snprintf(expected, sizeof expected, "a whole number from %zu to %zu", least, most);
    return fail_at(s, word, what, expected);
}

/* ENTRIES is at most the number of places, which may not fit a size_t. */
static enum reduction_status check_entries(const struct mtx *s)
{
    char expected[120];
    double places = s->symmetric ? (double)s->rows * ((double)s->rows + 1) / 2
                                 : (double)s->rows * (double)s->cols;
    if ((double)s->entries <= places)
        return REDUCTION_OK;
    snprintf(expected, sizeof expected, "at most %.17g, %s", places,
             s->symmetric ? "the places of the lower triangle" : "rows times columns");
    return fail_at(s, 2, "number of entries", expected);
}

static enum reduction_status read_size(struct mtx *s)
{
    const size_t most = (size_t)1 << 48;
    size_t fields = s->coordinate ? 3 : 2;
    bool end;
    enum reduction_status status = next_entry(s, true, &end);
    if (status == REDUCTION_OK)
        status = whole(s, 0, "number of rows", 0, most, &s->rows);
    if (status == REDUCTION_OK)
        status = whole(s, 1, "number of columns", 0, most, &s->cols);
    if (status == REDUCTION_OK && s->coordinate)
        status = whole(s, 2, "number of entries", 0, most, &s->entries);
    if (status != REDUCTION_OK)
        return status;
    if (s->words > fields)
        return fail_at(s, fields, "word", "the end of the line");
    if (s->symmetric && s->rows != s->cols)
        return fail_at(s, 1, "number of columns", "as many as rows in a symmetric matrix");
    s->size_line = s->line;
    return s->coordinate ? check_entries(s) : REDUCTION_OK;
}

/* [+-] digits [. digits] [(e|E) [+-] digits], with a digit before the exponent; an integer has
 * neither point nor exponent. */
static enum reduction_status value(const struct mtx *s, size_t word, bool *nonzero)
{
    const char *expected = s->integer ? "a whole number" : "a finite decimal number", *at, *end;
    size_t digits = 0;
    if (word >= s->words)
        return fail_at(s, word, "value", expected);
    at = s->word[word].at;
    end = at + s->word[word].length;
    *nonzero = false;
    at += at < end && (*at == '+' || *at == '-');
    for (bool point = false; at < end; at++) {
        if (*at == '.' && !point && !s->integer)
            point = true;
        else if (isdigit((unsigned char)*at)) {
            digits++;
            *nonzero |= *at != '0';
        } else
            break;
    }
    if (at < end && (*at == 'e' || *at == 'E') && !s->integer && digits) {
        at++;
        at += at < end && (*at == '+' || *at == '-');
        digits = 0;
        for (; at < end && isdigit((unsigned char)*at); at++)
            digits++;
    }
    return at == end && digits ? REDUCTION_OK : fail_at(s, word, "value", expected);
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

static enum reduction_status fail_early(const struct mtx *s, size_t read, size_t total)
{
    return reduction_fail(REDUCTION_BAD, s->message, s->size,
                          "%s:%zu: the file ends after %zu entries, expected %zu", s->file, s->line,
                          read, total);
}

static enum reduction_status read_coordinates(struct mtx *s, struct bitmatrix *seen,
                                              struct bitmatrix *out)
{
    for (size_t e = 0; e < s->entries; e++) {
        size_t row, col, fields = s->pattern ? 2 : 3;
        bool end, nonzero = true;
        enum reduction_status status = next_entry(s, false, &end);
        if (status == REDUCTION_OK && end)
            return fail_early(s, e, s->entries);
        if (status == REDUCTION_OK)
            status = whole(s, 0, "row", 1, s->rows, &row);
        if (status == REDUCTION_OK)
            status = whole(s, 1, "column", 1, s->cols, &col);
        if (status == REDUCTION_OK && !s->pattern)
            status = value(s, 2, &nonzero);
        if (status != REDUCTION_OK)
            return status;
        if (s->words > fields)
            return fail_at(s, fields, "word", "the end of the line");
        if (s->symmetric && row < col)
            return fail_at(s, 1, "column",
                           "at most the row: a symmetric file holds the lower "
                           "triangle");
        if (bitmatrix_get(seen, row - 1, col - 1))
            return fail_at(s, 0, "second entry for this row and column, row", "every entry once");
        bitmatrix_set(seen, row - 1, col - 1);
        set_entry(s, row - 1, col - 1, nonzero, out);
    }
    return REDUCTION_OK;
}

static enum reduction_status read_array(struct mtx *s, struct bitmatrix *out)
{
    size_t read = 0;
    for (size_t col = 0; s->rows && col < s->cols; col++)
        for (size_t row = s->symmetric ? col : 0; row < s->rows; row++, read++) {
            bool end, nonzero;
            enum reduction_status status = next_entry(s, false, &end);
            if (status == REDUCTION_OK && end)
                return fail_early(s, read,
                                  s->symmetric ? s->rows * (s->rows + 1) / 2 : s->rows * s->cols);
            if (status == REDUCTION_OK)
                status = value(s, 0, &nonzero);
            if (status != REDUCTION_OK)
                return status;
            if (s->words > 1)
                return fail_at(s, 1, "word", "one value per line");
            set_entry(s, row, col, nonzero, out);
        }
    return REDUCTION_OK;
}

enum reduction_status bool_read_mtx(FILE *stream, const char *file, struct bitmatrix *out,
                                    char *message, size_t size)
{
    struct mtx *s = calloc(1, sizeof *s);
    struct bitmatrix matrix = {0}, seen = {0};
    char place[600];
    bool end;
    enum reduction_status status;
    if (!s)
        return reduction_fail(REDUCTION_MACHINE, message, size, "%s: no memory", file);
    s->stream = stream;
    s->file = file;
    s->message = message;
    s->size = size;
    status = read_banner(s);
    if (status == REDUCTION_OK)
        status = read_size(s);
    snprintf(place, sizeof place, "%.500s:%zu", file, s->size_line);
    if (status == REDUCTION_OK)
        status = bitmatrix_open(s->rows, s->cols, place, &matrix, message, size);
    if (status == REDUCTION_OK && s->coordinate)
        status = bitmatrix_open(s->rows, s->cols, place, &seen, message, size);
    if (status == REDUCTION_OK)
        status = s->coordinate ? read_coordinates(s, &seen, &matrix) : read_array(s, &matrix);
    if (status == REDUCTION_OK)
        status = next_entry(s, false, &end);
    if (status == REDUCTION_OK && !end)
        status = fail_at(s, 0, "entry after the last one,", "the end of the file");
    if (status == REDUCTION_OK)
        *out = matrix;
    else
        bitmatrix_free(&matrix);
    bitmatrix_free(&seen);
    free(s);
    return status;
}
