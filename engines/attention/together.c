/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "together.h"

#include <stdlib.h>

#include "engines/numerics/array.h"

static struct matmul_shape shape_of(const struct odamv_problem *problem, size_t rows)
{
    return product_shape(problem->p, problem->n, rows, true);
}

enum odamv_status together_open(struct together *t, const struct odamv_problem *problem,
                                const struct odamv_options *options, size_t rows,
                                const struct product *other)
{
    const struct matmul_shape shape = shape_of(problem, rows);
    *t = (struct together){.rows = rows};
    enum odamv_status status = product_open_like(&t->product, options, &shape, other);
    if (status != ODAMV_OK || !t->product.plan)
        return status;
    t->w = array_alloc(array_times(problem->n, rows), sizeof *t->w);
    t->sum = array_alloc(array_times(problem->p, rows), sizeof *t->sum);
    if (t->w && t->sum)
        return ODAMV_OK;
    together_close(t);
    return ODAMV_NOMEM;
}

void together_close(struct together *t)
{
    product_close(&t->product);
    free(t->w);
    free(t->sum);
    *t = (struct together){0};
}

bool together_predict(const struct odamv_problem *shape, const struct odamv_options *options,
                      size_t rows, struct matmul_prediction *prediction)
{
    const struct matmul_shape product = shape_of(shape, rows);
    return product_predict(options, &product, prediction);
}

double together_memory(const struct odamv_problem *shape, const struct odamv_options *options,
                       size_t rows)
{
    struct matmul_prediction prediction;
    if (!together_predict(shape, options, rows, &prediction))
        return 0;
    return 8 * ((double)shape->n + (double)shape->p) * (double)rows + prediction.memory;
}
