/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * npy.c: the elements of an NPY file, in pieces of fixed size.
 *
 * O(1) per element, and no memory but the reader's own: what a matrix takes is the caller's
 * business. Fortran order is not transposed here; a piece says where it begins, and npy_step where
 * it goes on.
 */
#include "npy.h"

#include <stdint.h>
#include <sys/stat.h>

_Static_assert(sizeof((struct npy_reader *)0)->bytes >= 8 * NPY_PIECE,
               "a piece fits where the preamble was");

/* The preamble says how long it is, in steps. */
static enum status read_preamble(struct npy_reader *r, struct say *say)
{
    size_t length = 0, wanted = npy_preamble(r->bytes, 0);
    while (length < wanted) {
        size_t got = fread(r->bytes + length, 1, wanted - length, r->stream);
        length += got;
        if (length < wanted)
            break;
        wanted = npy_preamble(r->bytes, length);
    }
    if (ferror(r->stream))
        return say_errno(say, r->name, "cannot read");
    return npy_parse_header(r->name, r->bytes, length, &r->header, say);
}

/* For a regular file, how much there is against what the header promises. */
static enum status check_length(const struct npy_reader *r, size_t wanted, struct say *say)
{
    const off_t at = ftello(r->stream);
    struct stat info;
    if (at < 0 || fstat(fileno(r->stream), &info) != 0 || !S_ISREG(info.st_mode))
        return STATUS_OK;
    const uintmax_t left = info.st_size > at ? (uintmax_t)(info.st_size - at) : 0;
    if (left == wanted)
        return STATUS_OK;
    return say_fail(say, STATUS_BAD,
                    "%s: byte %zu: %ju bytes of elements, expected %zu for shape (%zu, %zu)",
                    r->name, r->header.data_offset, left, wanted, r->header.rows, r->header.cols);
}

enum status npy_open(struct npy_reader *r, FILE *stream, const char *name, enum npy_take take,
                     struct say *say)
{
    size_t bytes;
    enum status status;
    r->stream = stream;
    r->name = name;
    r->take = take;
    r->done = r->count = r->row = r->col = 0;
    if ((status = read_preamble(r, say)) != STATUS_OK)
        return status;
    if (__builtin_mul_overflow(r->header.rows, r->header.cols, &r->total) ||
        __builtin_mul_overflow(r->total, npy_type_bytes(r->header.type), &bytes))
        return say_fail(say, STATUS_BAD,
                        "%s: byte %zu: shape (%zu, %zu), expected a size that can be addressed",
                        name, r->header.shape_offset, r->header.rows, r->header.cols);
    return check_length(r, bytes, say);
}

static size_t offset(const struct npy_reader *r, size_t element)
{
    return r->header.data_offset + element * npy_type_bytes(r->header.type);
}

static enum status wrong_element(const struct npy_reader *r, size_t t, enum npy_verdict verdict,
                                 struct say *say)
{
    static const struct {
        const char *found, *expected;
    } words[NPY_VERDICTS] = {
        [NPY_BEYOND] = {"beyond 2^53", "an integer that a double holds"},
        [NPY_INFINITE] = {"infinite", "a finite number"},
        [NPY_NAN] = {"nan", "a finite number"},
        [NPY_NO_BOOL] = {"above 1", "0 or 1"},
    };
    size_t row = r->row, col = r->col;
    for (size_t i = 0; i < t; i++)
        npy_step(&r->header, &row, &col);
    return say_fail(say, STATUS_BAD, "%s: byte %zu: element [%zu,%zu] is %s, expected %s", r->name,
                    offset(r, r->done + t), row, col, words[verdict].found,
                    words[verdict].expected);
}

static enum status decode(struct npy_reader *r, struct say *say)
{
    const size_t size = npy_type_bytes(r->header.type);
    const enum npy_verdict worst = r->take == NPY_REAL ? NPY_EXACT : NPY_INFINITE;
    for (size_t t = 0; t < r->count; t++) {
        double value;
        enum npy_verdict verdict =
            npy_type_decode(r->header.type, r->bytes + t * size, r->header.big_endian, &value);
        if (verdict > worst)
            return wrong_element(r, t, verdict, say);
        r->values[t] = r->take == NPY_REAL ? value : (double)(value != 0);
    }
    return STATUS_OK;
}

enum status npy_next(struct npy_reader *r, struct say *say)
{
    const struct npy_header *h = &r->header;
    size_t inner = h->fortran_order ? h->rows : h->cols, left, ask;
    r->done += r->count;
    left = r->total - r->done;
    ask = left < NPY_PIECE ? left : NPY_PIECE;
    r->count = fread(r->bytes, npy_type_bytes(h->type), ask, r->stream);
    const bool more = ask == 0 && getc(r->stream) != EOF;
    if (ferror(r->stream))
        return say_errno(say, r->name, "cannot read");
    if (r->count < ask)
        return say_fail(say, STATUS_BAD, "%s: byte %zu: %zu elements, expected %zu", r->name,
                        h->data_offset, r->done + r->count, r->total);
    if (more)
        return say_fail(say, STATUS_BAD, "%s: byte %zu: more data, expected the end of the file",
                        r->name, offset(r, r->total));
    if (r->count) {
        r->row = h->fortran_order ? r->done % inner : r->done / inner;
        r->col = h->fortran_order ? r->done / inner : r->done % inner;
    }
    return decode(r, say);
}

enum status npy_read(FILE *stream, const char *name, struct matrix *out, struct say *say)
{
    struct npy_reader r;
    struct matrix matrix = {0};
    enum status status = npy_open(&r, stream, name, NPY_REAL, say);
    if (status == STATUS_OK)
        status = matrix_zeros(r.header.rows, r.header.cols, name, &matrix, say);
    while (status == STATUS_OK && (status = npy_next(&r, say)) == STATUS_OK && r.count)
        for (size_t t = 0; t < r.count; t++, npy_step(&r.header, &r.row, &r.col))
            matrix.data[r.row * matrix.cols + r.col] = r.values[t];
    if (status == STATUS_OK)
        *out = matrix;
    else
        matrix_free(&matrix);
    return status;
}
