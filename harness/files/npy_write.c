/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * npy_write.c: a matrix as an NPY file, in the byte order of this machine.
 */
#include <string.h>

#include "harness/ground/atomic_file.h"
#include "npy.h"

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
