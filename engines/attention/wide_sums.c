/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wide_sums.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attention.h"
#include "engines/numerics/array.h"
#include "engines/numerics/pair.h"

#define ROWS_LEAST 64      /* that are computed together, where there are as many */
#define BLOCK_MOST 1024    /* records or keys of one product: few enough for three slices */
#define PAIR_ERROR 0x1p-45 /* 2^-98 in units of UNIT */

static size_t block_of(size_t inner)
{
    return inner < BLOCK_MOST ? inner : BLOCK_MOST;
}

struct wide_sizes wide_sizes(const struct odamv_problem *shape, const struct odamv_options *options)
{
    const size_t k = options->threshold, rows = k > ROWS_LEAST ? k : ROWS_LEAST;
    struct wide_sizes x = {.capacity = !options->no_coalesce && k > shape->n ? shape->n : k};
    x.fold = (struct wide_shape){shape->p, block_of(x.capacity), shape->m};
    x.rows = (struct wide_shape){shape->p, block_of(shape->n), rows < shape->m ? rows : shape->m};
    return x;
}

void wide_sums_close(struct wide_sums *x)
{
    weights_close(&x->weights);
    values_close(&x->values);
    changed_close(&x->list);
    batch_close(&x->batch);
    wide_product_close(&x->rows); /* uses the program of the next */
    wide_product_close(&x->fold);
    free(x->hi);
    free(x->lo);
    free(x->error);
    free(x->part_hi);
    free(x->part_lo);
    free(x->part_error);
    free(x->block);
    free(x->column);
    free(x->column_lo);
    *x = (struct wide_sums){0};
}

static enum odamv_status arrays_open(struct wide_sums *x, const struct odamv_problem *problem)
{
    const size_t ld = logits_ld(problem->m), c = array_times(problem->p, ld);
    const size_t part = array_times(problem->p, x->sizes.rows.columns);
    x->hi = array_alloc(c, sizeof *x->hi);
    x->lo = array_alloc(c, sizeof *x->lo);
    x->error = array_alloc(ld, sizeof *x->error);
    x->part_hi = array_alloc(part, sizeof *x->part_hi);
    x->part_lo = array_alloc(part, sizeof *x->part_lo);
    x->part_error = array_alloc(x->sizes.rows.columns, sizeof *x->part_error);
    x->block = array_alloc(array_times(x->sizes.fold.inner, problem->p), sizeof *x->block);
    x->column = array_alloc(ld, sizeof *x->column);
    x->column_lo = array_alloc(ld, sizeof *x->column_lo);
    if (!x->hi || !x->lo || !x->error || !x->part_hi || !x->part_lo || !x->part_error ||
        !x->block || !x->column || !x->column_lo)
        return ODAMV_NOMEM;
    memset(x->hi, 0, c * sizeof *x->hi);
    memset(x->lo, 0, c * sizeof *x->lo);
    memset(x->error, 0, ld * sizeof *x->error);
    return ODAMV_OK;
}

enum odamv_status wide_sums_open(struct wide_sums *x, const struct odamv_problem *problem,
                                 const struct odamv_options *options)
{
    *x = (struct wide_sums){.shape = shape_of_problem(problem),
                            .sizes = wide_sizes(problem, options)};
    enum odamv_status status = weights_open(&x->weights, problem, options);
    if (status == ODAMV_OK)
        status = values_open(&x->values, problem);
    if (status == ODAMV_OK)
        status = arrays_open(x, problem);
    if (status == ODAMV_OK)
        status = changed_open(&x->list, problem->n, x->weights.logits.ld, x->sizes.capacity);
    if (status == ODAMV_OK)
        status = batch_open(&x->batch, x->sizes.rows.columns);
    if (status == ODAMV_OK)
        status = wide_product_open(&x->fold, &x->sizes.fold, options, NULL);
    if (status == ODAMV_OK)
        status = wide_product_open(&x->rows, &x->sizes.rows, options, &x->fold.product);
    if (status != ODAMV_OK) {
        wide_sums_close(x);
        return status;
    }
    values_measure(&x->values);
    values_count_measure(&x->weights.counts, x->shape.n, x->shape.p, 1);
    wide_sums_restore(x, NULL, problem->m);
    return ODAMV_OK;
}

double wide_sums_memory(const struct odamv_problem *shape, const struct odamv_options *options)
{
    const struct wide_sizes x = wide_sizes(shape, options);
    const double ld = (double)logits_ld(shape->m), p = (double)shape->p;
    const double part = (double)x.rows.columns;
    return weights_memory(shape) + values_memory(shape) +
           8 * (2 * p * ld + 3 * ld + (2 * p + 1) * part + (double)x.fold.inner * p) +
           changed_memory((double)shape->n, ld, (double)x.capacity) + batch_memory(part) +
           wide_product_memory(&x.fold, options) + wide_product_memory(&x.rows, options);
}

/* --- rows from scratch ------------------------------------------------------------------------- */

/* What pairs round in a row, per unit of the largest sum of its weights. */
static double pairs_error(const struct wide_sums *x)
{
    return PAIR_ERROR * x->values.peak;
}

/* Shift, D and C of the rows of the batch, whose sums are complete. */
static void settle(struct wide_sums *x, const struct selection *rows)
{
    const size_t ld = x->weights.logits.ld, stride = x->sizes.rows.columns;
    const struct batch *b = &x->batch;
    const double each = pairs_error(x) * ceil(x->shape.n / (double)x->sizes.rows.inner);
    for (size_t r = 0; r < rows->count; r++) {
        const size_t i = selection_row(rows, r);
        weights_settle(&x->weights, i, b->shift[r], b->sum_hi[r], b->sum_lo[r]);
        x->error[i] = x->part_error[r] + each * b->sum_hi[r];
    }
    for (size_t j = 0; j < x->values.p; j++)
        for (size_t r = 0; r < rows->count; r++) {
            const size_t i = selection_row(rows, r);
            x->hi[j * ld + i] = x->part_hi[j * stride + r];
            x->lo[j * ld + i] = x->part_lo[j * stride + r];
        }
}

static bool restore_batch(struct wide_sums *x, const struct selection *rows)
{
    const struct logits *l = &x->weights.logits;
    const size_t p = x->values.p, block = x->sizes.rows.inner, stride = x->sizes.rows.columns;
    struct wide_product *w = &x->rows;
    bool fast = false;
    batch_begin(&x->batch, l, rows);
    memset(x->part_hi, 0, p * stride * sizeof *x->part_hi);
    memset(x->part_lo, 0, p * stride * sizeof *x->part_lo);
    memset(x->part_error, 0, stride * sizeof *x->part_error);
    memset(w->b_lo, 0, block * stride * sizeof *w->b_lo);
    for (size_t s = 0; s < l->n; s += block) {
        const size_t keys = l->n - s < block ? l->n - s : block;
        batch_weigh(&x->batch, l, rows, s, keys, w->b_hi, stride);
        fast |= wide_product_run(w, keys, rows->count, x->values.v + s * p, x->part_hi, x->part_lo,
                                 stride);
        for (size_t r = 0; r < rows->count; r++)
            x->part_error[r] += w->error[r];
    }
    settle(x, rows);
    return fast;
}

bool wide_sums_restore(struct wide_sums *x, const size_t *list, size_t count)
{
    const size_t most = x->sizes.rows.columns;
    bool fast = false;
    for (size_t from = 0; from < count; from += most)
        fast |= restore_batch(
            x, &(struct selection){list, from, count - from < most ? count - from : most});
    wide_sums_count_rows(&x->weights.counts, &x->shape, &x->sizes, &x->rows.choice, (double)count,
                         1);
    return fast;
}

/* So many rows at once, block by block of the keys. */
static void count_batch(struct odamv_counts *c, const struct shape *s, double block,
                        const struct wide_choice *product, double rows, double times)
{
    const double whole = floor(s->n / block), rest = s->n - whole * block;
    wide_product_count(c, product, s->p, block, rows, whole * times);
    if (rest > 0)
        wide_product_count(c, product, s->p, rest, rows, times);
    c->additions += times * rows * ceil(s->n / block);
}

void wide_sums_count_rows(struct odamv_counts *c, const struct shape *s,
                          const struct wide_sizes *sizes, const struct wide_choice *product,
                          double rows, double times)
{
    const double most = (double)sizes->rows.columns, block = (double)sizes->rows.inner;
    const double whole = floor(rows / most), rest = rows - whole * most;
    batch_count_weigh(c, s->n, rows * times);
    count_batch(c, s, block, product, most, whole * times);
    if (rest > 0)
        count_batch(c, s, block, product, rest, times);
    c->additions += times * rows;
    c->multiplications += times * rows;
}

/* --- updates ----------------------------------------------------------------------------------- */

/* Records [from, from + count) into C. */
static bool fold_block(struct wide_sums *x, size_t from, size_t count)
{
    const size_t ld = x->weights.logits.ld, m = x->weights.logits.m, p = x->values.p;
    struct wide_product *w = &x->fold;
    for (size_t t = 0; t < count; t++) {
        const double *now = x->list.now + (from + t) * ld, *then = x->list.then + (from + t) * ld;
        memcpy(x->block + t * p, x->values.v + x->list.key[from + t] * p, p * sizeof *x->block);
        for (size_t i = 0; i < m; i++) {
            const struct pair change = two_sum(now[i], -then[i]);
            w->b_hi[t * m + i] = change.hi;
            w->b_lo[t * m + i] = change.lo;
        }
    }
    const bool fast = wide_product_run(w, count, m, x->block, x->hi, x->lo, ld);
    const double each = pairs_error(x);
    for (size_t i = 0; i < m; i++)
        x->error[i] += w->error[i] + each * x->weights.sum_top[i];
    return fast;
}

bool wide_sums_fold(struct wide_sums *x)
{
    const size_t block = x->sizes.fold.inner, count = x->list.count;
    bool fast = false;
    for (size_t t = 0; t < count; t += block)
        fast |= fold_block(x, t, count - t < block ? count - t : block);
    wide_sums_count_fold(&x->weights.counts, &x->shape, &x->sizes, &x->fold.choice, (double)count,
                         1);
    changed_clear(&x->list);
    return fast;
}

/* per row and block its error */
void wide_sums_count_fold(struct odamv_counts *c, const struct shape *s,
                          const struct wide_sizes *sizes, const struct wide_choice *product,
                          double records, double times)
{
    const double block = (double)sizes->fold.inner, whole = floor(records / block);
    const double rest = records - whole * block;
    wide_product_count(c, product, s->p, block, s->m, whole * times);
    if (rest > 0)
        wide_product_count(c, product, s->p, rest, s->m, times);
    c->additions += times * (6 * records * s->m + 2 * s->m * ceil(records / block));
    c->multiplications += times * s->m * ceil(records / block);
}

static void count_weights(struct odamv_counts *c, double weights)
{
    c->exponentials += weights;
    c->additions += weights * WEIGHT_ADDITIONS;
    c->multiplications += weights * WEIGHT_MULTIPLICATIONS;
}

void wide_sums_set_k(struct wide_sums *x, size_t key, size_t feature, double value, bool merged)
{
    struct weights *w = &x->weights;
    struct changed *list = &x->list;
    if (!merged)
        weights_of_key(w, key, list->then + changed_add(list, key) * list->ld);
    const struct change_place place = {
        .change = x->column, .stride = PANEL, .weight = list->now + list->last[key] * list->ld};
    weights_set_k(w, key, feature, value, &place);
    const double most = weights_most(x->values.peak);
    for (size_t i = 0; i < w->logits.m; i++)
        if (x->error[i] > w->sum_hi[i] * most)
            weights_mark(w, i);
    wide_sums_count_set_k(&w->counts, &x->shape, 1, !merged);
}

/* per row its accuracy */
void wide_sums_count_set_k(struct odamv_counts *c, const struct shape *s, double updates,
                           double records)
{
    count_weights(c, records * s->m);
    c->multiplications += updates * s->m;
}

void wide_sums_set_v(struct wide_sums *x, size_t key, size_t column, double value)
{
    const struct logits *l = &x->weights.logits;
    double *stored = x->values.v + key * x->values.p + column;
    double *hi = x->hi + column * l->ld, *lo = x->lo + column * l->ld;
    const size_t record = x->list.first[key];
    const double *weights = x->column;
    if (record != NOT_CHANGED)
        weights = x->list.then + record * l->ld;
    else
        weights_of_key(&x->weights, key, x->column);
    values_cover(&x->values, key, column, *stored, value);
    l->kernel->pair_axpy(l->m, value, weights, hi, lo);
    l->kernel->pair_axpy(l->m, -*stored, weights, hi, lo);
    *stored = value;
    const double each = pairs_error(x);
    for (size_t i = 0; i < l->m; i++)
        x->error[i] += each * x->weights.sum_top[i];
    wide_sums_count_set_v(&x->weights.counts, &x->shape, 1, record == NOT_CHANGED);
}

/* per row two terms, and its error */
void wide_sums_count_set_v(struct odamv_counts *c, const struct shape *s, double updates,
                           double apart)
{
    count_weights(c, apart * s->m);
    c->additions += updates * s->m * 25;
    c->multiplications += updates * s->m * 5;
}

/* --- what is asked ------------------------------------------------------------------------------ */

struct pair wide_sums_entry(const struct wide_sums *x, size_t i, size_t j)
{
    const struct changed *list = &x->list;
    const size_t ld = list->ld;
    struct pair sum = {x->hi[j * ld + i], x->lo[j * ld + i]};
    for (size_t t = 0; t < list->count; t++) {
        const double v = x->values.v[list->key[t] * x->values.p + j];
        sum = pair_add_product(sum, list->now[t * ld + i], v);
        sum = pair_add_product(sum, -list->then[t * ld + i], v);
    }
    return sum;
}

void wide_sums_column(struct wide_sums *x, size_t j)
{
    const struct logits *l = &x->weights.logits;
    const struct changed *list = &x->list;
    memcpy(x->column, x->hi + j * l->ld, l->m * sizeof *x->column);
    memcpy(x->column_lo, x->lo + j * l->ld, l->m * sizeof *x->column_lo);
    for (size_t t = 0; t < list->count; t++) {
        const double v = x->values.v[list->key[t] * x->values.p + j];
        l->kernel->pair_axpy(l->m, v, list->now + t * l->ld, x->column, x->column_lo);
        l->kernel->pair_axpy(l->m, -v, list->then + t * l->ld, x->column, x->column_lo);
    }
}

/* two products into a pair */
void wide_sums_count_terms(struct odamv_counts *c, double terms)
{
    c->additions += 24 * terms;
    c->multiplications += 4 * terms;
}

double wide_sums_error(const struct wide_sums *x, size_t i)
{
    const double pending = (double)x->list.count * pairs_error(x) * x->weights.sum_top[i];
    return UNIT * 1.01 * (x->error[i] + pending) + NUMERATOR_LEAST;
}

/* The invariant of a row whose weights are in row->w. */
static bool check_row(const struct wide_sums *x, struct row *row, size_t i, char *message,
                      size_t size)
{
    const struct changed *list = &x->list;
    for (size_t s = 0; s < row->n; s++)
        if (list->last[s] != NOT_CHANGED && list->now[list->last[s] * list->ld + i] != row->w[s]) {
            snprintf(message, size, "the record of key %zu has another weight than row %zu", s, i);
            return false;
        }
    for (size_t j = 0; j < x->values.p; j++) {
        values_column(&x->values, j, row->v);
        const struct pair exact = pair_dot(row->n, row->w, row->v), sum = wide_sums_entry(x, i, j);
        const double apart = fabs((exact.hi - sum.hi) + (exact.lo - sum.lo));
        if (!(apart <= wide_sums_error(x, i))) {
            snprintf(message, size, "C[%zu,%zu] with its records is %.17g, misses %.17g by %g", i,
                     j, sum.hi, exact.hi, apart);
            return false;
        }
    }
    return true;
}

bool wide_sums_check(const struct wide_sums *x, char *message, size_t size)
{
    struct row row;
    if (!weights_check(&x->weights, message, size) || !values_check(&x->values, message, size))
        return false;
    if (row_open(&row, x->weights.logits.n) != ODAMV_OK) {
        snprintf(message, size, "no memory for the check");
        return false;
    }
    bool whole = true;
    for (size_t i = 0; i < x->weights.logits.m && whole; i++)
        if (!x->weights.marked[i] && isfinite(weights_error(&x->weights, i))) {
            weights_row(&x->weights, i, &row);
            whole = check_row(x, &row, i, message, size);
        }
    row_close(&row);
    return whole;
}
