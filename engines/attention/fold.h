/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The fold of a whole list of pending K records, C += change^T value.
 *
 * The list's panels are copied out into plain matrices and multiplied: one fast product, the list
 * padded by zeros to its capacity, where that saves multiplications; else classical products of
 * chunks of records (shape_chunk), for the sake of the error bound.
 * Space: capacity * (m + p) doubles of copies, C once more where it is small, and the fast
 * product's workspace.
 */
#ifndef ODAMV_FOLD_H
#define ODAMV_FOLD_H

#include "pending.h"

/* Which folds go through the fast product: those it does with less work. */
struct fold_choice {
    bool fast;
    struct matmul_prediction prediction;
    double capacity;
};

struct fold {
    double *change, *value; /* capacity x ld, capacity x p */
    double *product;        /* p x ld, or null where C is too large for products to go through it */
    double *total;          /* ld */
    struct product fast;    /* of a full list; not open where that is classical */
    struct fold_choice choice;
};

/* OK, DOMAIN or NOMEM, as product_open. For lists of that capacity. */
enum odamv_status fold_open(struct fold *f, const struct attention *a, size_t capacity,
                            const struct odamv_options *options);
void fold_close(struct fold *f);
double fold_memory(const struct odamv_problem *shape, double capacity,
                   const struct odamv_options *options);

/* C += the list, which is then empty. Whether that was a fast product. */
bool fold_list(struct fold *f, struct pending *list, struct attention *a);

/* What fold_open would choose; and what so many folds of so many records each execute. */
struct fold_choice fold_choose(const struct odamv_problem *shape,
                               const struct odamv_options *options, size_t capacity);
void fold_count(struct odamv_counts *c, const struct shape *s, const struct fold_choice *choice,
                double records, double folds);

#endif
