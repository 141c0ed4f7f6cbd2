/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows that are computed from scratch together: the weights of each under a shift of its own, its
 * largest logit, and their sums
 *
 *     shift_i = max_s L_is,   w_is = exp(L_is - shift_i),   D_i = sum_s w_is,   sum_s w_is^2.
 */
#ifndef ODAMV_BATCH_H
#define ODAMV_BATCH_H

#include "logits.h"

struct batch {
    size_t rows;                              /* room */
    double *shift, *sum_hi, *sum_lo, *square; /* of the rows; D as a pair */
    double *hi;                               /* logits of a key, gathered */
    float *lo;
};

/* Rows list[from], ..., list[from + count - 1], or from, ..., from + count - 1 without a list. */
struct selection {
    const size_t *list;
    size_t from, count;
};

static inline size_t selection_row(const struct selection *x, size_t r)
{
    return x->list ? x->list[x->from + r] : x->from + r;
}

/* OK or NOMEM. */
enum odamv_status batch_open(struct batch *b, size_t rows);
void batch_close(struct batch *b);
double batch_memory(double rows);

/* The shifts of the selected rows, and no sums. */
void batch_begin(struct batch *b, const struct logits *l, const struct selection *x);
/* The rows' weights for keys [s, s + keys) into w, one row of it per key and `stride` apart, and
 * into the sums. */
void batch_weigh(struct batch *b, const struct logits *l, const struct selection *x, size_t s,
                 size_t keys, double *w, size_t stride);
/* Adds what that executes, for so many rows and all n keys. */
void batch_count_weigh(struct odamv_counts *c, double n, double rows);

#endif
