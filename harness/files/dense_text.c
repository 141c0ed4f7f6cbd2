/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dense_text.c: dense real matrices as text. The matrix grows by doubling, since the number of
 * rows is known only at the end; the memory that is available bounds it.
 */
#include "dense_text.h"

#include "harness/ground/allocate.h"
#include "harness/ground/number.h"
#include "scanner.h"

enum separator { UNKNOWN, BLANKS, COMMAS };

struct rows {
    struct scanner scanner;
    enum separator separator;
    struct matrix matrix; /* rows: complete ones; cols: 0 before the first is complete */
    size_t used, capacity;
    struct say *say;
};

static enum status append(struct rows *r, double value)
{
    if (r->used == r->capacity) {
        void *data = r->matrix.data;
        if (allocate_more(&data, &r->capacity, sizeof value) != STATUS_OK)
            return say_fail(r->say, STATUS_MACHINE,
                            "%s:%zu:%zu: no memory for more than %zu values", r->scanner.name,
                            r->scanner.line, r->scanner.column, r->used);
        r->matrix.data = data;
    }
    r->matrix.data[r->used++] = value;
    return STATUS_OK;
}

static enum status row_length_wrong(const struct rows *r, size_t count)
{
    return say_fail(r->say, STATUS_BAD, "%s:%zu: row %zu has %s%zu values, expected %zu",
                    r->scanner.name, r->scanner.line, r->matrix.rows,
                    count > r->matrix.cols ? "at least " : "", count, r->matrix.cols);
}

/* The values of one line, whose first word is the scanner's last item. */
static enum status read_row(struct rows *r)
{
    struct scanner *s = &r->scanner;
    enum status status;
    size_t count = 0;
    for (;;) {
        double value;
        const char *wrong =
            s->kind == SCANNER_WORD ? number_parse(s->word, &value) : "expected a number";
        if (wrong)
            return scanner_fail(s, "", wrong, r->say);
        if (r->matrix.rows && count == r->matrix.cols)
            return row_length_wrong(r, count + 1);
        if ((status = append(r, value)) != STATUS_OK)
            return status;
        count++;
        if ((status = scanner_next(s, r->say)) != STATUS_OK)
            return status;
        if (s->kind == SCANNER_NEWLINE || s->kind == SCANNER_END)
            break;
        if (r->separator == UNKNOWN)
            r->separator = s->kind == SCANNER_COMMA ? COMMAS : BLANKS;
        if ((s->kind == SCANNER_COMMA) != (r->separator == COMMAS))
            return scanner_fail(s, "",
                                r->separator == COMMAS ? "',' as before it"
                                                       : "blanks between values, as before",
                                r->say);
        if (s->kind == SCANNER_COMMA && (status = scanner_next(s, r->say)) != STATUS_OK)
            return status;
    }
    if (!r->matrix.rows)
        r->matrix.cols = count;
    else if (count != r->matrix.cols)
        return row_length_wrong(r, count);
    r->matrix.rows++;
    return STATUS_OK;
}

enum status dense_text_read(FILE *stream, const char *name, struct matrix *out, struct say *say)
{
    struct rows r = {.say = say};
    enum status status;
    scanner_attach(&r.scanner, stream, name);
    r.scanner.commas = true;
    do {
        status = scanner_next(&r.scanner, say);
        if (status == STATUS_OK &&
            (r.scanner.kind == SCANNER_WORD || r.scanner.kind == SCANNER_COMMA))
            status = read_row(&r);
    } while (status == STATUS_OK && r.scanner.kind != SCANNER_END);
    if (status == STATUS_OK && !r.matrix.rows)
        status = scanner_fail(&r.scanner, "", "at least one row of numbers", say);
    if (status == STATUS_OK)
        *out = r.matrix;
    else
        matrix_free(&r.matrix);
    return status;
}
