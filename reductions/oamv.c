/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * oamv.c: hinted Mv via attention without normalisation, as in Lemma 4.2: hmv via oamv(engine).
 *
 *     Q = M (n1 x n2),   K^T = eps P (K is n3 x n2),   V = V (n3 x n4),   B = exp(Q K^T) V
 *     x = B[j,i] - |V[:,i]| = sum over k of V[k,i] (exp(eps (MP)[j,k]) - 1)
 *
 * Claims 4.3 and 4.4: x = 0 when (MPV)[j,i] = 0, and x >= exp(eps) - 1 otherwise. With the paper's
 * eps = 1 a weight can reach exp(nnz) and overflow; see decode_eps.
 *
 * Updates: phase 2 one per nonzero of P. Queries: phase 3 n1 per column. Charged, with k = nnz:
 * T(n1, k, n4) / k for each update of phase 2, and k for each query of phase 3.
 *
 * Error: the answer's bound plus the rounding of one subtraction.
 */
#include "hmv.h"

static void charge(const struct hmv_shape *s, size_t nnz, struct hmv_charge *out)
{
    *out = (struct hmv_charge){.m = s->n1,
                               .n = s->n3,
                               .d = s->n2,
                               .p = s->n4,
                               .updates = nnz,
                               .queries_hint = 0,
                               .queries_column = s->n1};
}

static void fill(const struct bitmatrix *m, const struct bitmatrix *v, const struct hmv_charge *c,
                 double *q, double *values)
{
    bitmatrix_fill(m, q, c->d);
    bitmatrix_fill(v, values, c->p);
}

static void place(const struct hmv_shape *shape, const struct bitcell *cell, struct hmv_place *out)
{
    (void)shape;
    out[0] = (struct hmv_place){.key = cell->col, .feature = cell->row};
}

static struct interval decode(const struct hmv_reading *r)
{
    return interval_subtract(interval_of_answer(r->answer), (double)r->ones);
}

const struct hmv_gadget hmv_oamv = {
    .name = "oamv",
    .summary = "attention without normalisation, any P",
    .reference = "Lemma 4.2",
    .normalised = false,
    .places = 1,
    .charge = charge,
    .fill = fill,
    .place = place,
    .decode = decode,
};
