/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * omv.h: two boolean problems in which the matrix is known and what it is multiplied by comes as
 * updates of V, answered by any engine: online matrix-vector products (OMv, Definition C.1), one
 * vector at a time; and v-hinted Mv (Definition 5.1 of van den Brand, Nanongkai, Saranurak 2019, in
 * this form):
 *
 *     phase 1   A (n1 x n2; there n x n^tau)                       omv_open
 *     phase 2   U (n2 x n4), the hint                              omv_hint
 *     phase 3   a column i: answer A U[:,i], n1 bits               omv_column, any number of times
 *
 *     Q = ln 2 A (n1 x n2),   K = I (n2 x n2),   V = u or U,       B = D^-1 exp(Q K^T) V
 *     D[j] = n2 + |A[j,:]| (exp(eps) - 1),   eps = ln 2 rounded down
 *     x = D[j] B[j,i] - |u| = (exp(eps) - 1) (number of k with A[j,k] = u[k] = 1),   u = U[:,i]
 *
 * so x = 0 when (Au)[j] = 0 and x >= exp(eps) - 1, about 1, otherwise. D is known from A alone.
 *
 * Updates: per vector, as many as entries in which it differs from the one before (from 0 for the
 * first), at most n2. Queries: n1 per vector. Charged: n1 per update of V and k per query, k being
 * the threshold; conjectured impossible: OMv in O(n^(2 - e)) per vector, amortised over n vectors;
 * v-hinted with n2 = n^tau in n^(omega(1,1,tau) - e) for all of phase 2 and n^(1 + tau - e) per column,
 * both at once. A hint takes as many updates as it differs in from the one before, at most n2 n4.
 *
 * Error: D times the answer's bound and a few roundings.
 *
 * The vectors are online by type: the code that opens has only A, omv_answer only the next vector.
 */
#ifndef OMV_H
#define OMV_H

#include "decode.h"
#include "instance.h"
#include "reductions/boolean/bitmatrix.h"

struct omv;

/* A is borrowed for the call; `columns`: of U, 1 for online vectors. */
enum status omv_open(const struct odamv_engine *engine, const struct odamv_options *options,
                     const struct bitmatrix *a, size_t columns, struct omv **out, struct say *say);
void omv_close(struct omv *omv); /* accepts null */

/* Of the first column: the bits of A u into bits[0..n1-1], for the next vector u[0..n2-1], and the number of updates
 * that it took. After a failure the vector may have been taken in part; the next one sets every
 * entry that differs all the same. */
enum status omv_answer(struct omv *omv, const bool *u, enum verdict *bits, struct bit_summary *out,
                       size_t *updates, struct say *say);

/* U, n2 x the columns of omv_open, and the number of updates that it took. A failure: as above. */
enum status omv_hint(struct omv *omv, const struct bitmatrix *u, size_t *updates, struct say *say);

/* The bits of A U[:,column]. */
enum status omv_column(struct omv *omv, size_t column, enum verdict *bits, struct bit_summary *out,
                       struct say *say);

/* [0] opening, [1] updates of all vectors, [2] queries of all vectors. */
#define OMV_PHASES 3
const struct phase *omv_phases(const struct omv *omv);

#endif
