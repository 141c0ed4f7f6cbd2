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
 */
#include "private.h"

#include <math.h>

static double volume(size_t a, size_t b, size_t c)
{
    return (double)a * (double)b * (double)c;
}

static void add(struct matmul_counts *to, const struct matmul_counts *x)
{
    to->leaf_multiplications += x->leaf_multiplications;
    to->leaf_additions += x->leaf_additions;
    to->multiplications += x->multiplications;
    to->additions += x->additions;
    to->copies += x->copies;
    to->leaves += x->leaves;
}

static void add_leaf(struct matmul_counts *to, size_t m, size_t k, size_t p, bool fresh)
{
    if (!m || !k || !p)
        return;
    to->leaf_multiplications += volume(m, k, p);
    to->leaf_additions += volume(m, fresh ? k - 1 : k, p);
    to->leaves++;
}

/* One element of a gather or a scatter. */
static struct matmul_counts per_element(const struct matmul_program *p,
                                        const struct matmul_step *step, bool fresh)
{
    struct matmul_counts sum = {0};
    const struct matmul_term *term = p->term + step->term;
    if (step->verb == GATHER)
        sum.additions = (double)step->terms - 1;
    for (size_t t = 0; t < step->terms; t++) {
        sum.multiplications += !term[t].unit;
        if (step->verb == GATHER)
            continue;
        bool overwrites = term[t].first && (term[t].place.slot || fresh);
        sum.additions += !overwrites;
        sum.copies += overwrites && term[t].unit;
    }
    return sum;
}

double matmul_step_work(const struct matmul_program *p, const struct matmul_step *step, bool fresh)
{
    struct matmul_counts one = per_element(p, step, fresh);
    return one.additions + one.multiplications + one.copies;
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
            add(&sum, &below[step->first && (step->place.slot || fresh)]);
            continue;
        }
        size_t rows, cols;
        matmul_plan_stored(plan, l, step->side, &rows, &cols);
        struct matmul_counts one = per_element(p, step, fresh);
        double elements = (double)rows * (double)cols;
        sum.additions += elements * one.additions;
        sum.multiplications += elements * one.multiplications;
        sum.copies += elements * one.copies;
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

void matmul_plan_count(struct matmul_plan *plan)
{
    struct matmul_counts counts[2] = {{0}};
    const struct matmul_level *leaf = &plan->level[plan->levels];
    struct matmul_prediction *out = &plan->prediction;
    for (int fresh = 0; fresh < 2; fresh++)
        add_leaf(&counts[fresh], leaf->m, leaf->k, leaf->p, fresh);
    out->max_step = longest_tile(plan, leaf->m, leaf->k, leaf->p);
    for (unsigned q = plan->levels; q-- > 0;) {
        struct matmul_counts here[2] = {count_level(plan, q, false, counts),
                                        count_level(plan, q, true, counts)};
        counts[0] = here[0], counts[1] = here[1];
        out->max_step = fmax(out->max_step, longest_step(plan, q));
    }
    out->counts = counts[plan->shape.overwrite];
    out->work = out->counts.leaf_multiplications + out->counts.leaf_additions +
                out->counts.multiplications + out->counts.additions + out->counts.copies;
}
