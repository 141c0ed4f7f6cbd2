/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "batch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engines/numerics/array.h"

enum odamv_status batch_open(struct batch *b, size_t rows)
{
    *b = (struct batch){.rows = rows};
    b->shift = array_alloc(rows, sizeof *b->shift);
    b->sum_hi = array_alloc(rows, sizeof *b->sum_hi);
    b->sum_lo = array_alloc(rows, sizeof *b->sum_lo);
    b->square = array_alloc(rows, sizeof *b->square);
    b->hi = array_alloc(rows, sizeof *b->hi);
    b->lo = array_alloc(rows, sizeof *b->lo);
    if (b->shift && b->sum_hi && b->sum_lo && b->square && b->hi && b->lo)
        return ODAMV_OK;
    batch_close(b);
    return ODAMV_NOMEM;
}

void batch_close(struct batch *b)
{
    free(b->shift);
    free(b->sum_hi);
    free(b->sum_lo);
    free(b->square);
    free(b->hi);
    free(b->lo);
    *b = (struct batch){0};
}

double batch_memory(double rows)
{
    return 44 * rows;
}

static void find_shifts(struct batch *b, const struct logits *l, const struct selection *x)
{
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

void batch_begin(struct batch *b, const struct logits *l, const struct selection *x)
{
    find_shifts(b, l, x);
    memset(b->sum_hi, 0, x->count * sizeof *b->sum_hi);
    memset(b->sum_lo, 0, x->count * sizeof *b->sum_lo);
    memset(b->square, 0, x->count * sizeof *b->square);
}

void batch_weigh(struct batch *b, const struct logits *l, const struct selection *x, size_t s,
                 size_t keys, double *w, size_t stride)
{
    for (size_t k = 0; k < keys; k++) {
        const double *hi = l->hi + (s + k) * l->ld + x->from;
        const float *lo = l->lo + (s + k) * l->ld + x->from;
        if (x->list) {
            for (size_t r = 0; r < x->count; r++) {
                b->hi[r] = l->hi[(s + k) * l->ld + x->list[x->from + r]];
                b->lo[r] = l->lo[(s + k) * l->ld + x->list[x->from + r]];
            }
            hi = b->hi;
            lo = b->lo;
        }
        l->kernel->weights(x->count, hi, lo, b->shift, w + k * stride);
        l->kernel->accumulate(x->count, w + k * stride, b->sum_hi, b->sum_lo, b->square);
    }
}

/* per row and key: a weight, and what accumulate adds */
void batch_count_weigh(struct odamv_counts *c, double n, double rows)
{
    c->exponentials += rows * n;
    c->additions += rows * n * (WEIGHT_ADDITIONS + 11);
    c->multiplications += rows * n * (WEIGHT_MULTIPLICATIONS + 1);
}
