/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * S = scale * K Q^T as pairs hi + lo, nearly exact, by six ordinary matrix products.
 *
 * Every row of Q and K is scaled to at most 1 by a power of two and cut into three slices of beta
 * bits, beta = (53 - ceil(log2 d')) / 2, where features go in blocks of d' <= 1024. A product of
 * two slices is then a matrix of integers below 2^53 in units of the last slice: exact in every
 * order of summation, so any GEMM computes it without error. Of the nine products the six with the
 * largest units, (1,1) (1,2) (2,1) (2,2) (1,3) (3,1), are summed as pairs; what is left out is
 * below d 2^(-3 beta) times the rows' magnitudes. Keys go in strips, to bound the memory.
 * Time: 6 GEMMs of n x d by d x m. Space: 3 (m + strip) min(d, 1024) + O(strip m) doubles.
 * Source of the idea: Ozaki, Ogita, Oishi, Rump, Numerical Algorithms 59 (2012).
 */
#ifndef ODAMV_EXACT_PRODUCT_H
#define ODAMV_EXACT_PRODUCT_H

#include "kernel.h"
#include "odamv.h"

/* Of an open problem: hi and lo are n x ld with ld >= m (row s holds key s), error has n entries
 * and receives a bound on |scale <Q_i, K_s> - (hi + lo)| over all i. NOMEM: nothing is written. */
enum odamv_status exact_product(const struct odamv_problem *problem, const struct kernel *kernel,
                                size_t ld, double *hi, float *lo, double *error);

/* What it knows a row of Q or K by: powers of two that exceed every entry of the row, not below 2^-500; and
 * 3 beta, the bits to which rows are cut. */
void exact_product_exponents(const double *x, size_t rows, size_t d, int *exponent);
int exact_product_bits(size_t d);

/* Adds what that executes. */
void exact_product_count(struct odamv_counts *c, double m, double n, double d);

/* Bytes of temporary memory. */
double exact_product_memory(size_t m, size_t n, size_t d, size_t ld);

#endif
