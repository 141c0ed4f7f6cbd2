/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * C = A V kept as pairs, behind `lazy-wide`, with its error.
 *
 * Invariant, for every row i that is not marked, with V as it is now and the records of `list`:
 *
 *     | sum_s w_is V_sj - (C_ij + sum_t (now_t[i] - then_t[i]) V_{key_t j}) |
 *         <= UNIT error_i + NUMERATOR_LEAST
 *
 * and now_t[i] is the weight w_is of the key whose last record t is, to the bit. error_i is
 * charged with every product by wide_product.h and, for what pairs round, 2^-98 of sum_top_i max |V|
 * each time that C_i is added to: in between |C_ij|, and each sum on the way, is at most four times
 * that, since D bounds the sum of all weights at one time, and sum_top_i has been the largest D.
 * What is in C and in the records of a marked row is finite and of no consequence.
 *
 * Products take at most 1024 records or keys at a time, so that three slices are enough without a
 * scheme (wide_product.h).
 *
 * Space: besides weights.h, values.h and the list three of C, and the slices: (t + 2) k' m + (t + 1) k' p with
 * k' = min(k, 1024), and as much with min(n, 1024) for k' and min(m, max(k, 64)) for m.
 */
#ifndef ODAMV_WIDE_SUMS_H
#define ODAMV_WIDE_SUMS_H

#include "batch.h"
#include "changed.h"
#include "shape.h"
#include "values.h"
#include "weights.h"
#include "wide_product.h"

/* Records that the list has room for, and the shapes of the products. Options here and below are not null, and
 * have a threshold. */
struct wide_sizes {
    size_t capacity;
    struct wide_shape fold; /* V of a block of records by the changes of their weights */
    struct wide_shape rows; /* V of a block of keys by the weights of some rows */
};
struct wide_sizes wide_sizes(const struct odamv_problem *shape,
                             const struct odamv_options *options);

struct wide_sums {
    struct shape shape;
    struct wide_sizes sizes;
    struct weights weights; /* their drift stays 0 */
    struct values values;
    struct changed list;
    double *hi, *lo; /* C: p x ld each */
    double *error;   /* ld */
    struct batch batch;
    struct wide_product fold, rows;
    double *part_hi, *part_lo;  /* p x sizes.rows.columns: C of some rows */
    double *part_error;         /* of these rows */
    double *block;              /* sizes.fold.inner x p: V of some records */
    double *column, *column_lo; /* ld each: of a query or an update */
};

/* Everything from the problem; no row is marked. OK, DOMAIN or NOMEM, as product_open. */
enum odamv_status wide_sums_open(struct wide_sums *x, const struct odamv_problem *problem,
                                 const struct odamv_options *options);
void wide_sums_close(struct wide_sums *x);
double wide_sums_memory(const struct odamv_problem *shape, const struct odamv_options *options);

/* The rows of the list, or without one the first so many, from logits and V. No record is pending.
 * True: some of it by fast products. */
bool wide_sums_restore(struct wide_sums *x, const size_t *list, size_t count);
/* Adds the records, of which there is at least one, to C. True: some of them by fast products. */
bool wide_sums_fold(struct wide_sums *x);

/* An allowed update of K: with the weights before it in a new record, unless merged. Marks rows that lost
 * their accuracy. */
void wide_sums_set_k(struct wide_sums *x, size_t key, size_t feature, double value, bool merged);
/* An allowed update of V. */
void wide_sums_set_v(struct wide_sums *x, size_t key, size_t column, double value);

/* C and what is pending: of an entry; of a column, into x->column. In every row that is not marked within
 * wide_sums_error. */
struct pair wide_sums_entry(const struct wide_sums *x, size_t i, size_t j);
void wide_sums_column(struct wide_sums *x, size_t j);
double wide_sums_error(const struct wide_sums *x, size_t i);

/* Each adds to c what is executed `times` times: a fold of so many records; restoring so many rows. Or
 * once: updates of K besides weights_count_set_k, the number of which that begin a record given; updates of V,
 * with the number of those whose key has no record; the terms of queries. */
void wide_sums_count_fold(struct odamv_counts *c, const struct shape *s,
                          const struct wide_sizes *sizes, const struct wide_choice *product,
                          double records, double times);
void wide_sums_count_rows(struct odamv_counts *c, const struct shape *s,
                          const struct wide_sizes *sizes, const struct wide_choice *product,
                          double rows, double times);
void wide_sums_count_set_k(struct odamv_counts *c, const struct shape *s, double updates,
                           double records);
void wide_sums_count_set_v(struct odamv_counts *c, const struct shape *s, double updates,
                           double apart);
void wide_sums_count_terms(struct odamv_counts *c, double terms);

/* The invariant, and what weights.h and values.h promise. */
bool wide_sums_check(const struct wide_sums *x, char *message, size_t size);

#endif
