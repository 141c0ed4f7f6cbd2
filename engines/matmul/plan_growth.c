/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plan_growth.c: how large what a plan computes can become, where it computes with integers.
 *
 * Of C = A B in exact arithmetic with |A| <= a and |B| <= b, let g a b be a bound on the magnitude of every
 * sum, partial sum and product on the way, in whatever order dgemm adds. A leaf of inner dimension k has g = k.
 * A level is walked with a bound v on every block and slot, in units of a, of b, and of a b:
 *
 *     gather       v = sum |c| v_t
 *     product S T  g = max(g, v + |alpha| g_below v_S v_T),   v += |alpha| k v_S v_T
 *     scatter      v += |c| v_s
 *
 * and g = max(g, v) on side C. What is below a product only adds up to that product, k v_S v_T, however large
 * it was on the way: so g grows like 2^L, not 12^L, through L levels of Strassen's scheme. If the coefficients are
 * integers, A and B hold integers, and g a b <= 2^53, then nothing is rounded and the product is exact.
 */
#include "plan_growth.h"

#include <math.h>
#include <stdlib.h>

struct walk {
    const struct matmul_program *p;
    double k, below; /* of a block: inner dimension, growth */
    double *block[3], *slot[3];
    double growth;
};

static double *at(const struct walk *w, enum matmul_side side, struct matmul_place place)
{
    return &(place.slot ? w->slot : w->block)[side][place.index];
}

static void add(struct walk *w, struct matmul_place place, bool first, double v)
{
    double *to = at(w, SIDE_C, place);
    *to = v + (matmul_step_fresh(first, place, true) ? 0 : *to);
    w->growth = fmax(w->growth, *to);
}

static void walk_step(struct walk *w, const struct matmul_step *step)
{
    const struct matmul_term *term = w->p->term + step->term;
    if (step->verb == GATHER) {
        double sum = 0;
        for (size_t t = 0; t < step->terms; t++)
            sum += fabs(term[t].c) * *at(w, step->side, term[t].place);
        *at(w, step->side, step->place) = sum;
    } else if (step->verb == PRODUCT) {
        const double s = *at(w, SIDE_A, step->a), t = *at(w, SIDE_B, step->b);
        const double size = fmax(fabs(step->alpha), 1) * s * t;
        const double held =
            matmul_step_fresh(step->first, step->place, true) ? 0 : *at(w, SIDE_C, step->place);
        w->growth = fmax(w->growth, held + size * w->below);
        add(w, step->place, step->first, size * w->k);
    } else {
        const double v = *at(w, SIDE_C, step->place);
        for (size_t t = 0; t < step->terms; t++)
            add(w, term[t].place, term[t].first, fabs(term[t].c) * v);
    }
}

static bool is_whole(const struct matmul_program *p)
{
    bool whole = true;
    for (size_t s = 0; s < p->steps; s++)
        whole &= p->step[s].verb != PRODUCT || p->step[s].alpha == trunc(p->step[s].alpha);
    for (size_t t = 0; t < p->terms; t++)
        whole &= p->term[t].c == trunc(p->term[t].c);
    return whole;
}

/* Peeled products add the rest of the inner dimension to C, or are leaves. */
static double walk_level(struct walk *w, const struct matmul_level *l)
{
    const struct matmul_program *p = w->p;
    for (size_t b = 0; b < p->m * p->k; b++)
        w->block[SIDE_A][b] = 1;
    for (size_t b = 0; b < p->k * p->n; b++)
        w->block[SIDE_B][b] = 1;
    w->growth = (double)l->k;
    w->k = (double)l->bk;
    for (size_t s = 0; s < p->steps; s++)
        walk_step(w, p->step + s);
    return w->growth + (double)(l->k - l->bk * p->k);
}

enum odamv_status matmul_plan_growth(const struct matmul_plan *plan, double *growth)
{
    const struct matmul_program *p = plan->program;
    *growth = (double)plan->level[plan->levels].k;
    if (!plan->levels)
        return ODAMV_OK;
    const size_t count[3] = {p->m * p->k, p->k * p->n, p->m * p->n};
    struct walk w = {.p = p, .below = *growth};
    size_t sum = 0;
    for (int side = 0; side < 3; side++)
        sum += count[side] + p->slots[side];
    double *memory = calloc(sum, sizeof *memory), *next = memory;
    if (!memory)
        return ODAMV_NOMEM;
    for (int side = 0; side < 3; side++) {
        w.block[side] = next, next += count[side];
        w.slot[side] = next, next += p->slots[side];
    }
    for (unsigned q = plan->levels; q-- > 0;)
        w.below = walk_level(&w, plan->level + q);
    free(memory);
    *growth = is_whole(p) ? w.below : INFINITY;
    return ODAMV_OK;
}
