/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plan_count.c: how many operations a plan executes, without executing or listing them.
 *
 * N_q, the counts of one product on level q, is the sum over the scheme's steps of elements times
 * terms, plus N_{q+1} for every product step, plus the peeled products. Products into empty targets
 * differ, so there are two N_q. With a scheme of r products, all sides divisible, and L levels,
 *
 *     leaf multiplications = r^L (m/m_s^L) (k/k_s^L) (p/n_s^L)
 *
 * Time O(levels x steps); everything is a double, so 2^40 is as good as 2^4.
 *
 * How far a run gets with so much work follows from the same table: the products that it completes
 * are skipped as a whole, so that only one product per level is looked into; the same time.
 */
#include "plan_count.h"

#include <math.h>

#include "counts.h"
#include "plan_shape.h"

static double volume(size_t a, size_t b, size_t c)
{
    return (double)a * (double)b * (double)c;
}

struct matmul_counts matmul_leaf_counts(double m, double k, double p, bool fresh)
{
    return (struct matmul_counts){.leaf_multiplications = m * k * p,
                                  .leaf_additions = m * (k - fresh) * p};
}

static void add_leaf(struct matmul_counts *to, size_t m, size_t k, size_t p, bool fresh)
{
    if (!m || !k || !p)
        return;
    const struct matmul_counts leaf = matmul_leaf_counts((double)m, (double)k, (double)p, fresh);
    matmul_counts_madd(to, 1, &leaf);
    to->leaves++;
}

bool matmul_step_fresh(bool first, struct matmul_place place, bool fresh)
{
    return first && (place.slot || fresh);
}

struct matmul_counts matmul_step_counts(const struct matmul_program *p,
                                        const struct matmul_step *step, bool fresh, double elements)
{
    struct matmul_counts sum = {0};
    const struct matmul_term *term = p->term + step->term;
    if (step->verb == GATHER)
        sum.additions = (double)step->terms - 1;
    for (size_t t = 0; t < step->terms; t++) {
        sum.multiplications += !term[t].unit;
        if (step->verb == GATHER)
            continue;
        bool overwrites = matmul_step_fresh(term[t].first, term[t].place, fresh);
        sum.additions += !overwrites;
        sum.copies += overwrites && term[t].unit;
    }
    sum.additions *= elements;
    sum.multiplications *= elements;
    sum.copies *= elements;
    return sum;
}

double matmul_step_work(const struct matmul_program *p, const struct matmul_step *step, bool fresh)
{
    struct matmul_counts one = matmul_step_counts(p, step, fresh, 1);
    return matmul_counts_work(&one);
}

static struct matmul_counts count_level(const struct matmul_plan *plan, unsigned q, bool fresh,
                                        const struct matmul_counts below[2])
{
    const struct matmul_level *l = &plan->level[q];
    const struct matmul_program *p = plan->program;
    struct matmul_counts sum = {0};
    for (size_t s = 0; s < p->steps; s++) {
        const struct matmul_step *step = &p->step[s];
        if (step->verb == PRODUCT) {
            matmul_counts_madd(&sum, 1, &below[matmul_step_fresh(step->first, step->place, fresh)]);
            continue;
        }
        size_t rows, cols;
        matmul_plan_stored(plan, l, step->side, &rows, &cols);
        struct matmul_counts all = matmul_step_counts(p, step, fresh, (double)rows * (double)cols);
        matmul_counts_madd(&sum, 1, &all);
    }
    size_t core_m = l->bm * p->m, core_k = l->bk * p->k, core_p = l->bp * p->n;
    add_leaf(&sum, core_m, l->k - core_k, core_p, false);
    add_leaf(&sum, core_m, l->k, l->p - core_p, fresh);
    add_leaf(&sum, l->m - core_m, l->k, l->p, fresh);
    return sum;
}

static double longest_tile(const struct matmul_plan *plan, size_t m, size_t k, size_t p)
{
    if (!m || !k || !p)
        return 0;
    size_t tile_m, tile_p;
    matmul_plan_tile(plan, m, k, p, &tile_m, &tile_p);
    return 2 * volume(tile_m, k, tile_p);
}

static double longest_step(const struct matmul_plan *plan, unsigned q)
{
    const struct matmul_level *l = &plan->level[q];
    const struct matmul_program *p = plan->program;
    double longest = 0;
    for (size_t s = 0; s < p->steps; s++) {
        if (p->step[s].verb == PRODUCT)
            continue;
        size_t rows, cols;
        matmul_plan_stored(plan, l, p->step[s].side, &rows, &cols);
        double one =
            fmax(matmul_step_work(p, &p->step[s], false), matmul_step_work(p, &p->step[s], true));
        longest = fmax(longest, one * (double)cols);
    }
    size_t core_m = l->bm * p->m, core_k = l->bk * p->k, core_p = l->bp * p->n;
    longest = fmax(longest, longest_tile(plan, core_m, l->k - core_k, core_p));
    longest = fmax(longest, longest_tile(plan, core_m, l->k, l->p - core_p));
    return fmax(longest, longest_tile(plan, l->m - core_m, l->k, l->p));
}

/* N_q of every level, into an occupied target and into an empty one. */
static void count_levels(const struct matmul_plan *plan, struct matmul_counts (*counts)[2])
{
    const struct matmul_level *leaf = &plan->level[plan->levels];
    for (int fresh = 0; fresh < 2; fresh++) {
        counts[plan->levels][fresh] = (struct matmul_counts){0};
        add_leaf(&counts[plan->levels][fresh], leaf->m, leaf->k, leaf->p, fresh);
    }
    for (unsigned q = plan->levels; q-- > 0;)
        for (int fresh = 0; fresh < 2; fresh++)
            counts[q][fresh] = count_level(plan, q, fresh, counts[q + 1]);
}

void matmul_plan_count(struct matmul_plan *plan)
{
    struct matmul_counts counts[MATMUL_LEVELS_MAX + 1][2];
    const struct matmul_level *leaf = &plan->level[plan->levels];
    struct matmul_prediction *out = &plan->prediction;
    count_levels(plan, counts);
    out->max_step = longest_tile(plan, leaf->m, leaf->k, leaf->p);
    for (unsigned q = plan->levels; q-- > 0;)
        out->max_step = fmax(out->max_step, longest_step(plan, q));
    out->counts = counts[0][plan->shape.overwrite];
    out->work = matmul_counts_work(&out->counts);
}

/* --- how far a run gets: each takes the work it does from *left ---------------------------- */

/* Tiles of a plain product, row of tiles by row of tiles. */
static void go_leaf(const struct matmul_plan *plan, size_t m, size_t k, size_t p, bool fresh,
                    double *left, struct matmul_counts *out)
{
    if (!m || !k || !p || *left <= 0)
        return;
    size_t high, wide;
    matmul_plan_tile(plan, m, k, p, &high, &wide);
    double entry = 2 * (double)k - fresh, width = (double)p, height = (double)m;
    double above = fmin(floor(*left / (entry * width * (double)high)) * (double)high, height);
    double area = above * width, rest = *left - entry * area;
    if (rest > 0 && above < height) {
        double tile = fmin((double)high, height - above);
        double across = ceil(rest / (entry * tile * (double)wide)) * (double)wide;
        area += tile * fmin(across, width);
    }
    const struct matmul_counts done = matmul_leaf_counts(area, (double)k, 1, fresh);
    matmul_counts_madd(out, 1, &done);
    out->leaves++;
    *left -= entry * area;
}

/* Rows of a linear combination. */
static void go_combination(const struct matmul_plan *plan, const struct matmul_level *level,
                           const struct matmul_step *step, bool fresh, double *left,
                           struct matmul_counts *out)
{
    size_t rows, cols;
    matmul_plan_stored(plan, level, step->side, &rows, &cols);
    double per_row = matmul_step_work(plan->program, step, fresh) * (double)cols;
    double done = fmin(ceil(*left / per_row), (double)rows);
    struct matmul_counts all = matmul_step_counts(plan->program, step, fresh, done * (double)cols);
    matmul_counts_madd(out, 1, &all);
    *left -= per_row * done;
}

static void go_level(const struct matmul_plan *plan, unsigned q, bool fresh,
                     struct matmul_counts (*counts)[2], double *left, struct matmul_counts *out)
{
    const struct matmul_level *l = &plan->level[q];
    const struct matmul_program *p = plan->program;
    if (q == plan->levels) {
        go_leaf(plan, l->m, l->k, l->p, fresh, left, out);
        return;
    }
    for (size_t s = 0; s < p->steps && 0 < *left; s++) {
        const struct matmul_step *step = &p->step[s];
        if (step->verb != PRODUCT) {
            go_combination(plan, l, step, fresh, left, out);
            continue;
        }
        const struct matmul_counts *below =
            &counts[q + 1][matmul_step_fresh(step->first, step->place, fresh)];
        double work = matmul_counts_work(below);
        if (work > *left) { /* it ends inside this product, or with it */
            go_level(plan, q + 1, matmul_step_fresh(step->first, step->place, fresh), counts, left,
                     out);
            continue;
        }
        matmul_counts_madd(out, 1, below);
        *left -= work;
    }
    size_t core_m = l->bm * p->m, core_k = l->bk * p->k, core_p = l->bp * p->n;
    go_leaf(plan, core_m, l->k - core_k, core_p, false, left, out);
    go_leaf(plan, core_m, l->k, l->p - core_p, fresh, left, out);
    go_leaf(plan, l->m - core_m, l->k, l->p, fresh, left, out);
}

void matmul_plan_progress(const struct matmul_plan *plan, double work, struct matmul_counts *out)
{
    struct matmul_counts counts[MATMUL_LEVELS_MAX + 1][2];
    count_levels(plan, counts);
    *out = (struct matmul_counts){0};
    go_level(plan, 0, plan->shape.overwrite, counts, &work, out);
}
