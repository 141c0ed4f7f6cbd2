/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * omv.h: online matrix-vector products over the booleans (Definition C.1), answered by any engine
 * through updates of V: omv via engine.
 *
 *     Q = ln 2 A (n1 x n2),   K = I (n2 x n2),   V = u (n2 x 1),   B = D^-1 exp(Q K^T) V
 *     D[j] = n2 + |A[j,:]| (exp(eps) - 1),   eps = ln 2 rounded down
 *     x = D[j] B[j,0] - |u| = (exp(eps) - 1) (number of k with A[j,k] = u[k] = 1)
 *
 * so x = 0 when (Au)[j] = 0 and x >= exp(eps) - 1, about 1, otherwise. D is known from A alone.
 *
 * Updates: per vector, as many as entries in which it differs from the one before (from 0 for the
 * first), at most n2. Queries: n1 per vector. Charged: n1 per update of V and k per query, k being
 * the threshold; conjectured impossible: O(n^(2 - e)) per vector, amortised over n vectors.
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

/* A is borrowed for the call. */
enum status omv_open(const struct odamv_engine *engine, const struct odamv_options *options,
                     const struct bitmatrix *a, struct omv **out, struct say *say);
void omv_close(struct omv *omv); /* accepts null */

/* The bits of A u into bits[0..n1-1], for the next vector u[0..n2-1], and the number of updates
 * that it took. After a failure the vector may have been taken in part; the next one sets every
 * entry that differs all the same. */
enum status omv_answer(struct omv *omv, const bool *u, enum verdict *bits, struct bit_summary *out,
                       size_t *updates, struct say *say);

/* [0] opening, [1] updates of all vectors, [2] queries of all vectors. */
#define OMV_PHASES 3
const struct phase *omv_phases(const struct omv *omv);

#endif
