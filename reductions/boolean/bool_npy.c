/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bool_npy.c: NPY files of dtype bool or uint8 as boolean matrices.
 *
 * Source: NumPy Enhancement Proposal 1 and numpy.lib.format. A file is
 *
 *     \x93NUMPY  major minor  header length (2 bytes, or 4 from version 2 on, little-endian) 
 * header
 *     elements, one byte each
 *
 * The header is a Python dictionary literal with exactly the keys descr, fortran_order and shape,
 * padded with blanks and ended by a newline. Nothing is guessed; every refusal names a byte offset.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "bool_read.h"

#define HEADER_MAX 65536

struct npy {
    FILE *stream;
    const char *file;
    struct say *say;
    size_t start; /* offset of the header in the file */
    char header[HEADER_MAX + 1];
    size_t at; /* position in the header */
    bool boolean, fortran;
    bool has_descr, has_order, has_shape;
    size_t rows, cols;
    size_t shape_at; /* offset of the shape in the file */
};

static enum status fail_at(const struct npy *s, size_t offset, const char *expected)
{
    return say_fail(s->say, STATUS_BAD, "%s: byte %zu: expected %s", s->file, offset, expected);
}

static void blanks(struct npy *s)
{
    while (s->header[s->at] == ' ')
        s->at++;
}

/* Takes `text` after blanks, if it is there. */
static bool take(struct npy *s, const char *text)
{
    size_t length = strlen(text);
    blanks(s);
    if (strncmp(s->header + s->at, text, length) != 0)
        return false;
    s->at += length;
    return true;
}

/* 'text' in single or double quotes. */
static bool take_string(struct npy *s, const char *text)
{
    size_t before = s->at, length = strlen(text);
    char quote;
    blanks(s);
    quote = s->header[s->at];
    if ((quote == '\'' || quote == '"') && strncmp(s->header + s->at + 1, text, length) == 0 &&
        s->header[s->at + 1 + length] == quote) {
        s->at += length + 2;
        return true;
    }
    s->at = before;
    return false;
}

static bool take_extent(struct npy *s, size_t *out)
{
    size_t x = 0, digits = 0;
    blanks(s);
    for (; isdigit((unsigned char)s->header[s->at]); s->at++, digits++) {
        if (x > ((size_t)1 << 48))
            return false;
        x = 10 * x + (size_t)(s->header[s->at] - '0');
    }
    *out = x;
    return digits > 0;
}

static enum status read_item(struct npy *s)
{
    size_t key = s->start + s->at;
    if (!s->has_descr && take_string(s, "descr") && take(s, ":")) {
        s->has_descr = true;
        s->boolean = take_string(s, "|b1") || take_string(s, "?");
        if (s->boolean || take_string(s, "|u1") || take_string(s, "u1"))
            return STATUS_OK;
        return fail_at(s, s->start + s->at, "dtype '|b1' (bool) or '|u1' (uint8)");
    }
    if (!s->has_order && take_string(s, "fortran_order") && take(s, ":")) {
        s->has_order = true;
        s->fortran = take(s, "True");
        if (s->fortran || take(s, "False"))
            return STATUS_OK;
        return fail_at(s, s->start + s->at, "True or False");
    }
    if (!s->has_shape && take_string(s, "shape") && take(s, ":")) {
        s->has_shape = true;
        blanks(s);
        s->shape_at = s->start + s->at;
        if (take(s, "(") && take_extent(s, &s->rows) && take(s, ",") && take_extent(s, &s->cols) &&
            (take(s, ",") || true) && take(s, ")"))
            return STATUS_OK;
        return fail_at(s, s->start + s->at, "a shape of two extents, (ROWS, COLS)");
    }
    return fail_at(s, key, "descr, fortran_order and shape, each once, each with its value");
}

static enum status parse_header(struct npy *s, size_t length)
{
    bool closed = false;
    if (strlen(s->header) != length)
        return fail_at(s, s->start + strlen(s->header), "text, not a zero byte");
    if (!take(s, "{"))
        return fail_at(s, s->start + s->at, "'{'");
    while (!closed) {
        enum status status = read_item(s);
        if (status != STATUS_OK)
            return status;
        if (take(s, ","))
            closed = take(s, "}");
        else if (take(s, "}"))
            closed = true;
        else
            return fail_at(s, s->start + s->at, "',' or '}'");
    }
    blanks(s);
    if (!s->has_descr || !s->has_order || !s->has_shape)
        return fail_at(s, s->start + s->at, "the keys descr, fortran_order and shape before it");
    if (s->at + 1 != length || s->header[s->at] != '\n')
        return fail_at(s, s->start + s->at, "blanks and one newline to end the header");
    return STATUS_OK;
}

static enum status read_header(struct npy *s)
{
    unsigned char head[12];
    size_t lengths, length = 0;
    if (fread(head, 1, 8, s->stream) != 8 || memcmp(head, "\x93NUMPY", 6) != 0)
        return fail_at(s, 0, "\\x93NUMPY and a version");
    if (head[6] < 1 || head[6] > 3 || head[7] != 0)
        return fail_at(s, 6, "version 1.0, 2.0 or 3.0");
    lengths = head[6] == 1 ? 2 : 4;
    if (fread(head + 8, 1, lengths, s->stream) != lengths)
        return fail_at(s, 8, "the header's length");
    for (size_t i = lengths; i-- > 0;)
        length = 256 * length + head[8 + i];
    if (length > HEADER_MAX)
        return fail_at(s, 8, "a header of at most 65536 bytes");
    s->start = 8 + lengths;
    if (fread(s->header, 1, length, s->stream) != length)
        return fail_at(s, s->start, "a header as long as its length says");
    s->header[length] = 0;
    return parse_header(s, length);
}

static enum status read_elements(struct npy *s, struct bitmatrix *out)
{
    size_t outer = s->fortran ? s->cols : s->rows, inner = s->fortran ? s->rows : s->cols;
    size_t offset = s->start + s->at + 1;
    char expected[96];
    if (!inner)
        outer = 0;
    for (size_t o = 0; o < outer; o++)
        for (size_t i = 0; i < inner; i++, offset++) {
            int c = getc(s->stream);
            if (c == EOF) {
                snprintf(expected, sizeof expected, "%zu x %zu elements, the file ends here",
                         s->rows, s->cols);
                return fail_at(s, offset, expected);
            }
            if (s->boolean && c > 1)
                return fail_at(s, offset, "0 or 1 in a bool");
            if (c)
                bitmatrix_set(out, s->fortran ? i : o, s->fortran ? o : i);
        }
    return getc(s->stream) == EOF ? STATUS_OK : fail_at(s, offset, "the end of the file");
}

enum status bool_read_npy(FILE *stream, const char *file, struct bitmatrix *out, struct say *say)
{
    struct npy *s = calloc(1, sizeof *s);
    struct bitmatrix matrix = {0};
    char place[600];
    enum status status, disk;
    if (!s)
        return say_fail(say, STATUS_MACHINE, "%s: no memory", file);
    s->stream = stream;
    s->file = file;
    s->say = say;
    status = read_header(s);
    snprintf(place, sizeof place, "%.500s: byte %zu", file, s->shape_at);
    if (status == STATUS_OK)
        status = bitmatrix_open(s->rows, s->cols, place, &matrix, say);
    if (status == STATUS_OK)
        status = read_elements(s, &matrix);
    disk = bool_read_error(stream, file, say); /* an error also looks like an end */
    status = disk != STATUS_OK ? disk : status;
    if (status == STATUS_OK)
        *out = matrix;
    else
        bitmatrix_free(&matrix);
    free(s);
    return status;
}
