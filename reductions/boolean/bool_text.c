/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bool_text.c: dense 0/1 text. A line is one row: either single 0s and 1s separated by blanks, or
 * one word of 0s and 1s; a # begins a comment; lines without entries are skipped. All rows have as
 * many entries as the first.
 */
#include <stdlib.h>
#include <string.h>

#include "bool_read.h"

struct text {
    FILE *stream;
    const char *file;
    struct say *say;
    size_t line;
    size_t rows, cols;
    unsigned char *bits; /* entries of all rows so far, one byte each */
    size_t count, room;
};

static enum status push(struct text *t, unsigned char bit)
{
    if (t->count == t->room) {
        size_t room = t->room ? 2 * t->room : 4096;
        unsigned char *bits =
            (double)room < odamv_memory_available() ? realloc(t->bits, room) : NULL;
        if (!bits)
            return say_fail(t->say, STATUS_MACHINE, "%s:%zu: no memory for %zu entries", t->file,
                            t->line, room);
        t->bits = bits;
        t->room = room;
    }
    t->bits[t->count++] = bit;
    return STATUS_OK;
}

static enum status wrong_byte(const struct text *t, size_t column, int c)
{
    char byte = (char)c, quoted[BOOL_QUOTE];
    return say_fail(t->say, STATUS_BAD, "%s:%zu:%zu: %s, expected 0 or 1", t->file, t->line, column,
                    bool_quote(&byte, 1, quoted));
}

/* One line, into its number of entries; *end after the last one. */
static enum status read_line(struct text *t, size_t *entries, bool *end)
{
    size_t column = 0, words = 0, length = 0, longest = 0;
    bool comment = false;
    int c;
    *entries = 0;
    for (;;) {
        c = getc(t->stream);
        column++;
        if (c == EOF || c == '\n')
            break;
        if (comment)
            continue;
        if (c == '0' || c == '1') {
            enum status status = push(t, c == '1');
            if (status != STATUS_OK)
                return status;
            words += length == 0;
            length++;
            longest = length > longest ? length : longest;
            ++*entries;
        } else if (c == ' ' || c == '\t' || c == '\r')
            length = 0;
        else if (c == '#')
            comment = true;
        else
            return wrong_byte(t, column, c);
        if (longest > 1 && words > 1)
            return say_fail(t->say, STATUS_BAD,
                            "%s:%zu:%zu: entries with and without blanks between them, "
                            "expected one or the other on a line",
                            t->file, t->line, column);
    }
    *end = c == EOF;
    return *end ? bool_read_error(t->stream, t->file, t->say) : STATUS_OK;
}

static enum status read_rows(struct text *t)
{
    bool end = false;
    while (!end) {
        size_t entries;
        enum status status;
        t->line++;
        status = read_line(t, &entries, &end);
        if (status != STATUS_OK)
            return status;
        if (!entries)
            continue;
        if (t->rows && entries != t->cols)
            return say_fail(t->say, STATUS_BAD,
                            "%s:%zu: %zu entries, expected %zu as in the first row", t->file,
                            t->line, entries, t->cols);
        t->cols = entries;
        t->rows++;
    }
    if (!t->rows)
        return say_fail(t->say, STATUS_BAD, "%s:%zu: no rows, expected rows of 0 and 1", t->file,
                        t->line);
    return STATUS_OK;
}

enum status bool_read_text(FILE *stream, const char *file, struct bitmatrix *out, struct say *say)
{
    struct text t = {.stream = stream, .file = file, .say = say};
    struct bitmatrix matrix = {0};
    enum status status = read_rows(&t);
    if (status == STATUS_OK)
        status = bitmatrix_open(t.rows, t.cols, file, &matrix, say);
    if (status == STATUS_OK) {
        for (size_t r = 0; r < t.rows; r++)
            for (size_t c = 0; c < t.cols; c++)
                if (t.bits[r * t.cols + c])
                    bitmatrix_set(&matrix, r, c);
        *out = matrix;
    }
    free(t.bits);
    return status;
}
