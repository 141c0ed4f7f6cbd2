/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attention.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "restore.h"

double chunk_of(double terms)
{
    return fmax(16, fmin(256, floor(terms / 16)));
}

size_t attention_chunk(size_t terms)
{
    return (size_t)chunk_of((double)terms);
}

enum odamv_status attention_open(struct attention *a, const struct odamv_problem *problem,
                                 const struct odamv_options *options)
{
    *a = (struct attention){.p = problem->p, .normalised = problem->normalised};
    if (weights_open(&a->weights, problem) != ODAMV_OK)
        return ODAMV_NOMEM;
    const size_t ld = a->weights.logits.ld, n = problem->n, p = problem->p;
    const size_t side = ld > p ? ld : p;
    struct {
        double **array;
        size_t count;
    } arrays[] = {{&a->c, p * ld},  {&a->v, n * p},    {&a->row_peak, n},   {&a->low, p},
                  {&a->high, p},    {&a->norm, p},     {&a->folds, p},      {&a->base, ld},
                  {&a->c_peak, ld}, {&a->scratch, ld}, {&a->pending, side}, {&a->magnitude, side}};
    bool whole = tile_open(&a->tile, problem) == ODAMV_OK;
    whole &= whole_open(&a->whole, problem, options) == ODAMV_OK;
    for (size_t t = 0; t < sizeof arrays / sizeof *arrays; t++) {
        *arrays[t].array = aligned_array(arrays[t].count, sizeof(double));
        whole &= *arrays[t].array != NULL;
    }
    if (!whole) {
        attention_close(a);
        return ODAMV_NOMEM;
    }
    memcpy(a->v, problem->v, n * p * sizeof *a->v);
    memset(a->c, 0, p * ld * sizeof *a->c);
    memset(a->base, 0, ld * sizeof *a->base);
    memset(a->c_peak, 0, ld * sizeof *a->c_peak);
    attention_restore(a, NULL, 0);
    a->weights.counts.refreshes = 0;
    return ODAMV_OK;
}

void attention_close(struct attention *a)
{
    weights_close(&a->weights);
    tile_close(&a->tile);
    whole_close(&a->whole);
    free(a->c);
    free(a->v);
    free(a->row_peak);
    free(a->low);
    free(a->high);
    free(a->norm);
    free(a->folds);
    free(a->base);
    free(a->c_peak);
    free(a->scratch);
    free(a->pending);
    free(a->magnitude);
    *a = (struct attention){0};
}

double attention_memory(const struct odamv_problem *shape, const struct odamv_options *options)
{
    double ld = (double)logits_ld(shape->m), n = (double)shape->n, p = (double)shape->p;
    return weights_memory(shape) + tile_memory(shape) + whole_memory(shape, options) +
           8 * (p * ld + n * p + n + 4 * p + 3 * ld + 2 * fmax(ld, p));
}

enum odamv_status attention_allow_v(const struct attention *a, size_t key, size_t column,
                                    double value)
{
    bool legal = key < a->weights.logits.n && column < a->p && fabs(value) <= ODAMV_VALUE_MAX;
    return legal ? ODAMV_OK : ODAMV_DOMAIN;
}

void attention_cover_v(struct attention *a, size_t key, size_t column, double before, double after)
{
    double growth = after * after - before * before;
    a->low[column] = fmin(a->low[column], after);
    a->high[column] = fmax(a->high[column], after);
    a->row_peak[key] = fmax(a->row_peak[key], fabs(after));
    a->v_peak = fmax(a->v_peak, fabs(after));
    if (growth > 0)
        a->norm[column] =
            sqrt(a->norm[column] * a->norm[column] + growth) * (1 + 8 * UNIT) + 0x1p-520;
}

void attention_fold_v(struct attention *a, size_t key, size_t column, double before, double after)
{
    struct weights *w = &a->weights;
    const size_t ld = w->logits.ld;
    double step = after - before, magnitude = fabs(step), *c = a->c + column * ld;
    weights_of_key(w, key, a->scratch);
    w->logits.kernel->axpy(ld, step, a->scratch, c);
    for (size_t i = 0; i < ld; i++) {
        w->drift[i] += a->scratch[i] * (3 * UNIT * magnitude);
        a->c_peak[i] = fmax(a->c_peak[i], fabs(c[i]));
    }
    a->folds[column]++;
    a->v[key * a->p + column] = after;
    const struct shape s = {.m = (double)w->logits.m};
    count_fold_v(&w->counts, &s, 1);
}

double attention_error(const struct attention *a, size_t i, size_t j)
{
    return (a->base[i] * a->norm[j] + a->weights.drift[i] + UNIT * a->folds[j] * a->c_peak[i] +
            a->product_error) *
           1.01;
}

struct shape shape_of(const struct odamv_problem *problem)
{
    return (struct shape){(double)problem->m, (double)problem->n, (double)problem->d,
                          (double)problem->p};
}

void count_open(struct odamv_counts *c, const struct odamv_problem *shape,
                const struct odamv_options *options)
{
    count_weights_open(c, (double)shape->m, (double)shape->n, (double)shape->d);
    count_restore_all(c, shape, options, 1);
}

void count_set_k(struct odamv_counts *c, const struct shape *s, double updates)
{
    c->additions += updates * s->m * COLUMN_ADDITIONS;
    c->multiplications += updates * s->m * COLUMN_MULTIPLICATIONS;
    c->exponentials += updates * s->m * COLUMN_EXPONENTIALS;
}

void count_set_q(struct odamv_counts *c, const struct shape *s, double updates)
{
    c->additions += updates * s->n * SET_Q_ADDITIONS;
    c->multiplications += updates * s->n * SET_Q_MULTIPLICATIONS;
}

/* per row: a weight, one term of C, its drift */
void count_fold_v(struct odamv_counts *c, const struct shape *s, double records)
{
    c->additions += records * s->m * (WEIGHT_ADDITIONS + 2);
    c->multiplications += records * s->m * (WEIGHT_MULTIPLICATIONS + 2);
    c->exponentials += records * s->m;
}
