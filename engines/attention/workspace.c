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

static void batch_close(struct batch *b)
{
    free(b->w);
    free(b->sum);
    free(b->part);
    free(b->hi);
    free(b->lo);
    free(b->shift);
    free(b->sum_hi);
    free(b->sum_lo);
    free(b->square);
    free(b->peak);
    free(b->drift);
    *b = (struct batch){0};
}

static enum odamv_status batch_open(struct batch *b, const struct odamv_problem *problem)
{
    const size_t rows = batch_rows(problem), chunk = shape_chunk((double)problem->n);
    *b = (struct batch){.rows = rows};
    b->w = array_alloc(chunk * rows, sizeof *b->w);
    b->sum = array_alloc(problem->p * rows, sizeof *b->sum);
    b->part = array_alloc(problem->p * rows, sizeof *b->part);
    b->hi = array_alloc(rows, sizeof *b->hi);
    b->lo = array_alloc(rows, sizeof *b->lo);
    b->shift = array_alloc(rows, sizeof *b->shift);
    b->sum_hi = array_alloc(rows, sizeof *b->sum_hi);
    b->sum_lo = array_alloc(rows, sizeof *b->sum_lo);
    b->square = array_alloc(rows, sizeof *b->square);
    b->peak = array_alloc(rows, sizeof *b->peak);
    b->drift = array_alloc(rows, sizeof *b->drift);
    if (b->w && b->sum && b->part && b->hi && b->lo && b->shift && b->sum_hi && b->sum_lo &&
        b->square && b->peak && b->drift)
        return ODAMV_OK;
    batch_close(b);
    return ODAMV_NOMEM;
}

static double batch_memory(const struct odamv_problem *shape)
{
    double chunk = (double)shape_chunk((double)shape->n);
    return 8 * (double)batch_rows(shape) * (chunk + 2 * (double)shape->p + 7.5);
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
    enum odamv_status status = batch_open(&x->batch, problem);
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
    together_close(&x->all);
    free(x->weights);
    free(x->pending);
    free(x->magnitude);
    *x = (struct workspace){0};
}

double workspace_memory(const struct odamv_problem *shape, const struct odamv_options *options)
{
    double ld = (double)logits_ld(shape->m), p = (double)shape->p;
    return batch_memory(shape) + together_memory(shape, options, workspace_rows(shape)) +
           8 * (ld + 2 * fmax(ld, p));
}
