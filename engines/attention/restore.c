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
 * each time. All rows, or as many as a list has records, may go through a fast product instead, which
 * takes all keys as one chunk.
 */
#include "restore.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

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
        size_t i = selection_row(x, r);
        weights_settle(w, i, b->shift[r], b->sum_hi[r], b->sum_lo[r]);
        a->numerators.base[i] = restore_base(w->logits.n, b->square[r]);
        w->drift[i] = a->workspace.sums.drift[r];
        a->numerators.peak[i] = 0;
    }
}

/* The rows' entries of C from p rows of `stride`. */
static void store(struct attention *a, const struct selection *x, const double *sum, size_t stride)
{
    for (size_t j = 0; j < a->values.p; j++)
        for (size_t r = 0; r < x->count; r++) {
            size_t i = selection_row(x, r);
            double entry = sum[j * stride + r];
            a->numerators.c[j * a->weights.logits.ld + i] = entry;
            a->numerators.peak[i] = fmax(a->numerators.peak[i], fabs(entry));
        }
}

static void add_part(struct sums *b, size_t p, size_t count)
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
    batch_begin(&a->workspace.batch, &a->weights.logits, x);
    memset(a->workspace.sums.drift, 0, x->count * sizeof *a->workspace.sums.drift);
}

static void restore_batch(struct attention *a, const struct selection *x)
{
    const struct logits *l = &a->weights.logits;
    struct sums *b = &a->workspace.sums;
    const size_t chunk = shape_chunk((double)l->n), p = a->values.p;
    begin_batch(a, x);
    memset(b->sum, 0, p * x->count * sizeof *b->sum);
    for (size_t s = 0; s < l->n; s += chunk) {
        size_t keys = l->n - s < chunk ? l->n - s : chunk;
        batch_weigh(&a->workspace.batch, l, x, s, keys, b->w, x->count);
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

/* per row: its weights; per row and value: the product, one addition per chunk */
void restore_count_rows(struct odamv_counts *c, const struct shape *s, double rows)
{
    double chunk = (double)shape_chunk(s->n);
    batch_count_weigh(c, s->n, rows);
    c->additions += rows * (s->p + 1) * ceil(s->n / chunk);
    c->gemm_additions += rows * s->n * s->p;
    c->gemm_multiplications += rows * s->n * s->p;
}

/* --- by a fast product ----------------------------------------------------------------------- */

/* The rows' weights into the matrix of the product, batch by batch, and what settles the rows; the error
 * of a fast product is in no row's base. */
static void weigh_together(struct attention *a, const struct selection *x, struct together *t)
{
    const struct logits *l = &a->weights.logits;
    const size_t most = a->workspace.batch.rows, n = l->n;
    if (x->count < t->rows)
        memset(t->w, 0, n * t->rows * sizeof *t->w);
    for (size_t at = 0; at < x->count; at += most) {
        const size_t count = x->count - at < most ? x->count - at : most;
        const struct selection part = {x->list, x->from + at, count};
        begin_batch(a, &part);
        batch_weigh(&a->workspace.batch, l, &part, 0, n, t->w + at, t->rows);
        settle(a, &part);
        for (size_t r = 0; r < count; r++)
            a->numerators.base[selection_row(&part, r)] = 0;
    }
}

/* One product. Its error is that of the plan times |V| |W|, of which the latter is returned: a fresh weight
 * is about 1 at most, but not where logits are huge (SHIFT_RELIABLE), and one such row counts for all. */
static double restore_together(struct attention *a, const struct selection *x, struct together *t)
{
    const size_t n = a->weights.logits.n;
    weigh_together(a, x, t);
    product_run(&t->product, a->values.v, a->values.p, t->w, t->rows, t->sum, t->rows);
    store(a, x, t->sum, t->rows);
    return product_peak(t->w, n, t->rows, t->rows);
}

static double error_together(const struct attention *a, const struct together *t, double top)
{
    const struct matmul_error *error = &product_prediction(&t->product)->error;
    return matmul_error_bound(error, a->values.peak, top, 0) * 1.01;
}

/* So many rows by so many runs of the plan: per row and key a weight and its sums. */
static void count_together(struct odamv_counts *c, const struct shape *s,
                           const struct matmul_prediction *plan, double rows, double runs)
{
    batch_count_weigh(c, s->n, rows);
    product_count(c, &plan->counts, runs);
}

/* Whether the padded product multiplies no more often than so many rows do by themselves; as goes_fast of
 * fold.c. */
static bool pays(const struct matmul_prediction *plan, const struct shape *s, double rows)
{
    return matmul_counts_multiplications(&plan->counts) <= rows * s->n * s->p;
}

bool restore_some(struct attention *a, struct together *t, const size_t *rows, size_t count)
{
    if (!t->product.plan || !pays(product_prediction(&t->product), &a->shape, (double)count)) {
        restore_rows(a, rows, count);
        return false;
    }
    const double top = restore_together(a, &(struct selection){rows, 0, count}, t);
    a->numerators.fast_error += error_together(a, t, top);
    count_together(&a->weights.counts, &a->shape, product_prediction(&t->product), (double)count,
                   1);
    return true;
}

void restore_count_some(struct odamv_counts *c, const struct shape *s,
                        const struct matmul_prediction *plan, double rows, double times)
{
    if (plan && pays(plan, s, rows))
        count_together(c, s, plan, rows * times, times);
    else
        restore_count_rows(c, s, rows * times);
}

/* All rows, a product at a time; its error takes the place of the rows' own, base_i norm_j. */
static void restore_whole(struct attention *a)
{
    const size_t m = a->weights.logits.m;
    struct together *t = &a->workspace.all;
    double top = 0;
    for (size_t from = 0; from < m; from += t->rows) {
        const struct selection part = {NULL, from, m - from < t->rows ? m - from : t->rows};
        top = fmax(top, restore_together(a, &part, t));
    }
    a->numerators.fast_error = error_together(a, t, top);
    count_together(&a->weights.counts, &a->shape, product_prediction(&t->product), (double)m,
                   ceil((double)m / (double)t->rows));
}

void restore_all(struct attention *a)
{
    struct weights *w = &a->weights;
    w->marked_first = w->marked_count = 0;
    w->counts.refreshes++;
    values_measure(&a->values);
    values_count_measure(&w->counts, a->shape.n, a->shape.p, 1);
    if (a->workspace.all.product.plan) {
        restore_whole(a);
        return;
    }
    a->numerators.fast_error = 0;
    restore_rows(a, NULL, w->logits.m);
}

void restore_count_all(struct odamv_counts *c, const struct odamv_problem *shape,
                       const struct odamv_options *options, double times)
{
    const size_t rows = workspace_rows(shape);
    struct matmul_prediction plan;
    const struct shape s = shape_of_problem(shape);
    values_count_measure(c, s.n, s.p, times);
    if (together_predict(shape, options, rows, &plan))
        count_together(c, &s, &plan, times * s.m, times * ceil(s.m / (double)rows));
    else
        restore_count_rows(c, &s, times * s.m);
}
