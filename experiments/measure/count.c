/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * count.c: differences of predicted counts.
 *
 * Update. The mean over 1024 n updates after as many others: a steady state that contains many
 * folds and many numerical refreshes of every engine.
 *
 * Hint. k times that.
 *
 * Query. An answer's cost depends on how many records are pending. An epoch's updates k+1 to 2k are
 * sampled at 16 evenly spaced moments, the last of which finds the list full; the worst is taken,
 * as Theorem B.1 bounds the worst case. Differences of large counts stay exact enough by taking n^2
 * queries at once.
 */
#include "count.h"

#include <math.h>

static struct odamv_counts after(const struct cell *c, const struct odamv_workload *workload)
{
    struct odamv_counts counts = {0};
    const struct odamv_problem shape = cell_shape(c);
    const struct odamv_options options = cell_options(c);
    c->engine->cost(&shape, &options, workload, &counts);
    return counts;
}

static struct odamv_counts after_updates(const struct cell *c, double updates)
{
    return after(c, c->quantity == THEORY_VALUE ? &(struct odamv_workload){.updates_v = updates}
                                                : &(struct odamv_workload){.updates_k = updates});
}

static struct odamv_counts mean_update(const struct cell *c, double from, double updates)
{
    struct odamv_counts before = after_updates(c, from);
    struct odamv_counts now = after_updates(c, from + updates);
    return cell_difference(&now, &before, updates);
}

static void count_update(const struct cell *c, struct count *out)
{
    const double updates = 1024 * (double)c->n;
    const double times = c->quantity == THEORY_HINT ? (double)cell_threshold(c) : 1;
    const struct odamv_counts mean = mean_update(c, updates, updates);
    odamv_counts_madd(&out->counts, times, &mean);
    out->operations = odamv_counts_operations(&out->counts);
    out->multiplications =
        out->counts.folds > 0 ? out->counts.gemm_multiplications : out->counts.multiplications;
}

static struct odamv_counts one_query(const struct cell *c, double updates)
{
    const double n = (double)c->n, queries = n * n;
    struct odamv_workload w = {.updates_k = updates};
    struct odamv_counts before = after(c, &w);
    if (c->quantity == THEORY_QUERY)
        w.queries = queries;
    else
        w.query_columns = queries;
    struct odamv_counts now = after(c, &w);
    return cell_difference(&now, &before, queries);
}

static void count_query(const struct cell *c, struct count *out)
{
    const double k = (double)cell_threshold(c);
    out->sample_count = sizeof out->samples / sizeof *out->samples;
    for (size_t s = 0; s < out->sample_count; s++) {
        struct odamv_counts counts =
            one_query(c, k + ceil(k * (double)(s + 1) / (double)out->sample_count));
        out->samples[s] = odamv_counts_operations(&counts);
        if (!s || out->samples[s] > out->operations) {
            out->counts = counts;
            out->operations = out->samples[s];
        }
    }
    const struct odamv_counts fresh = one_query(c, 0);
    const double all = out->counts.multiplications + out->counts.gemm_multiplications;
    const double pending = all - fresh.multiplications - fresh.gemm_multiplications;
    out->multiplications = pending > 0 ? pending : all;
}

bool count_cell(const struct cell *cell, struct count *out)
{
    *out = (struct count){0};
    if (!cell->engine->cost)
        return false;
    if (theory_is_query(cell->quantity))
        count_query(cell, out);
    else
        count_update(cell, out);
    return true;
}
