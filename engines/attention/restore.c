/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows from scratch: shift_i = max_s L_is, D_i = sum_s w_is, C_ij = sum_s w_is V_sj, tile by tile.
 *
 * Keys go in chunks: the weights of a chunk (chunk x rows) multiply its values (chunk x p) in one
 * GEMM, whose result is added to the sum so far. With chunks of b keys every term passes through
 * at most b roundings inside its GEMM, in whatever order that sums: b UNIT sum_s w_is |V_sj| <=
 * base_i norm_j. Adding the chunks rounds the sums so far, whose largest magnitude over j is
 * charged to drift_i each time.
 */
#include "restore.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TILE_ROWS 1024

/* Rows of one fast product: at least p, so that its sides are as large as those of C, but not all
 * of m where p is small, since it needs n weights for each. */
static size_t whole_rows(const struct odamv_problem *shape)
{
    size_t rows = shape->p < TILE_ROWS ? TILE_ROWS : shape->p;
    return rows < shape->m ? rows : shape->m;
}

enum odamv_status tile_open(struct tile *t, const struct odamv_problem *problem)
{
    size_t rows = problem->m < TILE_ROWS ? problem->m : TILE_ROWS;
    size_t chunk = attention_chunk(problem->n);
    *t = (struct tile){.rows = rows};
    t->w = aligned_array(chunk * rows, sizeof *t->w);
    t->sum = aligned_array(problem->p * rows, sizeof *t->sum);
    t->part = aligned_array(problem->p * rows, sizeof *t->part);
    t->hi = aligned_array(rows, sizeof *t->hi);
    t->lo = aligned_array(rows, sizeof *t->lo);
    t->shift = aligned_array(rows, sizeof *t->shift);
    t->sum_hi = aligned_array(rows, sizeof *t->sum_hi);
    t->sum_lo = aligned_array(rows, sizeof *t->sum_lo);
    t->square = aligned_array(rows, sizeof *t->square);
    t->peak = aligned_array(rows, sizeof *t->peak);
    t->drift = aligned_array(rows, sizeof *t->drift);
    if (t->w && t->sum && t->part && t->hi && t->lo && t->shift && t->sum_hi && t->sum_lo &&
        t->square && t->peak && t->drift)
        return ODAMV_OK;
    tile_close(t);
    return ODAMV_NOMEM;
}

void tile_close(struct tile *t)
{
    free(t->w);
    free(t->sum);
    free(t->part);
    free(t->hi);
    free(t->lo);
    free(t->shift);
    free(t->sum_hi);
    free(t->sum_lo);
    free(t->square);
    free(t->peak);
    free(t->drift);
    *t = (struct tile){0};
}

double tile_memory(const struct odamv_problem *shape)
{
    double rows = (double)(shape->m < TILE_ROWS ? shape->m : TILE_ROWS);
    return 8 * rows * ((double)attention_chunk(shape->n) + 2 * (double)shape->p + 7.5);
}

enum odamv_status whole_open(struct whole *w, const struct odamv_problem *problem,
                             const struct odamv_options *options)
{
    const size_t n = problem->n, p = problem->p;
    *w = (struct whole){.rows = whole_rows(problem)};
    enum odamv_status status = product_open(&w->product, options, p, n, w->rows, true);
    if (status != ODAMV_OK || !w->product.plan)
        return status;
    w->w = aligned_array(n * w->rows, sizeof *w->w);
    w->sum = aligned_array(p * w->rows, sizeof *w->sum);
    if (w->w && w->sum)
        return ODAMV_OK;
    whole_close(w);
    return ODAMV_NOMEM;
}

void whole_close(struct whole *w)
{
    product_close(&w->product);
    free(w->w);
    free(w->sum);
    *w = (struct whole){0};
}

double whole_memory(const struct odamv_problem *shape, const struct odamv_options *options)
{
    struct matmul_prediction prediction;
    const size_t rows = whole_rows(shape);
    if (!product_predict(options, shape->p, shape->n, rows, true, &prediction))
        return 0;
    return 8 * (((double)shape->n + (double)shape->p) * (double)rows + prediction.workspace);
}

/* the squares in the columns' norms */
static void count_measure(struct odamv_counts *c, const struct odamv_problem *shape, double times)
{
    c->additions += times * (double)shape->n * (double)shape->p;
    c->multiplications += times * (double)shape->n * (double)shape->p;
}

static void count_restore_fast(struct odamv_counts *c, const struct odamv_problem *shape,
                               const struct matmul_prediction *prediction, double times)
{
    double m = (double)shape->m, n = (double)shape->n;
    c->exponentials += times * m * n;
    c->additions += times * m * n * (WEIGHT_ADDITIONS + 11);
    c->multiplications += times * m * n * (WEIGHT_MULTIPLICATIONS + 1);
    count_product(c, &prediction->counts, times * ceil(m / (double)whole_rows(shape)));
}

void count_restore_all(struct odamv_counts *c, const struct odamv_problem *shape,
                       const struct odamv_options *options, double times)
{
    struct matmul_prediction prediction;
    const struct shape s = shape_of(shape);
    count_measure(c, shape, times);
    if (product_predict(options, shape->p, shape->n, whole_rows(shape), true, &prediction))
        count_restore_fast(c, shape, &prediction, times);
    else
        count_restore(c, &s, times * s.m);
}

/* Hulls, norms and peaks of V as it is now. */
static void measure_values(struct attention *a)
{
    const size_t n = a->weights.logits.n, p = a->p;
    for (size_t j = 0; j < p; j++) {
        a->low[j] = INFINITY;
        a->high[j] = -INFINITY;
        a->norm[j] = 0;
        a->folds[j] = 0;
    }
    a->v_peak = 0;
    for (size_t s = 0; s < n; s++) {
        a->row_peak[s] = 0;
        for (size_t j = 0; j < p; j++) {
            double x = a->v[s * p + j];
            a->low[j] = fmin(a->low[j], x);
            a->high[j] = fmax(a->high[j], x);
            a->norm[j] += x * x;
            a->row_peak[s] = fmax(a->row_peak[s], fabs(x));
        }
        a->v_peak = fmax(a->v_peak, a->row_peak[s]);
    }
    for (size_t j = 0; j < p; j++)
        a->norm[j] = sqrt(a->norm[j]) * (1 + 2 * (double)n * UNIT) + 0x1p-520;
}

static size_t row_at(const size_t *rows, size_t at)
{
    return rows ? rows[at] : at;
}

/* The largest logit of each row of the tile. */
static void find_shifts(struct attention *a, const size_t *rows, size_t from, size_t count)
{
    const struct logits *l = &a->weights.logits;
    struct tile *t = &a->tile;
    for (size_t r = 0; r < count; r++)
        t->shift[r] = -INFINITY;
    for (size_t s = 0; s < l->n; s++) {
        const double *hi = l->hi + s * l->ld;
        if (rows)
            for (size_t r = 0; r < count; r++)
                t->shift[r] = fmax(t->shift[r], hi[rows[from + r]]);
        else
            l->kernel->maximum(count, hi + from, t->shift);
    }
}

/* The weights of keys [s, s + keys) into w, rows of `stride`; their sums and squares into the
 * tile's. */
static void weigh(struct attention *a, const size_t *rows, size_t from, size_t count, size_t s,
                  size_t keys, double *to, size_t stride)
{
    const struct logits *l = &a->weights.logits;
    struct tile *t = &a->tile;
    for (size_t k = 0; k < keys; k++) {
        const double *hi = l->hi + (s + k) * l->ld + from;
        const float *lo = l->lo + (s + k) * l->ld + from;
        double *w = to + k * stride;
        if (rows) {
            for (size_t r = 0; r < count; r++) {
                t->hi[r] = l->hi[(s + k) * l->ld + rows[from + r]];
                t->lo[r] = l->lo[(s + k) * l->ld + rows[from + r]];
            }
            hi = t->hi;
            lo = t->lo;
        }
        l->kernel->weights(count, hi, lo, t->shift, w);
        l->kernel->accumulate(count, w, t->sum_hi, t->sum_lo, t->square);
    }
}

double attention_base(size_t n, double square)
{
    return (double)(attention_chunk(n) + 1) * UNIT * (1 + 4 * (double)n * UNIT) * sqrt(square);
}

/* Shift and D of the tile's rows, and the errors of their products. */
static void settle(struct attention *a, const size_t *rows, size_t from, size_t count)
{
    struct weights *w = &a->weights;
    const struct tile *t = &a->tile;
    for (size_t r = 0; r < count; r++) {
        size_t i = row_at(rows, from + r);
        weights_settle(w, i, t->shift[r], t->sum_hi[r], t->sum_lo[r]);
        a->base[i] = attention_base(w->logits.n, t->square[r]);
        w->drift[i] = t->drift[r];
        a->c_peak[i] = 0;
    }
}

/* The rows' entries of C from p rows of `stride`. */
static void store(struct attention *a, const size_t *rows, size_t from, size_t count,
                  const double *sum, size_t stride)
{
    for (size_t j = 0; j < a->p; j++)
        for (size_t r = 0; r < count; r++) {
            size_t i = row_at(rows, from + r);
            double x = sum[j * stride + r];
            a->c[j * a->weights.logits.ld + i] = x;
            a->c_peak[i] = fmax(a->c_peak[i], fabs(x));
        }
}

static void add_part(struct tile *t, size_t p, size_t count)
{
    memset(t->peak, 0, count * sizeof *t->peak);
    for (size_t j = 0; j < p; j++)
        for (size_t r = 0; r < count; r++) {
            double x = t->sum[j * count + r] + t->part[j * count + r];
            t->sum[j * count + r] = x;
            t->peak[r] = fabs(x) > t->peak[r] ? fabs(x) : t->peak[r];
        }
    for (size_t r = 0; r < count; r++)
        t->drift[r] += UNIT * t->peak[r];
}

static void begin_tile(struct attention *a, const size_t *rows, size_t from, size_t count)
{
    struct tile *t = &a->tile;
    find_shifts(a, rows, from, count);
    memset(t->sum_hi, 0, count * sizeof *t->sum_hi);
    memset(t->sum_lo, 0, count * sizeof *t->sum_lo);
    memset(t->square, 0, count * sizeof *t->square);
    memset(t->drift, 0, count * sizeof *t->drift);
}

static void restore_tile(struct attention *a, const size_t *rows, size_t from, size_t count)
{
    const struct logits *l = &a->weights.logits;
    struct tile *t = &a->tile;
    const size_t chunk = attention_chunk(l->n), p = a->p;
    begin_tile(a, rows, from, count);
    memset(t->sum, 0, p * count * sizeof *t->sum);
    for (size_t s = 0; s < l->n; s += chunk) {
        size_t keys = l->n - s < chunk ? l->n - s : chunk;
        weigh(a, rows, from, count, s, keys, t->w, count);
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (blasint)p, (blasint)count,
                    (blasint)keys, 1.0, a->v + s * p, (blasint)p, t->w, (blasint)count, 0.0,
                    t->part, (blasint)count);
        add_part(t, p, count);
    }
    settle(a, rows, from, count);
    store(a, rows, from, count, t->sum, count);
}

/* All rows, a fast product at a time. Its error, product |V| |W|, takes the place of
 * base_i norm_j. A fresh weight is about 1 at most, but not where logits are huge (SHIFT_RELIABLE),
 * and one such row counts for all: |W| is measured. */
static void restore_whole(struct attention *a)
{
    const struct logits *l = &a->weights.logits;
    struct whole *f = &a->whole;
    const struct matmul_error *error = &matmul_plan_prediction(f->product.plan)->error;
    double top = 0;
    for (size_t from = 0; from < l->m; from += f->rows) {
        size_t count = l->m - from < f->rows ? l->m - from : f->rows;
        if (count < f->rows)
            memset(f->w, 0, l->n * f->rows * sizeof *f->w);
        for (size_t at = 0; at < count; at += a->tile.rows) {
            size_t part = count - at < a->tile.rows ? count - at : a->tile.rows;
            begin_tile(a, NULL, from + at, part);
            weigh(a, NULL, from + at, part, 0, l->n, f->w + at, f->rows);
            settle(a, NULL, from + at, part);
            for (size_t i = from + at; i < from + at + part; i++)
                a->base[i] = 0;
        }
        top = fmax(top, product_peak(f->w, l->n, f->rows, f->rows));
        product_run(&f->product, a->v, a->p, f->w, f->rows, f->sum, f->rows);
        store(a, NULL, from, count, f->sum, f->rows);
    }
    a->product_error = (error->product * a->v_peak * top + error->tiny) * 1.01;
}

void attention_restore(struct attention *a, const size_t *rows, size_t count)
{
    struct weights *w = &a->weights;
    const struct odamv_problem shape = {
        .m = w->logits.m, .n = w->logits.n, .d = w->logits.d, .p = a->p};
    const struct shape s = shape_of(&shape);
    if (rows) {
        for (size_t from = 0; from < count; from += a->tile.rows)
            restore_tile(a, rows, from, count - from < a->tile.rows ? count - from : a->tile.rows);
        count_restore(&w->counts, &s, (double)count);
        return;
    }
    w->marked_first = w->marked_count = 0;
    w->counts.refreshes++;
    measure_values(a);
    count_measure(&w->counts, &shape, 1);
    if (!a->whole.product.plan) {
        a->product_error = 0;
        for (size_t from = 0; from < shape.m; from += a->tile.rows)
            restore_tile(a, NULL, from,
                         shape.m - from < a->tile.rows ? shape.m - from : a->tile.rows);
        count_restore(&w->counts, &s, s.m);
        return;
    }
    restore_whole(a);
    count_restore_fast(&w->counts, &shape, matmul_plan_prediction(a->whole.product.plan), 1);
}

/* per row and key: a weight and its sums; per row and value: the product, one addition per chunk */
void count_restore(struct odamv_counts *c, const struct shape *s, double rows)
{
    double chunk = chunk_of(s->n);
    c->exponentials += rows * s->n;
    c->additions += rows * (s->n * (WEIGHT_ADDITIONS + 11) + (s->p + 1) * ceil(s->n / chunk));
    c->multiplications += rows * (s->n * (WEIGHT_MULTIPLICATIONS + 1) + ceil(s->n / chunk));
    c->gemm_additions += rows * s->n * s->p;
    c->gemm_multiplications += rows * s->n * s->p;
}
