/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * matrix.c: allocation of dense matrices, guarded against sizes that a hostile file may claim.
 */
#include "matrix.h"

#include <stdint.h>
#include <stdlib.h>

#include "odamv.h"

enum input_status matrix_bytes(size_t rows, size_t cols, size_t bytes, const char *what, void **out,
                               char *message, size_t size)
{
    size_t count, available;
    double free_bytes;
    *out = NULL;
    if (__builtin_mul_overflow(rows, cols, &count) ||
        __builtin_mul_overflow(count, bytes, &count) || count > PTRDIFF_MAX)
        return input_fail(
            INPUT_BAD, message, size,
            "%s: %zu x %zu entries of %zu bytes, expected a size that can be addressed", what, rows,
            cols, bytes);
    free_bytes = odamv_memory_available();
    available = free_bytes < (double)PTRDIFF_MAX ? (size_t)free_bytes : PTRDIFF_MAX;
    if (count <= available)
        *out = calloc(count ? count : 1, 1);
    if (!*out)
        return input_fail(INPUT_MACHINE, message, size,
                          "%s: %zu x %zu entries need %zu bytes of memory, available are %zu", what,
                          rows, cols, count, available);
    return INPUT_OK;
}

enum input_status matrix_zeros(size_t rows, size_t cols, const char *what, struct matrix *out,
                               char *message, size_t size)
{
    void *data;
    enum input_status status = matrix_bytes(rows, cols, sizeof(double), what, &data, message, size);
    if (status == INPUT_OK)
        *out = (struct matrix){.rows = rows, .cols = cols, .data = data};
    return status;
}

void matrix_free(struct matrix *matrix)
{
    if (!matrix)
        return;
    free(matrix->data);
    *matrix = (struct matrix){0};
}
