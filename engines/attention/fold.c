/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fold.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engines/numerics/array.h"

/* Up to this many entries, a product goes through a buffer and is then added to C, so that C is
 * rounded once per chunk; beyond, the second pass over C would cost more than the tighter bound is
 * worth. */
#define BUFFERED_ENTRIES (1u << 18)

static bool buffered(double m, double p)
{
    return m * p <= BUFFERED_ENTRIES;
}

struct fold_choice fold_choose(const struct odamv_problem *shape,
                               const struct odamv_options *options, size_t capacity)
{
    struct fold_choice choice = {.capacity = (double)capacity};
    const struct matmul_shape product = product_shape(shape->p, capacity, shape->m, false);
    choice.fast = product_predict(options, &product, &choice.prediction);
    return choice;
}

/* Whether a fold of so many records takes no more multiplications when the list is padded to its
 * capacity. That is the choice for a fixed leaf, whose additions may outweigh what it saves;
 * `auto` has a fast product only where that pays. */
static bool goes_fast(const struct fold_choice *choice, double records, double m, double p)
{
    const struct matmul_counts *c = &choice->prediction.counts;
    return choice->fast && matmul_counts_multiplications(c) <= records * m * p;
}

/* through: with the buffer that products go through. */
static enum odamv_status alloc_copies(struct fold *f, size_t capacity, size_t ld, size_t p,
                                      bool through)
{
    const size_t change = array_times(capacity, ld), value = array_times(capacity, p);
    f->change = array_alloc(change, sizeof *f->change);
    f->value = array_alloc(value, sizeof *f->value);
    f->total = array_alloc(ld, sizeof *f->total);
    if (through)
        f->product = array_alloc(p * ld, sizeof *f->product);
    if (!f->change || !f->value || !f->total || (through && !f->product))
        return ODAMV_NOMEM;
    memset(f->change, 0, change * sizeof *f->change); /* touched now, as in pending_open */
    memset(f->value, 0, value * sizeof *f->value);
    return ODAMV_OK;
}

enum odamv_status fold_open(struct fold *f, const struct attention *a, size_t capacity,
                            const struct odamv_options *options)
{
    const size_t m = a->weights.logits.m, p = a->values.p;
    const struct odamv_problem shape = {.m = m, .n = a->values.n, .p = p};
    const struct matmul_shape product = product_shape(p, capacity, m, false);
    *f = (struct fold){.choice = fold_choose(&shape, options, capacity)};
    enum odamv_status status =
        alloc_copies(f, capacity, a->weights.logits.ld, p, buffered((double)m, (double)p));
    if (status == ODAMV_OK)
        status = product_open_like(&f->fast, options, &product, &a->workspace.all.product);
    if (status != ODAMV_OK) {
        fold_close(f);
        return status;
    }
    f->choice.fast = f->fast.plan != NULL; /* `auto` may choose otherwise when it is asked again */
    if (f->choice.fast)
        f->choice.prediction = *product_prediction(&f->fast);
    return ODAMV_OK;
}

void fold_close(struct fold *f)
{
    product_close(&f->fast);
    free(f->change);
    free(f->value);
    free(f->product);
    free(f->total);
    *f = (struct fold){0};
}

double fold_memory(const struct odamv_problem *shape, double capacity,
                   const struct odamv_options *options)
{
    double ld = (double)logits_ld(shape->m), p = (double)shape->p;
    const struct fold_choice choice = fold_choose(shape, options, (size_t)capacity);
    return 8 * (capacity * (ld + p) + ld + (buffered((double)shape->m, p) ? p * ld : 0)) +
           (choice.fast ? choice.prediction.memory : 0);
}

/* Plain copies of so many records, and the rows' totals of |change_t[i]| max_j |value_t[j]| over
 * them, taken while each panel is in the cache. */
static void copy_out(const struct pending *list, const struct attention *a, struct fold *f,
                     size_t from, size_t count)
{
    const struct logits *l = &a->weights.logits;
    memset(f->total, 0, l->ld * sizeof *f->total);
    for (size_t t = from; t < from + count; t++) {
        for (size_t i = 0; i < l->ld; i += PANEL) {
            const double *panel = list->change + pending_at(list, i, t);
            memcpy(f->change + t * l->ld + i, panel, PANEL * sizeof *panel);
            l->kernel->absorb(PANEL, panel, list->value_peak[t], f->total + i);
        }
        for (size_t j = 0; j < a->values.p; j += PANEL)
            memcpy(f->value + t * a->values.p + j, list->value + pending_at(list, j, t),
                   (a->values.p - j < PANEL ? a->values.p - j : PANEL) * sizeof(double));
    }
}

/* Error of adding a chunk of `terms` records whose terms in row i sum to at most total[i]: through
 * the buffer, terms roundings of the product and one of C, whose peak is then known; directly, one of C
 * for every PRODUCT_PANEL records, and the peak grows by what was added. */
static void note_chunk(struct attention *a, const struct fold *f, size_t terms)
{
    const double panels = ceil((double)terms / PRODUCT_PANEL);
    const double product = (double)(terms + 1), sum = f->product ? 1 : panels;
    for (size_t i = 0; i < a->weights.logits.ld; i++) {
        a->weights.drift[i] += product * f->total[i] + sum * (a->numerators.peak[i] + f->total[i]);
        a->numerators.peak[i] += f->product ? 0 : f->total[i];
    }
}

static void add_product(struct attention *a, const struct fold *f)
{
    const size_t ld = a->weights.logits.ld;
    for (size_t j = 0; j < a->values.p; j++)
        for (size_t i = 0; i < a->weights.logits.m; i++) {
            double x = a->numerators.c[j * ld + i] + f->product[j * ld + i];
            a->numerators.c[j * ld + i] = x;
            a->numerators.peak[i] =
                fabs(x) > a->numerators.peak[i] ? fabs(x) : a->numerators.peak[i];
        }
}

static void fold_chunk(const struct pending *list, struct attention *a, struct fold *f, size_t from,
                       size_t count)
{
    const struct logits *l = &a->weights.logits;
    const size_t p = a->values.p, ld = l->ld;
    double *target = f->product ? f->product : a->numerators.c;
    copy_out(list, a, f, from, count);
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (blasint)p, (blasint)l->m, (blasint)count,
                1.0, f->value + from * p, (blasint)p, f->change + from * ld, (blasint)ld,
                f->product ? 0.0 : 1.0, target, (blasint)ld);
    note_chunk(a, f, count);
    if (f->product)
        add_product(a, f);
}

static void fold_fast(const struct pending *list, struct attention *a, struct fold *f)
{
    const struct logits *l = &a->weights.logits;
    const struct matmul_error *error = &f->choice.prediction.error;
    const size_t records = list->count, missing = list->capacity - records;
    copy_out(list, a, f, 0, records);
    memset(f->change + records * l->ld, 0, missing * l->ld * sizeof *f->change);
    memset(f->value + records * a->values.p, 0, missing * a->values.p * sizeof *f->value);
    double change = product_peak(f->change, records, l->m, l->ld);
    double value = product_peak(f->value, records, a->values.p, a->values.p);
    double c = product_peak(a->numerators.peak, 1, l->m, l->m);
    double off = matmul_error_bound(error, value, change, c);
    product_run(&f->fast, f->value, a->values.p, f->change, l->ld, a->numerators.c, l->ld);
    a->numerators.fast_error += off * 1.01;
    for (size_t i = 0; i < l->m; i++)
        a->numerators.peak[i] += f->total[i] + off;
}

bool fold_list(struct fold *f, struct pending *list, struct attention *a)
{
    const size_t records = list->count, chunk = shape_chunk(a->shape.n);
    const struct shape *s = &a->shape;
    const bool fast = goes_fast(&f->choice, (double)records, s->m, s->p);
    if (fast)
        fold_fast(list, a, f);
    else
        for (size_t t = 0; t < records; t += chunk)
            fold_chunk(list, a, f, t, records - t < chunk ? records - t : chunk);
    fold_count(&a->weights.counts, s, &f->choice, (double)records, 1);
    pending_clear(list);
    return fast;
}

/* per record and row: its magnitude; then, fast, the plan's operations and two additions to the
 * row's peak; classical, per chunk and row its error, per chunk and entry through the buffer one
 * addition to C */
void fold_count(struct odamv_counts *c, const struct shape *s, const struct fold_choice *choice,
                double records, double folds)
{
    c->additions += folds * s->m * records;
    c->multiplications += folds * s->m * records;
    if (goes_fast(choice, records, s->m, s->p)) {
        product_count(c, &choice->prediction.counts, folds);
        c->additions += folds * s->m * 2;
        return;
    }
    double chunk = (double)shape_chunk(s->n);
    double chunks = ceil(records / chunk), through = buffered(s->m, s->p) ? s->p : 0;
    c->gemm_additions += folds * records * s->m * s->p;
    c->gemm_multiplications += folds * records * s->m * s->p;
    c->additions += folds * s->m * chunks * (through ? 3 + through : 4);
    c->multiplications += folds * s->m * chunks * 2;
}
