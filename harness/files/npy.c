/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * npy.c: the elements of an NPY file, read and written in pieces of fixed size.
 *
 * Elements are put together from their bytes, so that the byte orders of file and machine do not
 * matter. f4 to f8 is exact. Fortran order is transposed while it is read.
 */
#include "npy.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/ground/allocate.h"
#include "harness/ground/atomic_file.h"

#define PIECE 65536 /* bytes; a multiple of every element size */

struct reader {
    FILE *stream;
    bool close; /* the stream was opened here */
    const char *file;
    struct say *say;
    struct npy_header header;
    size_t element; /* bytes of one */
};

static size_t element_bytes(enum npy_type type)
{
    return type == NPY_F8 ? 8 : type == NPY_F4 ? 4 : 1;
}

static uint64_t assemble(const unsigned char *bytes, size_t count, bool big_endian)
{
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++)
        word |= (uint64_t)bytes[big_endian ? count - 1 - i : i] << (8 * i);
    return word;
}

static double decode_real(const struct npy_header *header, const unsigned char *bytes)
{
    if (header->type == NPY_F8) {
        uint64_t word = assemble(bytes, 8, header->big_endian);
        double value;
        memcpy(&value, &word, sizeof value);
        return value;
    } else {
        uint32_t word = (uint32_t)assemble(bytes, 4, header->big_endian);
        float value;
        memcpy(&value, &word, sizeof value);
        return (double)value;
    }
}

/* The preamble, and for a regular file its length against what the preamble promises. */
static enum status open_array(struct reader *r, unsigned types)
{
    unsigned char *bytes;
    size_t length, wanted = 10;
    struct stat info;
    enum status status = STATUS_OK;
    if (!r->stream) {
        r->stream = fopen(r->file, "rbe");
        if (!r->stream)
            return say_errno(r->say, r->file, "cannot open");
        r->close = true;
    }
    bytes = malloc(12 + NPY_HEADER_MAX);
    if (!bytes)
        return say_fail(r->say, STATUS_MACHINE, "%s: no memory for the header", r->file);
    length = fread(bytes, 1, wanted, r->stream);
    if (length == wanted && memcmp(bytes, NPY_MAGIC, NPY_MAGIC_SIZE) == 0) {
        if (bytes[6] != 1)
            length += fread(bytes + length, 1, 2, r->stream);
        wanted = bytes[6] == 1  ? (size_t)assemble(bytes + 8, 2, false)
                 : length == 12 ? (size_t)assemble(bytes + 8, 4, false)
                                : 0;
        if (wanted <= NPY_HEADER_MAX)
            length += fread(bytes + length, 1, wanted, r->stream);
    }
    if (ferror(r->stream))
        status = say_errno(r->say, r->file, "cannot read");
    else
        status = npy_parse_header(r->file, bytes, length, types, &r->header, r->say);
    free(bytes);
    if (status != STATUS_OK)
        return status;
    r->element = element_bytes(r->header.type);
    if (__builtin_mul_overflow(r->header.rows, r->header.cols, &wanted) ||
        __builtin_mul_overflow(wanted, r->element, &wanted))
        return say_fail(r->say, STATUS_BAD,
                        "%s: shape (%zu, %zu), expected a size that can be addressed", r->file,
                        r->header.rows, r->header.cols);
    if (fstat(fileno(r->stream), &info) == 0 && S_ISREG(info.st_mode) &&
        (uintmax_t)info.st_size - r->header.data_offset != wanted)
        return say_fail(r->say, STATUS_BAD,
                        "%s: byte %zu: %ju bytes of elements, expected %zu for shape (%zu, %zu)",
                        r->file, r->header.data_offset,
                        (uintmax_t)info.st_size - r->header.data_offset, wanted, r->header.rows,
                        r->header.cols);
    return STATUS_OK;
}

static enum status wrong_element(const struct reader *r, size_t row, size_t col, size_t index,
                                 const char *found, const char *expected)
{
    return say_fail(r->say, STATUS_BAD, "%s: byte %zu: element [%zu,%zu] is %s, expected %s",
                    r->file, r->header.data_offset + index * r->element, row, col, found, expected);
}

/* Decodes `count` elements, the first of which is number `first` in the file's order. */
static enum status decode(const struct reader *r, const unsigned char *bytes, size_t first,
                          size_t count, double *reals, unsigned char *raw)
{
    size_t minor = r->header.fortran_order ? r->header.rows : r->header.cols;
    size_t a = first / minor, b = first % minor;
    for (size_t t = 0; t < count; t++) {
        size_t row = r->header.fortran_order ? b : a, col = r->header.fortran_order ? a : b;
        const unsigned char *at = bytes + t * r->element;
        if (reals) {
            double value = decode_real(&r->header, at);
            if (!isfinite(value))
                return wrong_element(r, row, col, first + t, isnan(value) ? "nan" : "infinite",
                                     "a finite number");
            reals[row * r->header.cols + col] = value;
        } else {
            if (r->header.type == NPY_B1 && *at > 1)
                return wrong_element(r, row, col, first + t, "above 1", "0 or 1");
            raw[row * r->header.cols + col] = *at;
        }
        if (++b == minor) {
            b = 0;
            a++;
        }
    }
    return STATUS_OK;
}

static enum status read_elements(struct reader *r, double *reals, unsigned char *raw)
{
    size_t total = r->header.rows * r->header.cols, done = 0;
    unsigned char *piece = malloc(PIECE);
    enum status status = STATUS_OK;
    if (!piece)
        return say_fail(r->say, STATUS_MACHINE, "%s: no memory to read it", r->file);
    while (status == STATUS_OK && done < total) {
        size_t room = PIECE / r->element, ask = total - done < room ? total - done : room;
        size_t got = fread(piece, r->element, ask, r->stream);
        if (got < ask && ferror(r->stream))
            status = say_errno(r->say, r->file, "cannot read");
        else if (got < ask)
            status = say_fail(r->say, STATUS_BAD, "%s: byte %zu: %zu elements, expected %zu",
                              r->file, r->header.data_offset, done + got, total);
        else
            status = decode(r, piece, done, got, reals, raw);
        done += got;
    }
    if (status == STATUS_OK && getc(r->stream) != EOF)
        status = say_fail(r->say, STATUS_BAD,
                          "%s: byte %zu: more data, expected the "
                          "end of the file",
                          r->file, r->header.data_offset + total * r->element);
    free(piece);
    return status;
}

enum status npy_read(FILE *stream, const char *file, struct matrix *out, struct say *say)
{
    struct reader r = {.stream = stream, .file = file, .say = say};
    struct matrix matrix = {0};
    enum status status = open_array(&r, NPY_REAL);
    if (status == STATUS_OK)
        status = matrix_zeros(r.header.rows, r.header.cols, file, &matrix, say);
    if (status == STATUS_OK)
        status = read_elements(&r, matrix.data, NULL);
    if (r.close)
        fclose(r.stream);
    if (status == STATUS_OK)
        *out = matrix;
    else
        matrix_free(&matrix);
    return status;
}

enum status npy_read_bytes(FILE *stream, const char *file, size_t *rows, size_t *cols,
                           unsigned char **out, struct say *say)
{
    struct reader r = {.stream = stream, .file = file, .say = say};
    void *data = NULL;
    enum status status = open_array(&r, NPY_BYTE);
    if (status == STATUS_OK)
        status = allocate_zeros(r.header.rows, r.header.cols, 1, file, &data, say);
    if (status == STATUS_OK)
        status = read_elements(&r, NULL, data);
    if (r.close)
        fclose(r.stream);
    if (status == STATUS_OK) {
        *rows = r.header.rows;
        *cols = r.header.cols;
        *out = data;
    } else
        free(data);
    return status;
}

enum status npy_write(const char *file, const struct matrix *matrix, struct say *say)
{
    char text[192], preamble[10] = NPY_MAGIC "\x01";
    struct atomic_file target;
    size_t length, padded;
    enum status status = atomic_open(&target, file, say);
    if (status != STATUS_OK)
        return status;
    length = (size_t)snprintf(
        text, sizeof text, "{'descr': '%cf8', 'fortran_order': False, 'shape': (%zu, %zu), }",
        __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '<' : '>', matrix->rows, matrix->cols);
    /* Elements begin at a multiple of 64, which lets others map the file. */
    padded = (sizeof preamble + length + 1 + 63) / 64 * 64 - sizeof preamble;
    memset(text + length, ' ', padded - length - 1);
    text[padded - 1] = '\n';
    preamble[8] = (char)(padded & 0xff);
    preamble[9] = (char)(padded >> 8);
    fwrite(preamble, 1, sizeof preamble, target.stream);
    fwrite(text, 1, padded, target.stream);
    if (matrix->rows && matrix->cols)
        fwrite(matrix->data, sizeof(double), matrix->rows * matrix->cols, target.stream);
    return atomic_commit(&target, say);
}
