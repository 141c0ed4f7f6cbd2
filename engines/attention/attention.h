/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The maintained product C = A V behind `eager`, `lazy` and `lazy-wc`, with its error.
 *
 * C is stored by value columns (p x ld): a value update, a column query and the fold of a K record
 * all run along contiguous rows. What an engine keeps pending is its own business; the invariant
 * it must hold for every row i that is not marked is
 *
 *     | sum_s w_is V_sj - C_ij - pending_ij |
 *         <= base_i norm_j + drift_i + UNIT folds_j c_peak_i + product_error
 *
 * for all j, with V the values stored here. base_i norm_j covers the products from scratch
 * (Cauchy-Schwarz over sum_s w_is |V_sj|), the third the roundings of C_ij when V updates of
 * column j were added to it, product_error the products of fast multiplication since the last
 * refresh, drift_i everything else; error-bounds.md derives them. V_sj lies between low_j and
 * high_j, |V_sj| <= row_peak_s, |C_ij| <= c_peak_i since row i was computed, and neither norm_j
 * nor folds_j has shrunk since then.
 *
 * Space: C, V and two tiles of p x 1024, besides weights.h.
 */
#ifndef ODAMV_ATTENTION_H
#define ODAMV_ATTENTION_H

#include <stdint.h>

#include "product.h"
#include "weights.h"

struct attention {
    struct weights weights;
    size_t p;
    bool normalised;
    double *c;                         /* p x ld */
    double *v;                         /* n x p */
    double *row_peak;                  /* n */
    double v_peak;                     /* at least the largest |V_sj| */
    double *low, *high, *norm, *folds; /* p each */
    double *base, *c_peak;             /* ld each */
    double *scratch;                   /* ld: the weights of one key */
    double *pending, *magnitude;       /* ld or p, the larger: what is pending of a column or row */
    double product_error;
    struct whole { /* all rows from scratch by a fast product; of no use where that is classical */
        struct product product;
        size_t rows;     /* per product: max(1024, p), at most m */
        double *w, *sum; /* n x rows, p x rows */
    } whole;
    struct tile {
        size_t rows;                                                  /* at most 1024 */
        double *w;                                                    /* chunk x rows */
        double *sum, *part;                                           /* p x rows each */
        double *hi, *shift, *sum_hi, *sum_lo, *square, *peak, *drift; /* rows each */
        float *lo;
    } tile;
};

/* Terms that one matrix product sums before its result is added to the rest: a short chunk keeps
 * the error bound low, a long one the speed high. */
size_t attention_chunk(size_t terms);
double chunk_of(double terms); /* the same for predictions */

/* The coefficient base_i of a row computed from scratch, whose weights' squares sum to `square`. */
double attention_base(size_t n, double square);

/* The bound of the invariant. */
double attention_error(const struct attention *a, size_t i, size_t j);

/* Everything from the problem; no row is marked. */
enum odamv_status attention_open(struct attention *a, const struct odamv_problem *problem,
                                 const struct odamv_options *options);
void attention_close(struct attention *a);
double attention_memory(const struct odamv_problem *shape, const struct odamv_options *options);

/* DOMAIN unless V[key,column] = value is in range, finite and within ODAMV_VALUE_MAX. */
enum odamv_status attention_allow_v(const struct attention *a, size_t key, size_t column,
                                    double value);
/* Widens the column's hull and norm and the peaks to cover `after` instead of `before`. */
void attention_cover_v(struct attention *a, size_t key, size_t column, double before, double after);
/* V[key,column] += after - before on C: O(m). The stored V becomes `after`. */
void attention_fold_v(struct attention *a, size_t key, size_t column, double before, double after);

/* Recomputes shift, D and C for the given rows (at most any number) from logits and V: one matrix
 * product per tile. Null: all rows, and hulls, norms and peaks from V. */
void attention_restore(struct attention *a, const size_t *rows, size_t count);

/* What an engine keeps apart from C. Each adds to sum and magnitude (of the absolute values) and
 * returns the number of terms per entry: each one rounded product, of a value that was rounded
 * once. */
struct pending_source {
    double (*entry)(const void *engine, size_t i, size_t j, double *sum, double *magnitude);
    double (*column)(const void *engine, size_t j, double *sum, double *magnitude); /* ld each */
    double (*row)(const void *engine, size_t i, double *sum, double *magnitude);    /* p each */
    void (*overlay)(const void *engine, size_t j, double *v); /* n: newer values of V[:,j] */
};

/* Answers: marked rows from their logits, the others from C and what is pending (null: nothing). */
enum odamv_status attention_query(struct attention *a, const struct pending_source *pending,
                                  const void *engine, size_t i, size_t j, struct odamv_answer *out);
enum odamv_status attention_query_column(struct attention *a, const struct pending_source *pending,
                                         const void *engine, size_t j, struct odamv_answer *out);
enum odamv_status attention_query_row(struct attention *a, const struct pending_source *pending,
                                      const void *engine, size_t i, struct odamv_answer *out);

/* The operations of one answer besides summing what is pending. */
#define ANSWER_ADDITIONS       19
#define ANSWER_MULTIPLICATIONS 16

/* The walk over what this struct promises. */
bool attention_check(const struct attention *a, const struct pending_source *pending,
                     const void *engine, char *message, size_t size);

/* --- counts, shared with the engines' predictions -------------------------------------------- */

struct shape {
    double m, n, d, p;
};
struct shape shape_of(const struct odamv_problem *problem);
/* weights_open and the restoring of all rows */
void count_open(struct odamv_counts *c, const struct odamv_problem *shape,
                const struct odamv_options *options);
void count_set_k(struct odamv_counts *c, const struct shape *s, double updates);
void count_set_q(struct odamv_counts *c, const struct shape *s, double updates);
void count_fold_v(struct odamv_counts *c, const struct shape *s, double records);
void count_restore(struct odamv_counts *c, const struct shape *s, double rows);
/* of all rows, so many times */
void count_restore_all(struct odamv_counts *c, const struct odamv_problem *shape,
                       const struct odamv_options *options, double times);
void count_answers(struct odamv_counts *c, double answers);

#endif
