/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The schedule of lazy-wide.c without its data, in closed form.
 */
#include "lazy-wide.h"

#include <math.h>

#include "engines/attention/answer.h"
#include "engines/attention/wide_sums.h"

struct schedule {
    const struct odamv_workload *w;
    struct shape s;
    struct wide_sizes sizes;
    struct wide_choice fold, rows;
    double threshold;
    double pending, marked; /* records and rows that wait */
    double since;           /* updates since the last fold */
    struct odamv_counts c;
};

static void play_k(struct schedule *x, bool coalesce)
{
    const double updates = x->w->updates_k;
    const bool merges = coalesce && x->threshold >= x->s.n;
    const double folds = merges || updates <= 0 ? 0 : ceil(updates / x->threshold) - 1;
    const double records = merges ? fmin(updates, x->s.n) : updates;
    weights_count_set_k(&x->c, x->s.m, updates);
    wide_sums_count_set_k(&x->c, &x->s, updates, records);
    wide_sums_count_fold(&x->c, &x->s, &x->sizes, &x->fold, x->threshold, folds);
    x->c.folds += folds;
    x->since = updates - folds * x->threshold;
    x->pending = records - folds * x->threshold;
}

/* Keys t mod n, t < count, among those of the last K updates, which are pending. */
static double pending_among(const struct schedule *x, double count)
{
    const double n = x->s.n, pending = fmin(x->pending, n), cycles = floor(count / n);
    const double from = fmod(x->w->updates_k - pending, n), rest = count - cycles * n;
    const double straight = fmax(0, fmin(rest, fmin(from + pending, n)) - from);
    return cycles * pending + straight + fmax(0, fmin(rest, from + pending - n));
}

static void play_v(struct schedule *x)
{
    const double updates = x->w->updates_v;
    wide_sums_count_set_v(&x->c, &x->s, updates, updates - pending_among(x, updates));
    x->since += updates;
}

/* The first fold comes when as many updates as the threshold have passed and a row is marked. */
static void play_q(struct schedule *x)
{
    const double updates = x->w->updates_q, threshold = x->threshold, m = x->s.m;
    const double first = fmax(1, threshold - x->since);
    double folds = 0, rest = updates;
    logits_count_set_q(&x->c, x->s.n, updates);
    if (updates > first) {
        folds = 1 + floor((updates - 1 - first) / threshold);
        rest = updates - first - (folds - 1) * threshold;
        if (x->pending > 0)
            wide_sums_count_fold(&x->c, &x->s, &x->sizes, &x->fold, x->pending, 1);
        x->pending = 0;
        wide_sums_count_rows(&x->c, &x->s, &x->sizes, &x->rows, fmin(first, m), 1);
        wide_sums_count_rows(&x->c, &x->s, &x->sizes, &x->rows, fmin(threshold, m), folds - 1);
        x->c.marked_rows += fmin(first, m) + (folds - 1) * fmin(threshold, m);
    }
    x->marked = fmin(rest, m);
    x->c.marked_rows += x->marked;
    x->c.folds += folds;
    values_count_measure(&x->c, x->s.n, x->s.p, x->c.folds);
}

static void queries(struct schedule *x)
{
    const struct odamv_workload *w = x->w;
    const struct shape *s = &x->s;
    /* whether row m - 1 is among those that the last Q updates marked */
    const bool mine = w->updates_q >= s->m && 1 + fmod(w->updates_q, s->m) <= x->marked;
    const double columns = w->query_columns, entries = mine ? 0 : w->queries + w->query_rows * s->p;
    answer_count(&x->c, entries + columns * (s->m - x->marked));
    wide_sums_count_terms(&x->c, (entries + columns * s->m) * x->pending);
    row_count(&x->c, s->n, columns * x->marked, columns * x->marked);
    if (mine)
        row_count(&x->c, s->n, w->queries + w->query_rows, w->queries + w->query_rows * s->p);
}

void lazy_wide_cost(const struct odamv_problem *problem, const struct odamv_options *options,
                    const struct odamv_workload *workload, struct odamv_counts *out)
{
    const struct odamv_options o = lazy_wide_options(problem, options);
    struct schedule x = {.w = workload,
                         .s = shape_of_problem(problem),
                         .sizes = wide_sizes(problem, &o),
                         .threshold = (double)o.threshold};
    x.fold = wide_choose(&x.sizes.fold, &o);
    x.rows = wide_choose(&x.sizes.rows, &o);
    logits_count_open(&x.c, problem, &o);
    values_count_measure(&x.c, x.s.n, x.s.p, 1);
    wide_sums_count_rows(&x.c, &x.s, &x.sizes, &x.rows, x.s.m, 1);
    play_k(&x, !o.no_coalesce);
    play_v(&x);
    play_q(&x);
    queries(&x);
    *out = x.c;
}
