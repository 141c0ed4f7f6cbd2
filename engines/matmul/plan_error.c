/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plan_error.c: a bound on the rounding errors of a plan.
 *
 * Model: u = 2^-53, t = 2^-1074, fl(x op y) = (x op y)(1 + d) + e, |d| <= u, and |e| <= t/2 where a
 * product underflows, else 0: the sum of doubles is exact where it is subnormal, and so is the
 * product of a double and an integer. gamma_n = n u / (1 - n u); |X| is the largest magnitude in X.
 * For one product X += alpha A B on level q, with the A, B and X that it is given,
 *
 *     |computed - exact| <= e_q |alpha| |A| |B| + x_q |X|
 *                           + max(|alpha|, 1) t (a_q |A| + b_q |B| + l_q)
 *
 * Leaf of inner dimension k, the sums taken in any order: every term goes through one
 * multiplication and at most k additions (k - 1 into an empty target), X through as many as dgemm
 * adds to it, c = ceil(k / panel):
 *
 *     e = k gamma_{k+1+r}      x = gamma_c      l = k      a = b = 0, or k
 *
 * r: roundings of alpha, 0 if it is a power of two; else 6 per level, since it is the product of
 * three quotients and of the alphas above, and one where dgemm applies it. l: half a t for each
 * product, half for each time that alpha is applied, and 2 > (1 + gamma). a and b: where alpha is
 * no integer and dgemm applies it to an operand, the other operand multiplies that underflow.
 *
 * Level: the list of steps is walked with a bound v on the exact value and one, d, on the error so
 * far for every block and slot, in units of |A| for combinations of A, of |B| for those of B, and
 * separately of |A||B| and |X| on side C; and with what underflowed, l, in units of t (on side C
 * also in t |A| and t |B|):
 *
 *     gather       v = sum |c| v_t      d = sum |c| d_t + gamma_{T-1} sum |c| (v_t + d_t)
 *                  l = sum |c| l_t + (number of c that are no integers)
 *     product S T  v += |alpha| k v_S v_T
 *                  d += |alpha| (e (v_S+d_S)(v_T+d_T) + k (d_S (v_T+d_T) + v_S d_T)) + x (v + d)
 *                  a += |alpha| (e + k) (v_S+d_S) l_T + max(|alpha|, 1) a_q (v_S+d_S), b likewise
 *                  l += max(|alpha|, 1) l_q
 *     scatter      d += |c| d_s + u ((v + d) + |c| (v_s + d_s)),    v += |c| v_s
 *                  l += |c| l_s + (1 if c is no integer),           a += |c| a_s, b likewise
 *
 * (k: inner dimension of a block; one or two roundings more where a coefficient is no power of
 * two. Terms with t^2 are left to SLACK: t is 2^-1054 of it, and l_q at least 1.) Peeled products
 * add theirs; on the core they start from the exact value's own bound. The recursion for Strassen's
 * scheme alone has the classical solution e ~ 12^L (k_L + ...) u with growth factor 12.
 *
 * Assumed: nothing overflows (a bound is void where the result is not finite).
 *
 * The bounds are themselves computed in doubles, from sums and products of non-negative numbers;
 * the factor SLACK covers their rounding.
 */
#include "plan_error.h"

#include <math.h>
#include <stdlib.h>

#include "plan_count.h"

#define U     0x1p-53
#define SLACK (1 + 0x1p-20)
#define LEAST 0x1p-1074

/* What underflows: per |A|, per |B|, and alone, in units of LEAST. On sides A and B only the last. */
struct lost {
    double a, b, one;
};

struct level_bound {
    double e, x;
    struct lost lost;
};

static double gamma_of(double n)
{
    return n * U < 0.5 ? n * U / (1 - n * U) : INFINITY;
}

/* A value and its error, in units of |A||B| (or of the one operand) and, on side C, of |X|. */
struct part {
    double v, d;
};
struct area {
    struct part ab, x;
    struct lost lost;
};

struct walk {
    const struct matmul_plan *plan;
    const struct matmul_program *p;
    double k;                        /* inner dimension of a block */
    const struct level_bound *below; /* of the level below: [0] adding, [1] overwriting */
    struct area *block[3], *slot[3];
    bool fresh;
};

static struct area *at(struct walk *w, enum matmul_side side, struct matmul_place place)
{
    return &(place.slot ? w->slot : w->block)[side][place.index];
}

static void lose(struct lost *to, double times, struct lost x)
{
    to->a += times * x.a;
    to->b += times * x.b;
    to->one += times * x.one;
}

/* Multiplying by it never underflows. */
static bool whole(double c)
{
    return c == trunc(c);
}

static bool whole_alphas(const struct matmul_program *p)
{
    bool all = true;
    for (size_t s = 0; p && s < p->steps; s++)
        all &= p->step[s].verb != PRODUCT || whole(p->step[s].alpha);
    return all;
}

static struct level_bound leaf_bound(const struct matmul_plan *plan, double k, bool fresh)
{
    double roundings = plan->program && !plan->program->exact_alpha ? 6.0 * plan->levels + 1 : 0;
    double through = gamma_of(k + !fresh + roundings), moved = whole_alphas(plan->program) ? 0 : k;
    return (struct level_bound){.e = k * through,
                                .x = fresh ? 0 : gamma_of(ceil(k / (double)plan->panel)),
                                .lost = {moved, moved, k}};
}

static void walk_gather(struct walk *w, const struct matmul_step *step)
{
    struct part sum = {0, 0};
    double moved = 0, lost = 0, roundings = (double)step->terms - 1;
    for (size_t t = 0; t < step->terms; t++) {
        const struct matmul_term *term = &w->p->term[step->term + t];
        const struct area *from = at(w, step->side, term->place);
        const struct part *x = &from->ab;
        double c = fabs(term->c) * (1 + 2 * U);
        sum.v += c * x->v;
        sum.d += c * x->d;
        moved += c * (x->v + x->d);
        lost += c * from->lost.one + !whole(term->c);
        if (!term->exact)
            roundings = (double)step->terms + 1;
    }
    sum.d += gamma_of(roundings) * moved;
    *at(w, step->side, step->place) = (struct area){.ab = sum, .lost = {.one = lost}};
}

static void walk_product(struct walk *w, const struct matmul_step *step)
{
    const struct area *sa = at(w, SIDE_A, step->a), *tb = at(w, SIDE_B, step->b);
    const struct part s = sa->ab, t = tb->ab;
    bool fresh = matmul_step_fresh(step->first, step->place, w->fresh);
    const struct level_bound *below = &w->below[fresh];
    struct area *to = at(w, SIDE_C, step->place);
    double alpha = fabs(step->alpha) * (1 + 8 * U), through = alpha * (below->e + w->k);
    if (fresh)
        *to = (struct area){0};
    to->ab.d += below->x * (to->ab.v + to->ab.d) + alpha * below->e * (s.v + s.d) * (t.v + t.d) +
                alpha * w->k * (s.d * (t.v + t.d) + s.v * t.d);
    to->x.d += below->x * (to->x.v + to->x.d);
    to->ab.v += alpha * w->k * s.v * t.v;
    lose(&to->lost, below->x, to->lost);
    lose(&to->lost, fmax(alpha, 1),
         (struct lost){below->lost.a * (s.v + s.d), below->lost.b * (t.v + t.d), below->lost.one});
    to->lost.a += through * (s.v + s.d) * tb->lost.one;
    to->lost.b += through * (t.v + t.d) * sa->lost.one;
}

static void walk_scatter(struct walk *w, const struct matmul_step *step)
{
    const struct area from = *at(w, SIDE_C, step->place);
    for (size_t t = 0; t < step->terms; t++) {
        const struct matmul_term *term = &w->p->term[step->term + t];
        struct area *to = at(w, SIDE_C, term->place);
        double c = fabs(term->c) * (1 + 2 * U);
        double own = term->exact ? 0 : 2.01 * U; /* of the coefficient and of multiplying by it */
        bool fresh = matmul_step_fresh(term->first, term->place, w->fresh);
        if (fresh)
            *to = (struct area){0};
        double sum = fresh ? 0 : 1.01 * U;
        to->ab.d += c * from.ab.d + own * c * (from.ab.v + from.ab.d);
        to->x.d += c * from.x.d + own * c * (from.x.v + from.x.d);
        to->ab.v += c * from.ab.v;
        to->x.v += c * from.x.v;
        to->ab.d += sum * (to->ab.v + to->ab.d);
        to->x.d += sum * (to->x.v + to->x.d);
        lose(&to->lost, c, from.lost);
        to->lost.one += !whole(term->c);
    }
}

static void start(struct walk *w)
{
    size_t count[3] = {w->p->m * w->p->k, w->p->k * w->p->n, w->p->m * w->p->n};
    for (int side = 0; side < 3; side++)
        for (size_t b = 0; b < count[side]; b++)
            w->block[side][b] = (struct area){.ab = {side < 2 ? 1 : 0, 0},
                                              .x = {side == 2 && !w->fresh ? 1 : 0, 0}};
}

static struct level_bound larger(struct level_bound a, struct level_bound b)
{
    return (struct level_bound){
        fmax(a.e, b.e),
        fmax(a.x, b.x),
        {fmax(a.lost.a, b.lost.a), fmax(a.lost.b, b.lost.b), fmax(a.lost.one, b.lost.one)}};
}

static struct level_bound walk_level(struct walk *w, const struct matmul_level *l)
{
    start(w);
    for (size_t s = 0; s < w->p->steps; s++) {
        const struct matmul_step *step = &w->p->step[s];
        (step->verb == GATHER    ? walk_gather
         : step->verb == PRODUCT ? walk_product
                                 : walk_scatter)(w, step);
    }
    struct level_bound worst = {0};
    for (size_t c = 0; c < w->p->m * w->p->n; c++) {
        const struct area *x = &w->block[SIDE_C][c];
        worst = larger(worst, (struct level_bound){x->ab.d, x->x.d, x->lost});
    }
    size_t core_k = l->bk * w->p->k;
    if (core_k < l->k) {
        struct level_bound rest = leaf_bound(w->plan, (double)(l->k - core_k), false);
        worst.e += rest.e + rest.x * ((double)core_k + worst.e);
        worst.x += rest.x * ((w->fresh ? 0 : 1) + worst.x);
        lose(&worst.lost, rest.x, worst.lost);
        lose(&worst.lost, 1, rest.lost);
    }
    bool peeled = l->bm * w->p->m < l->m || l->bp * w->p->n < l->p;
    if (peeled)
        worst = larger(worst, leaf_bound(w->plan, (double)l->k, w->fresh));
    lose(&worst.lost, SLACK - 1, worst.lost);
    return (struct level_bound){worst.e * SLACK, worst.x * SLACK, worst.lost};
}

static bool walk_open(struct walk *w, const struct matmul_plan *plan, struct area **memory)
{
    const struct matmul_program *p = w->p = (w->plan = plan)->program;
    size_t count[3] = {p->m * p->k, p->k * p->n, p->m * p->n}, sum = 0;
    for (int side = 0; side < 3; side++)
        sum += count[side] + p->slots[side];
    struct area *next = *memory = calloc(sum, sizeof *next);
    for (int side = 0; next && side < 3; side++) {
        w->block[side] = next, next += count[side];
        w->slot[side] = next, next += p->slots[side];
    }
    return *memory != NULL;
}

static void entrywise(const struct matmul_plan *plan, struct matmul_error *out)
{
    double k = (double)plan->shape.k;
    out->entry = out->entry_start = INFINITY;
    if (plan->levels && !(plan->program->plain && plan->program->exact_alpha))
        return;
    out->entry = gamma_of(k + 1) * SLACK;
    out->entry_start = out->start;
}

enum odamv_status matmul_plan_bound(const struct matmul_plan *plan, struct matmul_error *out)
{
    struct level_bound below[2], here[2];
    struct walk w = {.below = below};
    struct area *memory = NULL;
    for (int fresh = 0; fresh < 2; fresh++)
        below[fresh] = leaf_bound(plan, (double)plan->level[plan->levels].k, fresh);
    if (plan->levels && !walk_open(&w, plan, &memory))
        return ODAMV_NOMEM;
    for (unsigned q = plan->levels; q-- > 0;) {
        w.k = (double)plan->level[q].bk;
        for (int fresh = 0; fresh < 2; fresh++) {
            w.fresh = fresh;
            here[fresh] = walk_level(&w, &plan->level[q]);
        }
        below[0] = here[0], below[1] = here[1];
    }
    free(memory);
    const struct level_bound *all = &below[plan->shape.overwrite];
    *out = (struct matmul_error){.product = all->e * SLACK,
                                 .start = all->x,
                                 .tiny_a = ceil(all->lost.a) * LEAST,
                                 .tiny_b = ceil(all->lost.b) * LEAST,
                                 .tiny = ceil(all->lost.one) * LEAST};
    entrywise(plan, out);
    return ODAMV_OK;
}

double matmul_error_bound(const struct matmul_error *error, double a, double b, double c)
{
    double bound = error->product * (a * b) + error->start * c;
    return bound + (error->tiny_a * a + error->tiny_b * b) + error->tiny + 4 * LEAST;
}
