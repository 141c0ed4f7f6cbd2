/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * oumv.h: online vector-matrix-vector products over the booleans (OuMv: A is known, then pairs (w, u)
 * come one after the other, each to be answered by the bit w A u), by any engine that has updates of Q:
 * oumv via engine.
 *
 *     Q = w (1 x n1),   K^T = eps [A | 0] (K is (n2 + 1) x n1),   V = [u 0; 0 1] ((n2 + 1) x 2)
 *     x = B[0,0] / B[0,1] - |u| = sum over k of u[k] (exp(eps (w A)[k]) - 1)
 *
 * so x = 0 when w A u = 0 and x >= exp(eps) - 1 otherwise; eps = ln 2 / (largest column count of A).
 *
 * Updates: per pair, as many as entries in which w and u differ from the pair before, of Q and of V, at
 * most n1 + n2. Queries: 2 entries per pair. Conjectured impossible (it follows from OMv: Henzinger,
 * Krinninger, Nanongkai, Saranurak 2015): O(n^(3 - e)) in all for n pairs, so O(n^(1 - e)) per update
 * of Q and V and O(n^(2 - e)) per query at once. Error: as of odamv-probe.c.
 */
#ifndef OUMV_H
#define OUMV_H

#include "decode.h"
#include "instance.h"
#include "reductions/boolean/bitmatrix.h"

struct oumv;

/* A is borrowed for the call. BAD also for an engine without updates of Q. */
enum status oumv_open(const struct odamv_engine *engine, const struct odamv_options *options,
                      const struct bitmatrix *a, struct oumv **out, struct say *say);
void oumv_close(struct oumv *oumv); /* accepts null */

/* The bit w A u for the next pair w[0..n1-1], u[0..n2-1], and the number of updates that it took. After
 * a failure the pair may have been taken in part; the next one sets every entry that differs all the
 * same. */
enum status oumv_answer(struct oumv *oumv, const bool *w, const bool *u, enum verdict *bit,
                        struct bit_summary *out, size_t *updates, struct say *say);

/* [0] opening, [1] updates of all pairs, [2] queries of all pairs. */
#define OUMV_PHASES 3
const struct phase *oumv_phases(const struct oumv *oumv);

#endif
