/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bool_npy.c: NPY files as boolean matrices, element != 0. See npy.h for what is read.
 */
#include "bool_formats.h"
#include "harness/files/npy.h"

enum status bool_read_npy(FILE *stream, const char *file, struct bitmatrix *out, struct say *say)
{
    struct npy_reader r;
    struct bitmatrix matrix = {0};
    char place[600];
    enum status status = npy_open(&r, stream, file, NPY_NONZERO, say);
    if (status != STATUS_OK)
        return status;
    snprintf(place, sizeof place, "%.500s: byte %zu", file, r.header.shape_offset);
    status = bitmatrix_open(r.header.rows, r.header.cols, place, &matrix, say);
    while (status == STATUS_OK && (status = npy_next(&r, say)) == STATUS_OK && r.count)
        for (size_t t = 0; t < r.count; t++, npy_step(&r.header, &r.row, &r.col))
            if (r.values[t] != 0)
                bitmatrix_set(&matrix, r.row, r.col);
    if (status == STATUS_OK)
        *out = matrix;
    else
        bitmatrix_free(&matrix);
    return status;
}
