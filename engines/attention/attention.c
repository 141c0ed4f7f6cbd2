/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attention.h"

#include <math.h>

#include "engines/numerics/exact_product.h"
#include "restore.h"

enum odamv_status attention_open(struct attention *a, const struct odamv_problem *problem,
                                 const struct odamv_options *options)
{
    *a = (struct attention){.shape = shape_of_problem(problem), .normalised = problem->normalised};
    enum odamv_status status = weights_open(&a->weights, problem);
    if (status == ODAMV_OK)
        status = values_open(&a->values, problem);
    if (status == ODAMV_OK)
        status = numerators_open(&a->numerators, problem);
    if (status == ODAMV_OK)
        status = workspace_open(&a->workspace, problem, options);
    if (status != ODAMV_OK) {
        attention_close(a);
        return status;
    }
    restore_all(a);
    a->weights.counts.refreshes = 0;
    return ODAMV_OK;
}

void attention_close(struct attention *a)
{
    weights_close(&a->weights);
    values_close(&a->values);
    numerators_close(&a->numerators);
    workspace_close(&a->workspace);
    *a = (struct attention){0};
}

double attention_memory(const struct odamv_problem *shape, const struct odamv_options *options)
{
    return weights_memory(shape) + values_memory(shape) + numerators_memory(shape) +
           workspace_memory(shape, options);
}

void attention_count_open(struct odamv_counts *c, const struct odamv_problem *shape,
                          const struct odamv_options *options)
{
    exact_product_count(c, (double)shape->m, (double)shape->n, (double)shape->d);
    restore_count_all(c, shape, options, 1);
}

double attention_error(const struct attention *a, size_t i, size_t j)
{
    const struct numerators *x = &a->numerators;
    return (x->base[i] * a->values.norm[j] + a->weights.drift[i] +
            UNIT * a->values.folds[j] * x->peak[i] + x->fast_error) *
           1.01;
}

void attention_fold_v(struct attention *a, size_t key, size_t column, double before, double after)
{
    struct weights *w = &a->weights;
    const size_t ld = w->logits.ld;
    double step = after - before, magnitude = fabs(step), *weights = a->workspace.weights;
    double *c = a->numerators.c + column * ld, *peak = a->numerators.peak;
    weights_of_key(w, key, weights);
    w->logits.kernel->axpy(ld, step, weights, c);
    for (size_t i = 0; i < ld; i++) {
        w->drift[i] += weights[i] * (3 * UNIT * magnitude);
        peak[i] = fmax(peak[i], fabs(c[i]));
    }
    a->values.folds[column]++;
    a->values.v[key * a->values.p + column] = after;
    attention_count_fold_v(&w->counts, a->shape.m, 1);
}

/* per row: a weight, one term of C, its drift */
void attention_count_fold_v(struct odamv_counts *c, double m, double records)
{
    c->additions += records * m * (WEIGHT_ADDITIONS + 2);
    c->multiplications += records * m * (WEIGHT_MULTIPLICATIONS + 2);
    c->exponentials += records * m;
}
