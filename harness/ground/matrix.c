/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "matrix.h"

#include <stdlib.h>

#include "allocate.h"

enum status matrix_zeros(size_t rows, size_t cols, const char *what, struct matrix *out,
                         struct say *say)
{
    void *data;
    enum status status = allocate_zeros(rows, cols, sizeof(double), what, &data, say);
    if (status == STATUS_OK)
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
