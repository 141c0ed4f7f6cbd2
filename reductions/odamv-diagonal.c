/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * odamv-diagonal.c: hinted Mv via normalised attention as Lemma C.5 prints it, with its normaliser
 * corrected: hmv via odamv-diagonal(engine). P has at most one nonzero per column, as it has where it
 * is given by lists of indices (Definition 5.6 of van den Brand, Nanongkai, Saranurak 2019: row I_q
 * and column J_q of the q-th nonzero, no column twice); a diagonal one is an example.
 *
 *     Q = [M 1-M; 0 0]   (2 n1 x 2 n2)       K^T = eps [P 0; 0 P]   (K is 2 n3 x 2 n2)
 *     V = [V 0; 0 0]     (2 n3 x 2 n4)
 *
 * A nonzero (l,k) of P gives row j one key of weight exp(eps) and one of weight 1, keys k and n3 + k:
 * the first weighs exp(eps) where M[j,l] is 1, the second where it is 0, as no other nonzero is in
 * their columns. All other weights are 1, exp(0). With t nonzeros the normaliser is therefore the same
 * in each of the first n1 rows,
 *
 *     D = t (exp(eps) + 1) + 2 n3 - 2 t,
 *
 * and 2 n3 in the others; Eq. (2) of the proof leaves the 2 n3 - 2 t unchanged keys out. Then
 *
 *     x = D B[j,i] - |V[:,i]| = sum over k of V[k,i] (exp(eps (MP)[j,k]) - 1).
 *
 * Two nonzeros (l,k), (l',k) of one column would give keys of weights exp(eps (MP)[j,k]) and
 * exp(eps (2 - (MP)[j,k])), 2 exp(eps) in all where M[j,l] and M[j,l'] differ and exp(2 eps) + 1 where
 * they do not: D would differ from row to row.
 *
 * Updates: phase 2 two per nonzero of P. Queries: phase 3 2 n1 per column, of which the n1 of the
 * zero rows decode nothing. Charged, with k = 2 nnz: T(2 n1, k, 2 n4) / k for each of the 2 nnz
 * updates of phase 2, and k for each of the 2 n1 queries of phase 3.
 *
 * Error: D times the answer's bound, and the roundings of D, of the product and of the difference.
 */
#include <stdlib.h>

#include "harness/ground/allocate.h"
#include "hmv.h"

static void charge(const struct hmv_shape *s, size_t nnz, struct hmv_charge *out)
{
    *out = (struct hmv_charge){.m = 2 * s->n1,
                               .n = 2 * s->n3,
                               .d = 2 * s->n2,
                               .p = 2 * s->n4,
                               .updates = 2 * nnz,
                               .queries_hint = 0,
                               .queries_column = 2 * s->n1};
}

static void fill(const struct bitmatrix *m, const struct bitmatrix *v, const struct hmv_charge *c,
                 double *q, double *values)
{
    bitmatrix_fill(m, q, c->d);
    for (size_t j = 0; j < m->rows; j++)
        for (size_t l = 0; l < m->cols; l++)
            q[j * c->d + m->cols + l] = !bitmatrix_get(m, j, l);
    bitmatrix_fill(v, values, c->p);
}

static enum status accept(const struct bitcells *p, struct say *say)
{
    enum status status;
    void *seen;
    size_t i = 0;
    status = allocate_zeros(p->cols, 1, 1, "odamv-diagonal", &seen, say);
    if (status != STATUS_OK)
        return status;
    while (i < p->count && !((char *)seen)[p->cells[i].col])
        ((char *)seen)[p->cells[i++].col] = 1;
    free(seen);
    if (i == p->count)
        return STATUS_OK;
    return say_fail(
        say, STATUS_BAD,
        "odamv-diagonal: P[%zu,%zu] is the second 1 of its column, expected at most one "
        "per column: with two the normaliser of Lemma C.5 differs from row to row; "
        "odamv-probe accepts this P",
        p->cells[i].row, p->cells[i].col);
}

static void place(const struct hmv_shape *shape, const struct bitcell *cell, struct hmv_place *out)
{
    out[0] = (struct hmv_place){.key = cell->col, .feature = cell->row};
    out[1] = (struct hmv_place){.key = shape->n3 + cell->col, .feature = shape->n2 + cell->row};
}

static struct interval decode(const struct hmv_reading *r)
{
    /* D = 2 n3 + t (exp(eps) - 1) */
    double keys = 2 * (double)r->shape.n3, t = (double)r->nnz;
    struct interval gap = decode_gap(r->eps),
                    changed = interval_multiply((struct interval){t, t}, gap);
    struct interval normaliser = interval_subtract(changed, -keys);
    struct interval product = interval_multiply(interval_of_answer(r->answer), normaliser);
    return interval_subtract(product, (double)r->ones);
}

const struct hmv_gadget hmv_odamv_diagonal = {
    .name = "odamv-diagonal",
    .summary = "normalised attention, P with at most one 1 per column, with a complement block",
    .reference = "Lemma C.5, its normaliser corrected",
    .normalised = true,
    .places = 2,
    .charge = charge,
    .fill = fill,
    .accept = accept,
    .place = place,
    .decode = decode,
};
