/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * C += A^T B as pairs, to about 60 bits of the largest entries, by the multiplication that was chosen:
 *
 *     A inner x rows, B inner x columns, C rows x columns, all row-major
 *
 * A is scaled to below 1 by a power of two, every column of B by one of its own, none beyond 2^500,
 * and both are cut into t slices of beta bits. A multiplication with `growth` g (matmul.h) computes
 * the product of two slices exactly where g 2^(2 beta) <= 2^53, whatever it adds and subtracts on the
 * way, so
 *
 *     beta = (52 - floor(log2 g)) / 2, rounded down, <= 26,   t = ceil(60 / beta) = 3 or 4;
 *
 * the classical product has g = inner, so inner < 2^23. Slice a, from 0, is at most 2^(-a beta - a),
 * hence of the t^2 products those with a + b < t are added, smallest first, and what an entry lacks
 * is a little more than (t + 1) 2^-t <= 1/2 of inner 2^(-t beta), times the two powers of two. That is
 * t (t + 1) / 2 products: 6 for g < 2^13, else 10. More slices are never fewer multiplications.
 * As exact_product.h, which cuts the operands of the logits; its source is Ozaki, Ogita, Oishi,
 * Rump, Numerical Algorithms 59 (2012).
 * Space: t inner (rows + columns) + rows columns + 2 inner columns doubles, and what a plan holds.
 */
#ifndef ODAMV_WIDE_PRODUCT_H
#define ODAMV_WIDE_PRODUCT_H

#include "engines/numerics/kernel.h"
#include "product.h"

#define WIDE_SLICES_MAX 4

struct wide_shape {
    size_t rows, inner, columns; /* room */
};

/* What is known of a product beforehand. */
struct wide_choice {
    bool fast; /* by a plan; else classical */
    int slices, bits;
    size_t leaf; /* of the plan: that of the options, or larger */
    struct matmul_prediction plan;
};

struct wide_product {
    struct wide_shape shape;
    struct wide_choice choice;
    struct product product;
    const struct kernel *kernel;
    double *b_hi, *b_lo; /* inner x columns each: B as pairs, filled in by the caller */
    double *part_a[WIDE_SLICES_MAX], *part_b[WIDE_SLICES_MAX];
    double *s;               /* rows x columns: the product of two slices */
    double *factor_a;        /* rows */
    double *factor_b, *unit; /* columns: the scaling, and what undoes that of both */
    double *error;           /* columns: of the last product, in every entry, in units of UNIT */
};

/* The choice for a shape: the depth with the fewest multiplications in all, classical products included,
 * which remain where the multiplication has fractions or needs more slices. */
struct wide_choice wide_choose(const struct wide_shape *shape, const struct odamv_options *options);

/* other: as product_open_like. OK, DOMAIN or NOMEM, as product_open. */
enum odamv_status wide_product_open(struct wide_product *w, const struct wide_shape *shape,
                                    const struct odamv_options *options,
                                    const struct product *other);
void wide_product_close(struct wide_product *w);
double wide_product_memory(const struct wide_shape *shape, const struct odamv_options *options);

/* C += A^T B for the first `inner` rows of A (rows apart) and of b_hi + b_lo, and their first so
 * many columns; hi and lo are C, ld apart. b_lo is at most half a unit in the last place of b_hi. Fills in
 * `error`; besides, each of the t (t + 1) / 2 products is added with a rounding of 2^-104 of the
 * largest magnitude on the way. Returns whether the products were fast ones: where the padded plan
 * multiplies no more often. */
bool wide_product_run(struct wide_product *w, size_t inner, size_t columns, const double *a,
                      double *hi, double *lo, size_t ld);
/* Adds what so many of these execute. */
void wide_product_count(struct odamv_counts *c, const struct wide_choice *choice, double rows,
                        double inner, double columns, double times);

#endif
