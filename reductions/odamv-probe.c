/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * odamv-probe.c: hinted Mv via normalised attention, for any P: hmv via odamv-probe(engine).
 *
 * One key more than oamv has, never updated, and one value column that is 1 at that key and 0
 * elsewhere, the probe column:
 *
 *     Q = M (n1 x n2),   K^T = [eps P | 0] (K is (n3 + 1) x n2),   V = [V 0; 0 1] ((n3+1) x (n4+1))
 *     B[j,n4] = exp(0) / D[j] = 1 / D[j]
 *     x = B[j,i] / B[j,n4] - |V[:,i]| = sum over k of V[k,i] (exp(eps (MP)[j,k]) - 1)
 *
 * which is what oamv decodes. Lemma C.5 as printed needs the same normaliser in every row, hence a
 * diagonal P and a complement block that doubles n; the probe column tells each row's normaliser.
 *
 * Updates: phase 2 one per nonzero of P, then n1 queries of the probe column, which hold for every
 * column asked until P changes. Queries: phase 3 n1 per column. Charged, with k = nnz: in phase 2
 * T(n1, k, n4 + 1) / k for each update and k for each query, the latter in all n1 nnz, within what
 * the conjecture allows phase 2; in phase 3 k for each query.
 *
 * Error: with bounds e of B[j,i] and f of B[j,n4], the quotient B[j,i] / B[j,n4] = x + |V[:,i]| is
 * wrong by at most
 *
 *     D[j] (e + (x + |V[:,i]|) f) / (1 - D[j] f),
 *
 * which interval division reaches, to first order, from the computed values; and a few roundings.
 */
#include "hmv.h"

static void charge(const struct hmv_shape *s, size_t nnz, struct hmv_charge *out)
{
    *out = (struct hmv_charge){.m = s->n1,
                               .n = s->n3 + 1,
                               .d = s->n2,
                               .p = s->n4 + 1,
                               .updates = nnz,
                               .queries_hint = s->n1,
                               .queries_column = s->n1};
}

static void fill(const struct bitmatrix *m, const struct bitmatrix *v, const struct hmv_charge *c,
                 double *q, double *values)
{
    bitmatrix_fill(m, q, c->d);
    bitmatrix_fill(v, values, c->p);
    values[v->rows * c->p + v->cols] = 1;
}

static void place(const struct hmv_shape *shape, const struct bitcell *cell, struct hmv_place *out)
{
    (void)shape;
    out[0] = (struct hmv_place){.key = cell->col, .feature = cell->row};
}

static struct interval decode(const struct hmv_reading *r)
{
    return decode_probed(r->answer, r->probe, (double)r->ones);
}

const struct hmv_gadget hmv_odamv_probe = {
    .name = "odamv-probe",
    .summary = "normalised attention, any P, normalisers read through a probe column",
    .reference = "not in the paper; replaces Lemma C.5's construction",
    .normalised = true,
    .places = 1,
    .charge = charge,
    .probed = true,
    .fill = fill,
    .place = place,
    .decode = decode,
};
