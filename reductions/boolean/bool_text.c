/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bool_text.c: dense 0/1 text. A line is one row: either single 0s and 1s separated by blanks, or
 * one word of 0s and 1s; a # begins a comment; lines without entries are skipped. All rows have as
 * many entries as the first.
 *
 * The number of rows is known only at the end, so that entries are gathered as one sequence of
 * bits, which grows by doubling and is cut into rows afterwards.
 */
#include <stdlib.h>

#include "bool_formats.h"
#include "harness/files/scanner.h"
#include "harness/ground/allocate.h"

struct text {
    struct scanner scanner;
    size_t rows, cols;
    uint64_t *bits; /* entry t is bit t % 64 of bits[t / 64] */
    size_t count, words;
};

static enum status push(struct text *t, bool bit, struct say *say)
{
    if (t->count / 64 == t->words) {
        void *bits = t->bits;
        if (allocate_more(&bits, &t->words, sizeof *t->bits) != STATUS_OK)
            return say_fail(say, STATUS_MACHINE, "%s:%zu:%zu: no memory for more than %zu entries",
                            t->scanner.name, t->scanner.line, t->scanner.column, t->count);
        t->bits = bits;
    }
    if (t->count % 64 == 0)
        t->bits[t->count / 64] = 0;
    t->bits[t->count / 64] |= (uint64_t)bit << t->count % 64;
    t->count++;
    return STATUS_OK;
}

/* The entries of one line, the first of which is the scanner's last item; stops at its end. */
static enum status read_row(struct text *t, size_t *entries, struct say *say)
{
    struct scanner *s = &t->scanner;
    enum status status = STATUS_OK;
    bool apart = false, together = false;
    size_t before = 0;
    for (*entries = 0; status == STATUS_OK && s->kind == SCANNER_WORD; ++*entries) {
        if (s->word[0] != '0' && s->word[0] != '1')
            return scanner_fail(s, "", "0 or 1", say);
        if (*entries)
            *(s->column == before + 1 ? &together : &apart) = true;
        if (apart && together)
            return say_fail(say, STATUS_BAD,
                            "%s:%zu:%zu: entries with and without blanks between them, "
                            "expected one or the other on a line",
                            s->name, s->line, s->column);
        before = s->column;
        status = push(t, s->word[0] == '1', say);
        if (status == STATUS_OK)
            status = scanner_next(s, say);
    }
    return status;
}

static enum status read_rows(struct text *t, struct say *say)
{
    struct scanner *s = &t->scanner;
    enum status status = scanner_next_line(s, say);
    while (status == STATUS_OK && s->kind != SCANNER_END) {
        const size_t line = s->line;
        size_t entries;
        if ((status = read_row(t, &entries, say)) != STATUS_OK)
            return status;
        if (t->rows && entries != t->cols)
            return say_fail(say, STATUS_BAD,
                            "%s:%zu: %zu entries, expected %zu as in the first row", s->name, line,
                            entries, t->cols);
        t->cols = entries;
        t->rows++;
        status = scanner_next_line(s, say);
    }
    if (status == STATUS_OK && !t->rows)
        status = scanner_fail(s, "", "rows of 0 and 1", say);
    return status;
}

enum status bool_read_text(FILE *stream, const char *file, struct bitmatrix *out, struct say *say)
{
    struct text t = {.rows = 0};
    struct bitmatrix matrix = {0};
    enum status status;
    scanner_attach(&t.scanner, stream, file);
    t.scanner.letters = true;
    status = read_rows(&t, say);
    if (status == STATUS_OK)
        status = bitmatrix_open(t.rows, t.cols, file, &matrix, say);
    if (status == STATUS_OK) {
        for (size_t e = 0; e < t.count; e++)
            if (t.bits[e / 64] >> e % 64 & 1)
                bitmatrix_set(&matrix, e / t.cols, e % t.cols);
        *out = matrix;
    }
    free(t.bits);
    return status;
}
