/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * random_hmv.h: random instances of the hinted-Mv problem through one gadget on one engine, every
 * bit compared with both direct products.
 *
 * One instance takes M and V of a given density, and then in turn, each undone by updates, matrices
 * P of every kind: all nonzeros in one column, in one row, on the diagonal, anywhere, and none.
 */
#ifndef RANDOM_HMV_H
#define RANDOM_HMV_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reductions/baseline.h"
#include "reductions/hmv.h"

enum random_kind { P_COLUMN, P_ROW, P_DIAGONAL, P_ANYWHERE, P_EMPTY, P_KINDS };

struct random_hmv {
    struct hmv_shape shape;
    double density; /* of M and V */
    size_t nnz;     /* of P, where its kind has room for so many */
    size_t columns; /* asked per P, at most n4 */
    unsigned long seed;
    const struct hmv_gadget *gadget;
    const struct odamv_engine *engine;

    uint64_t state; /* the rest is for the run */
    struct bitmatrix m, v;
    struct hmv_prepared prepared;
    const struct baseline *baseline[2];
    void *direct[2];
    size_t hints, yes, no, undecided;
    double largest_share; /* of the half gap that an error took */
    struct say say;
};

/* splitmix64: S. Vigna's public-domain mixer, by its published constants. */
static inline uint64_t random_next(struct random_hmv *r)
{
    uint64_t z = r->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static inline bool random_matrix(struct random_hmv *r, size_t rows, size_t cols,
                                 struct bitmatrix *out)
{
    if (bitmatrix_open(rows, cols, "random", out, &r->say) != STATUS_OK)
        return false;
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++)
            if ((double)(random_next(r) >> 11) * 0x1p-53 < r->density)
                bitmatrix_set(out, i, j);
    return true;
}

static inline bool random_p(struct random_hmv *r, enum random_kind kind, struct bitcells *out)
{
    size_t n2 = r->shape.n2, n3 = r->shape.n3, least = n2 < n3 ? n2 : n3;
    size_t room = kind == P_COLUMN     ? n2
                  : kind == P_ROW      ? n3
                  : kind == P_DIAGONAL ? least
                  : kind == P_ANYWHERE ? n2 * n3
                                       : 0;
    size_t want = r->nnz < room ? r->nnz : room, fixed = (size_t)random_next(r);
    struct bitmatrix p;
    bool good;
    if (bitmatrix_open(n2, n3, "random", &p, &r->say) != STATUS_OK)
        return false;
    for (size_t set = 0; set < want;) {
        size_t x = (size_t)random_next(r), row = x % n2, col = (x >> 32) % n3;
        if (kind == P_COLUMN)
            col = fixed % n3;
        if (kind == P_ROW)
            row = fixed % n2;
        if (kind == P_DIAGONAL)
            row = col = x % least;
        set += !bitmatrix_get(&p, row, col);
        bitmatrix_set(&p, row, col);
    }
    good = bitcells_open(&p, out, &r->say) == STATUS_OK;
    bitmatrix_free(&p);
    return good;
}

static inline bool random_column(struct random_hmv *r, const struct hmv_hinted *hinted,
                                 enum random_kind kind, size_t column)
{
    size_t n1 = r->shape.n1;
    enum verdict *bits = malloc(n1 * sizeof *bits);
    bool *truth = malloc(n1 * sizeof *truth);
    struct bit_summary summary = {0};
    bool good = hmv_column(hinted, column, bits, &summary, &r->say) == STATUS_OK;
    for (size_t b = 0; good && b < 2 && r->baseline[b]; b++) {
        good = r->baseline[b]->column(r->direct[b], column, truth, &r->say) == STATUS_OK;
        for (size_t j = 0; good && j < n1; j++)
            if (bits[j] != (truth[j] ? VERDICT_YES : VERDICT_NO)) {
                say_fail(&r->say, STATUS_BAD,
                         "%s(%s): %zu x %zu x %zu x %zu, density %g, P kind %d with %zu nonzeros, "
                         "seed %lu: bit (%zu,%zu) is %d, %s says %d; error %g of %g",
                         r->gadget->name, r->engine->name, n1, r->shape.n2, r->shape.n3,
                         r->shape.n4, r->density, (int)kind, r->nnz, r->seed, j, column,
                         (int)bits[j], r->baseline[b]->name, (int)truth[j], summary.error,
                         summary.half_gap);
                good = false;
            }
    }
    r->yes += summary.yes;
    r->no += summary.no;
    r->undecided += summary.undecided;
    if (good && summary.error / summary.half_gap > r->largest_share)
        r->largest_share = summary.error / summary.half_gap;
    free(bits);
    free(truth);
    return good;
}

static inline bool random_hint(struct random_hmv *r, enum random_kind kind)
{
    struct bitcells p = {0};
    struct hmv_hinted hinted = {0};
    bool good = random_p(r, kind, &p);
    if (good && r->gadget->accept && r->gadget->accept(&p, &r->say) != STATUS_OK) {
        bitcells_free(&p); /* another gadget's */
        return true;
    }
    for (size_t b = 0; good && b < 2 && r->baseline[b]; b++)
        good = r->baseline[b]->hint(r->direct[b], &p, &r->say) == STATUS_OK;
    good = good && hmv_hint(&r->prepared, &p, &hinted, &r->say) == STATUS_OK;
    for (size_t i = 0; good && i < r->columns && i < r->shape.n4; i++)
        good = random_column(r, &hinted, kind,
                             r->columns >= r->shape.n4 ? i : (size_t)random_next(r) % r->shape.n4);
    good = good && hmv_retract(&hinted, &r->prepared, &r->say) == STATUS_OK;
    hmv_close_hinted(&hinted);
    bitcells_free(&p);
    r->hints += good;
    return good;
}

/* True: every bit was decided, and right. False: r->say, with what repeats it. */
static inline bool random_run(struct random_hmv *r)
{
    bool good;
    r->state = r->seed;
    good = random_matrix(r, r->shape.n1, r->shape.n2, &r->m) &&
           random_matrix(r, r->shape.n3, r->shape.n4, &r->v);
    for (size_t b = 0; b < 2 && baselines_all[b] && good; b++) {
        r->baseline[b] = baselines_all[b];
        good = baselines_all[b]->open(&r->m, &r->v, &r->direct[b], &r->say) == STATUS_OK;
    }
    good = good && hmv_prepare(&(struct hmv_input){r->gadget, r->engine, NULL, &r->m, &r->v},
                               &r->prepared, &r->say) == STATUS_OK;
    for (int kind = 0; kind < P_KINDS && good; kind++)
        good = random_hint(r, (enum random_kind)kind);
    hmv_close_prepared(&r->prepared);
    for (size_t b = 0; b < 2 && r->baseline[b]; b++)
        r->baseline[b]->close(r->direct[b]);
    bitmatrix_free(&r->m);
    bitmatrix_free(&r->v);
    return good;
}

#endif
