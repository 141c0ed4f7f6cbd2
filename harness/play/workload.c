/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workload.h"

#include <gsl/gsl_randist.h>
#include <math.h>

struct workload_mix workload_default_mix(bool updates_q)
{
    struct workload_mix mix = {{
        [TRACE_UPDATE_K] = 40,
        [TRACE_UPDATE_V] = 20,
        [TRACE_SET_K] = 3,
        [TRACE_SET_V] = 3,
        [TRACE_QUERY] = 30,
        [TRACE_QUERY_COLUMN] = 2,
        [TRACE_QUERY_ROW] = 2,
    }};
    if (updates_q) {
        mix.weight[TRACE_UPDATE_Q] = 10;
        mix.weight[TRACE_SET_Q] = 1;
    }
    return mix;
}

enum status workload_open(struct workload *workload, const struct trace_shape *shape, double scale,
                          const struct workload_mix *mix, unsigned long seed, struct say *say)
{
    *workload = (struct workload){.shape = *shape, .scale = scale, .mix = *mix};
    workload->rng = gsl_rng_alloc(gsl_rng_mt19937);
    if (!workload->rng)
        return say_fail(say, STATUS_MACHINE, "no memory for a random number generator");
    gsl_rng_set(workload->rng, seed);
    return STATUS_OK;
}

void workload_close(struct workload *workload)
{
    if (workload->rng)
        gsl_rng_free(workload->rng);
    workload->rng = NULL;
}

/* Standard deviation of the entries of Q and K; with scale 0 every choice gives the same logits. */
static double deviation(const struct workload *w)
{
    double product = fabs(w->scale) * sqrt((double)w->shape.d);
    return product > 0 ? 1.0 / sqrt(product) : 1.0;
}

enum status workload_problem(struct workload *w, struct matrix *q, struct matrix *k,
                             struct matrix *v, struct say *say)
{
    const double sigma = deviation(w);
    const struct {
        const char *name;
        size_t rows, cols;
        double sigma;
        struct matrix *out;
    } parts[] = {{"Q", w->shape.m, w->shape.d, sigma, q},
                 {"K", w->shape.n, w->shape.d, sigma, k},
                 {"V", w->shape.n, w->shape.p, 1.0, v}};
    enum status status = STATUS_OK;
    *q = *k = *v = (struct matrix){0};
    for (size_t x = 0; x < 3 && status == STATUS_OK; x++) {
        status = matrix_zeros(parts[x].rows, parts[x].cols, parts[x].name, parts[x].out, say);
        for (size_t e = 0; status == STATUS_OK && e < parts[x].rows * parts[x].cols; e++)
            parts[x].out->data[e] = gsl_ran_gaussian(w->rng, parts[x].sigma);
    }
    if (status != STATUS_OK) {
        matrix_free(q);
        matrix_free(k);
        matrix_free(v);
    }
    return status;
}

static enum trace_kind pick_kind(struct workload *w)
{
    double total = 0, left;
    size_t kind = 0, last = 0;
    for (size_t i = 0; i < TRACE_KINDS; i++) {
        total += w->mix.weight[i];
        if (w->mix.weight[i] > 0)
            last = i;
    }
    left = gsl_rng_uniform(w->rng) * total;
    while (kind < last && left >= w->mix.weight[kind])
        left -= w->mix.weight[kind++];
    return (enum trace_kind)kind;
}

static size_t index_below(struct workload *w, size_t extent)
{
    return (size_t)gsl_rng_uniform_int(w->rng, (unsigned long)extent);
}

struct trace_op workload_next(struct workload *w)
{
    struct trace_op op = {.kind = pick_kind(w)};
    const struct trace_form *form = &trace_forms[op.kind];
    double sigma = form->matrix == TRACE_V ? 1.0 : deviation(w);
    if (form->first)
        op.i = index_below(w, trace_extent_of(&w->shape, form->first_extent));
    if (form->second)
        op.j = index_below(w, trace_extent_of(&w->shape, form->second_extent));
    if (!form->number)
        return op;
    if (trace_adds(&op))
        sigma *= 0.5;
    op.value = gsl_ran_gaussian(w->rng, sigma);
    return op;
}
