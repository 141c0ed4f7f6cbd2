/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pending.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Up to this many entries, a product goes through a buffer and is then added to C, so that C is
 * rounded once per chunk; beyond, the second pass over C would cost more than the tighter bound is
 * worth. */
#define BUFFERED_ENTRIES (1u << 18)

static size_t panels(size_t x)
{
    return (x + PANEL - 1) / PANEL * PANEL;
}

enum odamv_status pending_open(struct pending *list, const struct attention *a, size_t capacity)
{
    const struct logits *l = &a->weights.logits;
    *list =
        (struct pending){.capacity = capacity, .change_width = l->ld, .value_width = panels(a->p)};
    list->change = aligned_array(times(capacity, list->change_width), sizeof(double));
    list->value = aligned_array(times(capacity, list->value_width), sizeof(double));
    list->key = aligned_array(capacity, sizeof *list->key);
    list->value_peak = aligned_array(capacity, sizeof *list->value_peak);
    list->slot = malloc(l->n * sizeof *list->slot);
    if (!list->change || !list->value || !list->key || !list->value_peak || !list->slot) {
        pending_close(list);
        return ODAMV_NOMEM;
    }
    for (size_t s = 0; s < l->n; s++)
        list->slot[s] = NO_SLOT;
    /* touched now, so that no update waits for the system to hand out pages */
    memset(list->change, 0, capacity * list->change_width * sizeof(double));
    memset(list->value, 0, capacity * list->value_width * sizeof(double));
    return ODAMV_OK;
}

void pending_close(struct pending *list)
{
    free(list->change);
    free(list->value);
    free(list->key);
    free(list->value_peak);
    free(list->slot);
    *list = (struct pending){0};
}

double pending_memory(const struct odamv_problem *shape, double capacity)
{
    double width = (double)logits_ld(shape->m) + (double)panels(shape->p);
    return 8 * capacity * (width + 2) + 8 * (double)shape->n;
}

static bool buffered(double m, double p)
{
    return m * p <= BUFFERED_ENTRIES;
}

struct fold_choice fold_choice(const struct odamv_problem *shape,
                               const struct odamv_options *options, size_t capacity)
{
    struct fold_choice choice = {.capacity = (double)capacity};
    choice.fast = product_predict(options, shape->p, capacity, shape->m, false, &choice.prediction);
    return choice;
}

/* Whether a fold of so many records takes no more multiplications when the list is padded to its
 * capacity. That is the choice for a fixed leaf, whose additions may outweigh what it saves;
 * `auto` has a fast product only where that pays. */
static bool goes_fast(const struct fold_choice *choice, double records, double m, double p)
{
    const struct matmul_counts *c = &choice->prediction.counts;
    return choice->fast && c->leaf_multiplications + c->multiplications <= records * m * p;
}

enum odamv_status fold_buffer_open(struct fold_buffer *b, const struct attention *a,
                                   size_t capacity, const struct odamv_options *options)
{
    const size_t ld = a->weights.logits.ld, m = a->weights.logits.m;
    const struct odamv_problem shape = {.m = m, .n = a->weights.logits.n, .p = a->p};
    bool through = buffered((double)m, (double)a->p);
    *b = (struct fold_buffer){.change = aligned_array(times(capacity, ld), sizeof(double)),
                              .value = aligned_array(times(capacity, a->p), sizeof(double)),
                              .product = through ? aligned_array(a->p * ld, sizeof(double)) : NULL,
                              .total = aligned_array(ld, sizeof(double)),
                              .choice = fold_choice(&shape, options, capacity)};
    enum odamv_status status = ODAMV_NOMEM;
    if (b->change && b->value && b->total && (b->product || !through))
        status = product_open(&b->fast, options, a->p, capacity, m, false);
    if (status != ODAMV_OK) {
        fold_buffer_close(b);
        return status;
    }
    b->choice.fast = b->fast.plan != NULL; /* `auto` may choose otherwise when it is asked again */
    if (b->choice.fast)
        b->choice.prediction = *product_prediction(&b->fast);
    memset(b->change, 0, capacity * ld * sizeof *b->change); /* touched now, as in pending_open */
    memset(b->value, 0, capacity * a->p * sizeof *b->value);
    return ODAMV_OK;
}

void fold_buffer_close(struct fold_buffer *b)
{
    product_close(&b->fast);
    free(b->change);
    free(b->value);
    free(b->product);
    free(b->total);
    *b = (struct fold_buffer){0};
}

double fold_buffer_memory(const struct odamv_problem *shape, double capacity,
                          const struct odamv_options *options)
{
    double ld = (double)logits_ld(shape->m), p = (double)shape->p;
    const struct fold_choice choice = fold_choice(shape, options, (size_t)capacity);
    return 8 * (capacity * (ld + p) + ld + (buffered((double)shape->m, p) ? p * ld : 0) +
                (choice.fast ? choice.prediction.workspace : 0));
}

static double *entry(double *data, size_t capacity, size_t x, size_t t)
{
    return data + (x / PANEL * capacity + t) * PANEL + x % PANEL;
}

static const double *entry_const(const double *data, size_t capacity, size_t x, size_t t)
{
    return data + (x / PANEL * capacity + t) * PANEL + x % PANEL;
}

struct record pending_record(struct pending *list, const struct attention *a, size_t key)
{
    size_t t = list->slot[key];
    bool merge = t != NO_SLOT;
    if (!merge) {
        const double *v = a->v + key * a->p;
        t = list->count++;
        list->slot[key] = t;
        list->key[t] = key;
        list->value_peak[t] = a->row_peak[key];
        for (size_t j = 0; j < a->p; j += PANEL)
            memcpy(entry(list->value, list->capacity, j, t), v + j,
                   (a->p - j < PANEL ? a->p - j : PANEL) * sizeof *v);
    }
    return (struct record){.change = list->change + t * PANEL,
                           .stride = list->capacity * PANEL,
                           .merge = merge,
                           .value = a->v_peak};
}

void pending_close_record(struct pending *list, size_t key)
{
    list->slot[key] = NO_SLOT;
}

void pending_forget_row(struct pending *list, size_t i)
{
    for (size_t t = 0; t < list->count; t++)
        *entry(list->change, list->capacity, i, t) = 0;
}

void pending_clear(struct pending *list)
{
    for (size_t t = 0; t < list->count; t++)
        list->slot[list->key[t]] = NO_SLOT;
    list->count = 0;
}

double pending_sum(const struct pending *list, size_t i, size_t j, double *magnitude)
{
    const double *change = entry_const(list->change, list->capacity, i, 0);
    const double *value = entry_const(list->value, list->capacity, j, 0);
    double sum = 0, total = 0;
    for (size_t t = 0; t < list->count; t++) {
        double x = change[t * PANEL] * value[t * PANEL];
        sum += x;
        total += fabs(x);
    }
    *magnitude += total;
    return sum;
}

/* One factor fixed at entry `at` of `one`, the other walked panel by panel over `other`. */
static void sum_panels(const struct pending *list, const double *one, size_t at,
                       const double *other, size_t from, size_t width, double *sum,
                       double *magnitude)
{
    const double *fixed = entry_const(one, list->capacity, at, 0);
    for (size_t x = from; x < width; x = (x / PANEL + 1) * PANEL) {
        const double *panel = entry_const(other, list->capacity, x, 0);
        size_t end = (x / PANEL + 1) * PANEL, rest = (end < width ? end : width) - x;
        for (size_t t = 0; t < list->count; t++)
            for (size_t r = 0; r < rest; r++) {
                double term = panel[t * PANEL + r] * fixed[t * PANEL];
                sum[x + r] += term;
                magnitude[x + r] += fabs(term);
            }
    }
}

void pending_sum_column(const struct pending *list, size_t j, size_t from, double *sum,
                        double *magnitude)
{
    sum_panels(list, list->value, j, list->change, from, list->change_width, sum, magnitude);
}

void pending_sum_row(const struct pending *list, size_t i, size_t from, size_t p, double *sum,
                     double *magnitude)
{
    sum_panels(list, list->change, i, list->value, from, p, sum, magnitude);
}

void count_pending_terms(struct odamv_counts *c, double terms)
{
    c->additions += 2 * terms;
    c->multiplications += terms;
}

/* Plain copies of so many records, and the rows' totals of |change_t[i]| max_j |value_t[j]| over
 * them, taken while each panel is in the cache. */
static void copy_out(const struct pending *list, const struct attention *a, struct fold_buffer *b,
                     size_t from, size_t count)
{
    const struct logits *l = &a->weights.logits;
    memset(b->total, 0, l->ld * sizeof *b->total);
    for (size_t t = from; t < from + count; t++) {
        for (size_t i = 0; i < l->ld; i += PANEL) {
            const double *panel = entry_const(list->change, list->capacity, i, t);
            memcpy(b->change + t * l->ld + i, panel, PANEL * sizeof *panel);
            l->kernel->absorb(PANEL, panel, list->value_peak[t], b->total + i);
        }
        for (size_t j = 0; j < a->p; j += PANEL)
            memcpy(b->value + t * a->p + j, entry_const(list->value, list->capacity, j, t),
                   (a->p - j < PANEL ? a->p - j : PANEL) * sizeof(double));
    }
}

/* Error of adding a chunk of `terms` records whose terms in row i sum to at most total[i]: through
 * the buffer, terms roundings of the product and one of C, whose peak is then known; directly,
 * terms + 1 of both, and the peak grows by what was added. */
static void note_chunk(struct attention *a, const struct fold_buffer *b, size_t terms)
{
    const double product = (double)(terms + 1) * UNIT, sum = b->product ? UNIT : product;
    for (size_t i = 0; i < a->weights.logits.ld; i++) {
        a->weights.drift[i] += product * b->total[i] + sum * (a->c_peak[i] + b->total[i]);
        a->c_peak[i] += b->product ? 0 : b->total[i];
    }
}

static void add_product(struct attention *a, const struct fold_buffer *b)
{
    const size_t ld = a->weights.logits.ld;
    for (size_t j = 0; j < a->p; j++)
        for (size_t i = 0; i < a->weights.logits.m; i++) {
            double x = a->c[j * ld + i] + b->product[j * ld + i];
            a->c[j * ld + i] = x;
            a->c_peak[i] = fabs(x) > a->c_peak[i] ? fabs(x) : a->c_peak[i];
        }
}

static void fold_chunk(const struct pending *list, struct attention *a, struct fold_buffer *b,
                       size_t from, size_t count)
{
    const struct logits *l = &a->weights.logits;
    const size_t p = a->p, ld = l->ld;
    double *target = b->product ? b->product : a->c;
    copy_out(list, a, b, from, count);
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (blasint)p, (blasint)l->m, (blasint)count,
                1.0, b->value + from * p, (blasint)p, b->change + from * ld, (blasint)ld,
                b->product ? 0.0 : 1.0, target, (blasint)ld);
    note_chunk(a, b, count);
    if (b->product)
        add_product(a, b);
}

static void fold_fast(const struct pending *list, struct attention *a, struct fold_buffer *b)
{
    const struct logits *l = &a->weights.logits;
    const struct matmul_error *error = &b->choice.prediction.error;
    const size_t records = list->count, missing = list->capacity - records;
    copy_out(list, a, b, 0, records);
    memset(b->change + records * l->ld, 0, missing * l->ld * sizeof *b->change);
    memset(b->value + records * a->p, 0, missing * a->p * sizeof *b->value);
    double change = product_peak(b->change, records, l->m, l->ld),
           value = product_peak(b->value, records, a->p, a->p);
    double c = product_peak(a->c_peak, 1, l->m, l->m);
    product_run(&b->fast, b->value, a->p, b->change, l->ld, a->c, l->ld);
    a->product_error += (error->product * value * change + error->start * c + error->tiny) * 1.01;
    for (size_t i = 0; i < l->m; i++)
        a->c_peak[i] += b->total[i] + error->product * value * change;
}

void pending_fold(struct pending *list, struct attention *a, struct fold_buffer *b)
{
    const size_t records = list->count, chunk = attention_chunk(a->weights.logits.n);
    const struct shape s = {(double)a->weights.logits.m, (double)a->weights.logits.n, 0,
                            (double)a->p};
    if (goes_fast(&b->choice, (double)records, s.m, s.p))
        fold_fast(list, a, b);
    else
        for (size_t t = 0; t < records; t += chunk)
            fold_chunk(list, a, b, t, records - t < chunk ? records - t : chunk);
    count_fold(&a->weights.counts, &s, &b->choice, (double)records, 1);
    pending_clear(list);
}

/* per record and row: its magnitude; then, fast, the plan's operations and two additions to the
 * row's peak; classical, per chunk and row its error, per chunk and entry through the buffer one
 * addition to C */
void count_fold(struct odamv_counts *c, const struct shape *s, const struct fold_choice *choice,
                double records, double folds)
{
    c->additions += folds * s->m * records;
    c->multiplications += folds * s->m * records;
    if (goes_fast(choice, records, s->m, s->p)) {
        count_product(c, &choice->prediction.counts, folds);
        c->additions += folds * s->m * 2;
        return;
    }
    double chunk = chunk_of(s->n);
    double chunks = ceil(records / chunk), through = buffered(s->m, s->p) ? s->p : 0;
    c->gemm_additions += folds * records * s->m * s->p;
    c->gemm_multiplications += folds * records * s->m * s->p;
    c->additions += folds * s->m * chunks * (through ? 3 + through : 4);
    c->multiplications += folds * s->m * chunks * 2;
}
