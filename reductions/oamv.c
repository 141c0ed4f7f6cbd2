/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * oamv.c: hinted Mv via attention without normalisation, as in Lemma 4.2: hmv via oamv(engine).
 *
 *     Q = M (n1 x n2),   K^T = eps P (K is n3 x n2),   V = V (n3 x n4),   B = exp(Q K^T) V
 *     x = B[j,i] - |V[:,i]| = sum over k of V[k,i] (exp(eps (MP)[j,k]) - 1)
 *
 * Claims 4.3 and 4.4: x = 0 when (MPV)[j,i] = 0, and x >= exp(eps) - 1 otherwise. The paper has
 * eps = 1, with which a weight can reach exp(nnz) and overflow; see decode_eps.
 *
 * Updates: phase 2 one per nonzero of P. Queries: phase 3 n1 per column. The lemma charges
 * nnz T(n, n^tau, n) / n^tau for phase 2 and n^(1 + tau) for phase 3.
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

static size_t probe_column(const struct hmv_shape *shape)
{
    (void)shape;
    return HMV_NO_PROBE;
}

static void fill(const struct bitmatrix *m, const struct bitmatrix *v, const struct hmv_charge *c,
                 double *q, double *values)
{
    for (size_t j = 0; j < m->rows; j++)
        for (size_t l = 0; l < m->cols; l++)
            q[j * c->d + l] = bitmatrix_get(m, j, l);
    for (size_t k = 0; k < v->rows; k++)
        for (size_t i = 0; i < v->cols; i++)
            values[k * c->p + i] = bitmatrix_get(v, k, i);
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
    .probe_column = probe_column,
    .fill = fill,
    .place = place,
    .decode = decode,
};
