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
 * diagonal P and a complement block that doubles n; the probe column reads each row's normaliser
 * instead.
 *
 * Updates: phase 2 one per nonzero of P, then n1 queries of the probe column, which hold for every
 * column asked until P changes. Queries: phase 3 n1 per column. Charged: nnz T(n, n^tau, n) / n^tau
 * and n^(1 + tau) for phase 2, the latter being within what the conjecture allows it; n^(1 + tau)
 * for phase 3.
 * Error: both answers' bounds, carried through the quotient as intervals, so about
 * D (bound + |x| bound of the probe).
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

static size_t probe_column(const struct hmv_shape *shape)
{
    return shape->n4;
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
    values[v->rows * c->p + v->cols] = 1;
}

static void place(const struct hmv_shape *shape, const struct bitcell *cell, struct hmv_place *out)
{
    (void)shape;
    out[0] = (struct hmv_place){.key = cell->col, .feature = cell->row};
}

static struct interval decode(const struct hmv_reading *r)
{
    struct interval unnormalised =
        interval_divide(interval_of_answer(r->answer), interval_of_answer(r->probe));
    return interval_subtract(unnormalised, (double)r->ones);
}

const struct hmv_gadget hmv_odamv_probe = {
    .name = "odamv-probe",
    .summary = "normalised attention, any P, normalisers read through a probe column",
    .reference = "not in the paper; replaces Lemma C.5's construction",
    .normalised = true,
    .places = 1,
    .charge = charge,
    .probe_column = probe_column,
    .fill = fill,
    .place = place,
    .decode = decode,
};
