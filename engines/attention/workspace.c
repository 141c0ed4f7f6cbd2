/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workspace.h"

#include <math.h>
#include <stdlib.h>

#include "engines/numerics/array.h"
#include "logits.h"
#include "shape.h"

#define BATCH_ROWS 1024

static size_t batch_rows(const struct odamv_problem *shape)
{
    return shape->m < BATCH_ROWS ? shape->m : BATCH_ROWS;
}

static void sums_close(struct sums *x)
{
    free(x->w);
    free(x->sum);
    free(x->part);
    free(x->peak);
    free(x->drift);
}

static enum odamv_status sums_open(struct sums *x, const struct odamv_problem *problem)
{
    const size_t rows = batch_rows(problem), chunk = shape_chunk((double)problem->n);
    x->w = array_alloc(chunk * rows, sizeof *x->w);
    x->sum = array_alloc(problem->p * rows, sizeof *x->sum);
    x->part = array_alloc(problem->p * rows, sizeof *x->part);
    x->peak = array_alloc(rows, sizeof *x->peak);
    x->drift = array_alloc(rows, sizeof *x->drift);
    return x->w && x->sum && x->part && x->peak && x->drift ? ODAMV_OK : ODAMV_NOMEM;
}

static double sums_memory(const struct odamv_problem *shape)
{
    double chunk = (double)shape_chunk((double)shape->n);
    return 8 * (double)batch_rows(shape) * (chunk + 2 * (double)shape->p + 2);
}

size_t workspace_rows(const struct odamv_problem *shape)
{
    size_t rows = shape->p < BATCH_ROWS ? BATCH_ROWS : shape->p;
    return rows < shape->m ? rows : shape->m;
}

static enum odamv_status arrays_open(struct workspace *x, const struct odamv_problem *problem)
{
    const size_t ld = logits_ld(problem->m), side = ld > problem->p ? ld : problem->p;
    x->weights = array_alloc(ld, sizeof *x->weights);
    x->pending = array_alloc(side, sizeof *x->pending);
    x->magnitude = array_alloc(side, sizeof *x->magnitude);
    return x->weights && x->pending && x->magnitude ? ODAMV_OK : ODAMV_NOMEM;
}

enum odamv_status workspace_open(struct workspace *x, const struct odamv_problem *problem,
                                 const struct odamv_options *options)
{
    *x = (struct workspace){0};
    enum odamv_status status = batch_open(&x->batch, batch_rows(problem));
    if (status == ODAMV_OK)
        status = sums_open(&x->sums, problem);
    if (status == ODAMV_OK)
        status = together_open(&x->all, problem, options, workspace_rows(problem), NULL);
    if (status == ODAMV_OK)
        status = arrays_open(x, problem);
    if (status != ODAMV_OK)
        workspace_close(x);
    return status;
}

void workspace_close(struct workspace *x)
{
    batch_close(&x->batch);
    sums_close(&x->sums);
    together_close(&x->all);
    free(x->weights);
    free(x->pending);
    free(x->magnitude);
    *x = (struct workspace){0};
}

double workspace_memory(const struct odamv_problem *shape, const struct odamv_options *options)
{
    double ld = (double)logits_ld(shape->m), p = (double)shape->p;
    return batch_memory((double)batch_rows(shape)) + sums_memory(shape) +
           together_memory(shape, options, workspace_rows(shape)) + 8 * (ld + 2 * fmax(ld, p));
}
