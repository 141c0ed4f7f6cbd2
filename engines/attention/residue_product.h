/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * S = scale * K Q^T as pairs, as exactly as exact_product.h, in T(n, d, m) of the multiplication that was
 * chosen.
 *
 * A level of Strassen's scheme takes half a bit of everything that is multiplied. Three slices of 21 bits, six
 * of whose products are taken there, are then too short, and four have ten. Remainders lose little. With every row scaled to at most 2^t,
 * t = 3 beta of exact_product.h, and rounded to integers, S is an integer below d 2^(2t), found from its
 * remainders modulo N numbers (residues.h), each by one product of matrices of integers up to m / 2, which is
 * exact where growth (m / 2)^2 <= 2^52 (matmul.h). With Strassen's scheme
 * and leaves of 16, N is 7 for m = n = d = 128 and 8 for 1024. Keys go in blocks of at most max(1024, d).
 *
 * Rounding to integers: d 2^-t of the rows' magnitudes; the rest is 2^-98 of them, and of storing lo as float.
 */
#ifndef ODAMV_RESIDUE_PRODUCT_H
#define ODAMV_RESIDUE_PRODUCT_H

#include "product.h"

/* As exact_product, but UNABLE where that multiplies less often than this: where the product is classical, or
 * the scheme has coefficients that are no integers, for one. Else OK, DOMAIN or NOMEM, as product_open. */
enum odamv_status residue_product(const struct odamv_problem *problem,
                                  const struct odamv_options *options, size_t ld, double *hi,
                                  float *lo, double *error);

/* Adds what that executes, or returns false where it is unable. */
bool residue_product_count(struct odamv_counts *c, const struct odamv_problem *shape,
                           const struct odamv_options *options);
/* Bytes of temporary memory; 0 where it is unable. */
double residue_product_memory(const struct odamv_problem *shape,
                              const struct odamv_options *options);

#endif
