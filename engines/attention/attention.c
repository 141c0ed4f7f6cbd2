/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attention.h"

#include <math.h>

double attention_error(const struct attention *a, size_t i, size_t j)
{
    const struct numerators *x = &a->numerators;
    return (x->base[i] * a->values.norm[j] +
            UNIT * (a->weights.drift[i] + a->values.folds[j] * x->peak[i]) + x->fast_error) *
               1.01 +
           NUMERATOR_LEAST;
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
        w->drift[i] += weights[i] * (3 * magnitude);
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
