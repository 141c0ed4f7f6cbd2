/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows from scratch, batch by batch:
 *
 *     shift_i = max_s L_is,   D_i = sum_s w_is,   C_ij = sum_s w_is V_sj
 *
 * Keys go in chunks: the weights of a chunk (chunk x rows) multiply its values (chunk x p) in one
 * GEMM, whose result is added to the sum so far. With chunks of b keys every term passes through
 * at most b roundings inside its GEMM, in whatever order that sums:
 *
 *     b UNIT sum_s w_is |V_sj| <= base_i norm_j
 *
 * Adding the chunks rounds the sums so far, whose largest magnitude over j is charged to drift_i
 * each time. All rows may go through a fast product instead, which takes all keys as one chunk.
 */
#include "restore.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

/* Rows list[from], ..., list[from + count - 1], or from, ..., from + count - 1 without a list. */
struct selection {
    const size_t *list;
    size_t from, count;
};

static size_t row_at(const struct selection *x, size_t r)
{
    return x->list ? x->list[x->from + r] : x->from + r;
}

/* The largest logit of each row of the batch. */
static void find_shifts(struct attention *a, const struct selection *x)
{
    const struct logits *l = &a->weights.logits;
    struct batch *b = &a->workspace.batch;
    for (size_t r = 0; r < x->count; r++)
        b->shift[r] = -INFINITY;
    for (size_t s = 0; s < l->n; s++) {
        const double *hi = l->hi + s * l->ld;
        if (x->list)
            for (size_t r = 0; r < x->count; r++)
                b->shift[r] = fmax(b->shift[r], hi[x->list[x->from + r]]);
        else
            l->kernel->maximum(x->count, hi + x->from, b->shift);
    }
}

/* The weights of keys [s, s + keys) into w, rows of `stride`; their sums and squares into the
 * batch's. */
static void weigh(struct attention *a, const struct selection *x, size_t s, size_t keys, double *to,
                  size_t stride)
{
    const struct logits *l = &a->weights.logits;
    struct batch *b = &a->workspace.batch;
    for (size_t k = 0; k < keys; k++) {
        const double *hi = l->hi + (s + k) * l->ld + x->from;
        const float *lo = l->lo + (s + k) * l->ld + x->from;
        double *w = to + k * stride;
        if (x->list) {
            for (size_t r = 0; r < x->count; r++) {
                b->hi[r] = l->hi[(s + k) * l->ld + x->list[x->from + r]];
                b->lo[r] = l->lo[(s + k) * l->ld + x->list[x->from + r]];
            }
            hi = b->hi;
            lo = b->lo;
        }
        l->kernel->weights(x->count, hi, lo, b->shift, w);
        l->kernel->accumulate(x->count, w, b->sum_hi, b->sum_lo, b->square);
    }
}

double restore_base(size_t n, double square)
{
    return (double)(shape_chunk((double)n) + 1) * UNIT * (1 + 4 * (double)n * UNIT) * sqrt(square);
}

/* Shift and D of the batch's rows, and the errors of their products. */
static void settle(struct attention *a, const struct selection *x)
{
    struct weights *w = &a->weights;
    const struct batch *b = &a->workspace.batch;
    for (size_t r = 0; r < x->count; r++) {
        size_t i = row_at(x, r);
        weights_settle(w, i, b->shift[r], b->sum_hi[r], b->sum_lo[r]);
        a->numerators.base[i] = restore_base(w->logits.n, b->square[r]);
        w->drift[i] = b->drift[r];
        a->numerators.peak[i] = 0;
    }
}

/* The rows' entries of C from p rows of `stride`. */
static void store(struct attention *a, const struct selection *x, const double *sum, size_t stride)
{
    for (size_t j = 0; j < a->values.p; j++)
        for (size_t r = 0; r < x->count; r++) {
            size_t i = row_at(x, r);
            double entry = sum[j * stride + r];
            a->numerators.c[j * a->weights.logits.ld + i] = entry;
            a->numerators.peak[i] = fmax(a->numerators.peak[i], fabs(entry));
        }
}

static void add_part(struct batch *b, size_t p, size_t count)
{
    memset(b->peak, 0, count * sizeof *b->peak);
    for (size_t j = 0; j < p; j++)
        for (size_t r = 0; r < count; r++) {
            double x = b->sum[j * count + r] + b->part[j * count + r];
            b->sum[j * count + r] = x;
            b->peak[r] = fabs(x) > b->peak[r] ? fabs(x) : b->peak[r];
        }
    for (size_t r = 0; r < count; r++)
        b->drift[r] += b->peak[r];
}

static void begin_batch(struct attention *a, const struct selection *x)
{
    struct batch *b = &a->workspace.batch;
    find_shifts(a, x);
    memset(b->sum_hi, 0, x->count * sizeof *b->sum_hi);
    memset(b->sum_lo, 0, x->count * sizeof *b->sum_lo);
    memset(b->square, 0, x->count * sizeof *b->square);
    memset(b->drift, 0, x->count * sizeof *b->drift);
}

static void restore_batch(struct attention *a, const struct selection *x)
{
    const struct logits *l = &a->weights.logits;
    struct batch *b = &a->workspace.batch;
    const size_t chunk = shape_chunk((double)l->n), p = a->values.p;
    begin_batch(a, x);
    memset(b->sum, 0, p * x->count * sizeof *b->sum);
    for (size_t s = 0; s < l->n; s += chunk) {
        size_t keys = l->n - s < chunk ? l->n - s : chunk;
        weigh(a, x, s, keys, b->w, x->count);
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (blasint)p, (blasint)x->count,
                    (blasint)keys, 1.0, a->values.v + s * p, (blasint)p, b->w, (blasint)x->count,
                    0.0, b->part, (blasint)x->count);
        add_part(b, p, x->count);
    }
    settle(a, x);
    store(a, x, b->sum, x->count);
}

void restore_rows(struct attention *a, const size_t *rows, size_t count)
{
    const size_t most = a->workspace.batch.rows;
    for (size_t from = 0; from < count; from += most)
        restore_batch(a,
                      &(struct selection){rows, from, count - from < most ? count - from : most});
    restore_count_rows(&a->weights.counts, &a->shape, (double)count);
}

/* per row and key: a weight and its sums; per row and value: the product, one addition per chunk */
void restore_count_rows(struct odamv_counts *c, const struct shape *s, double rows)
{
    double chunk = (double)shape_chunk(s->n);
    c->exponentials += rows * s->n;
    c->additions += rows * (s->n * (WEIGHT_ADDITIONS + 11) + (s->p + 1) * ceil(s->n / chunk));
    c->multiplications += rows * s->n * (WEIGHT_MULTIPLICATIONS + 1);
    c->gemm_additions += rows * s->n * s->p;
    c->gemm_multiplications += rows * s->n * s->p;
}

/* The weights of rows [from, from + count) into the fast product's matrix, batch by batch, and
 * what settles the rows; the error of a fast product is in no row's base. */
static void weigh_whole(struct attention *a, size_t from, size_t count)
{
    struct whole *f = &a->workspace.whole;
    const size_t most = a->workspace.batch.rows, n = a->weights.logits.n;
    for (size_t at = 0; at < count; at += most) {
        const struct selection part = {NULL, from + at, count - at < most ? count - at : most};
        begin_batch(a, &part);
        weigh(a, &part, 0, n, f->w + at, f->rows);
        settle(a, &part);
        memset(a->numerators.base + part.from, 0, part.count * sizeof *a->numerators.base);
    }
}

/* All rows by so many runs of the plan, so many times: per row and key a weight and its sums. */
static void count_whole(struct odamv_counts *c, const struct shape *s,
                        const struct matmul_prediction *plan, double runs, double times)
{
    c->exponentials += times * s->m * s->n;
    c->additions += times * s->m * s->n * (WEIGHT_ADDITIONS + 11);
    c->multiplications += times * s->m * s->n * (WEIGHT_MULTIPLICATIONS + 1);
    product_count(c, &plan->counts, times * runs);
}

/* All rows, a fast product at a time. Its error, product |V| |W|, takes the place of the rows' own,
 * base_i norm_j. A fresh weight is about 1 at most, but not where logits are huge (SHIFT_RELIABLE),
 * and one such row counts for all: |W| is measured. */
static void restore_whole(struct attention *a)
{
    const size_t m = a->weights.logits.m, n = a->weights.logits.n, p = a->values.p;
    struct whole *f = &a->workspace.whole;
    const struct matmul_prediction *plan = product_prediction(&f->product);
    double top = 0;
    for (size_t from = 0; from < m; from += f->rows) {
        size_t count = m - from < f->rows ? m - from : f->rows;
        if (count < f->rows)
            memset(f->w, 0, n * f->rows * sizeof *f->w);
        weigh_whole(a, from, count);
        top = fmax(top, product_peak(f->w, n, f->rows, f->rows));
        product_run(&f->product, a->values.v, p, f->w, f->rows, f->sum, f->rows);
        store(a, &(struct selection){NULL, from, count}, f->sum, f->rows);
    }
    a->numerators.fast_error = matmul_error_bound(&plan->error, a->values.peak, top, 0) * 1.01;
    count_whole(&a->weights.counts, &a->shape, plan, ceil((double)m / (double)f->rows), 1);
}

void restore_all(struct attention *a)
{
    struct weights *w = &a->weights;
    w->marked_first = w->marked_count = 0;
    w->counts.refreshes++;
    values_measure(&a->values);
    values_count_measure(&w->counts, a->shape.n, a->shape.p, 1);
    if (a->workspace.whole.product.plan) {
        restore_whole(a);
        return;
    }
    a->numerators.fast_error = 0;
    restore_rows(a, NULL, w->logits.m);
}

void restore_count_all(struct odamv_counts *c, const struct odamv_problem *shape,
                       const struct odamv_options *options, double times)
{
    struct matmul_prediction plan;
    double runs;
    const struct shape s = shape_of_problem(shape);
    values_count_measure(c, s.n, s.p, times);
    if (workspace_predict_whole(shape, options, &plan, &runs))
        count_whole(c, &s, &plan, runs, times);
    else
        restore_count_rows(c, &s, times * s.m);
}
