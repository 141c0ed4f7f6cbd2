/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The schedule of lazy-wc.c without its data: how many lists a workload fills and how far the last
 * one is folded. Whole folds are alike, so time and space are O(1) for any number of operations.
 */
#include <math.h>

#include "engines/attention/answer.h"
#include "engines/attention/restore.h"
#include "engines/attention/sweep.h"
#include "engines/attention/tiles.h"
#include "lazy-wc.h"

size_t lazy_wc_half(const struct odamv_problem *problem, const struct odamv_options *options)
{
    size_t k =
        options && options->threshold ? options->threshold : odamv_threshold(problem->n, 0.5);
    if (!(options && options->no_coalesce) && k > 2 * problem->n)
        k = 2 * problem->n;
    return k < 2 ? 1 : k / 2;
}

/* Active and frozen records after so many K updates to keys 0, 1, ..., and the step of the fold. */
struct lists {
    double active, frozen, folds;
    size_t step;
};

static struct lists lists_after(double updates, double half, double n, bool coalesce)
{
    if (coalesce && half >= n) /* every key has its record, no list ever fills */
        return (struct lists){fmin(updates, n), 0, 0, 0};
    double freezes = updates > 0 ? ceil(updates / half) - 1 : 0;
    double step = updates - freezes * half;
    bool over = freezes == 0 || step == half;
    return (struct lists){step, over ? 0 : half, freezes - (freezes > 0 && !over),
                          freezes == 0 ? 0 : (size_t)step};
}

void lazy_wc_cost(const struct odamv_problem *shape, const struct odamv_options *options,
                  const struct odamv_workload *w, struct odamv_counts *out)
{
    const struct shape s = shape_of_problem(shape);
    const double half = (double)lazy_wc_half(shape, options);
    const bool coalesce = !(options && options->no_coalesce);
    const struct lists lists = lists_after(w->updates_k, half, s.n, coalesce);
    const size_t records = lazy_wc_half(shape, options);
    const struct tiles tiles =
        tiles_after(shape, options, records, lists.frozen > 0 ? lists.step : records);
    const double gain = tiles_gain(&tiles);
    *out = (struct odamv_counts){.marked_rows = w->updates_q, .folds = lists.folds};

    attention_count_open(out, shape, options);
    weights_count_set_k(out, s.m, w->updates_k);
    tiles_count(out, &tiles, lists.folds);
    if (lists.frozen > 0)
        tiles_count_partly(out, &tiles, options);
    attention_count_fold_v(out, s.m, w->updates_v);
    values_count_measure_cell(out, s.n, w->updates_v);
    sweep_count(out, shape, gain, w->updates_k, w->updates_v);
    logits_count_set_q(out, s.n, w->updates_q);
    restore_count_rows(out, &s, w->updates_q);

    const size_t i = shape->m - 1;
    double entry = lists.active + (tiles_folded(&tiles, i, 0) ? 0 : lists.frozen);
    double column = s.m * lists.active + (s.m - (double)tiles_first_row(&tiles, 0)) * lists.frozen;
    double row = s.p * lists.active + (s.p - (double)tiles_first_column(&tiles, i)) * lists.frozen;
    answer_count(out, w->queries + w->query_columns * s.m + w->query_rows * s.p);
    pending_count_terms(out, w->queries * entry + w->query_columns * column + w->query_rows * row);
}
