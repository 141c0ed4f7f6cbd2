/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The schedule of lazy.c without its data: how many folds and refreshes a workload causes, and
 * what they cost. Whole refresh periods are alike, so time and space are O(1) for any number of
 * operations.
 */
#include <math.h>

#include "engines/attention/answer.h"
#include "engines/attention/fold.h"
#include "engines/attention/restore.h"
#include "engines/attention/value_list.h"
#include "lazy.h"

#define REFRESH_SHARE 64

enum list { KEYS, VALUES, ROWS, LISTS };

struct schedule {
    const struct odamv_problem *problem;
    const struct odamv_options *options;
    struct shape s;
    struct fold_choice choice;
    const struct matmul_prediction *some; /* of the product of marked rows; null: classical */
    double threshold, period; /* period: in the work of V updates, of which others are worth p */
    double limit[LISTS];      /* records that a list can reach: distinct keys, cells, rows */
    double pending[LISTS];    /* marked rows are the third list */
    double since;
    struct odamv_counts c;
};

static void fold(struct schedule *x, const double *pending, double folds)
{
    double rows = fmin(pending[ROWS], x->threshold);
    fold_count(&x->c, &x->s, &x->choice, pending[KEYS], folds);
    attention_count_fold_v(&x->c, x->s.m, pending[VALUES] * folds);
    restore_count_some(&x->c, &x->s, x->some, rows, folds);
    x->c.folds += folds;
}

static double work_of(const struct schedule *x, enum list list)
{
    return list == VALUES ? 1 : x->s.p;
}

/* So many updates of one list within a refresh period. */
static void play(struct schedule *x, enum list list, double updates)
{
    double before = x->pending[list], records = before + updates, folds = 0;
    if (x->limit[list] > x->threshold || (x->limit[list] == x->threshold && list == ROWS))
        folds = records > 0 ? ceil(records / x->threshold) - 1 : 0;
    x->since += updates * work_of(x, list);
    if (folds > 0) {
        double first[LISTS] = {x->pending[KEYS], x->pending[VALUES], x->pending[ROWS]};
        double later[LISTS] = {0};
        first[list] = later[list] = x->threshold;
        fold(x, first, 1);
        fold(x, later, folds - 1);
        for (int other = 0; other < LISTS; other++)
            x->pending[other] = 0;
        x->pending[list] = records - folds * x->threshold;
    } else {
        x->pending[list] = fmin(records, x->limit[list]);
    }
    if (list == ROWS)
        x->c.marked_rows += folds > 0 ? updates : x->pending[ROWS] - before;
}

static void refresh(struct schedule *x)
{
    for (int list = 0; list < LISTS; list++)
        x->pending[list] = 0;
    x->since = 0;
    x->c.refreshes++;
    restore_count_all(&x->c, x->problem, x->options, 1);
}

static void advance(struct schedule *x, enum list list, double updates)
{
    const double period = x->period / work_of(x, list); /* in updates of this kind */
    double part = fmin(updates, ceil((x->period - x->since) / work_of(x, list)));
    play(x, list, part);
    updates -= part;
    if (updates <= 0)
        return;
    double whole = ceil(updates / period) - 1; /* periods that another refresh ends */
    struct odamv_counts start = x->c;
    refresh(x);
    play(x, list, period);
    struct odamv_counts one = x->c;
    odamv_counts_madd(&one, -1, &start);
    x->c = start;
    odamv_counts_madd(&x->c, whole, &one);
    refresh(x);
    play(x, list, updates - whole * period);
}

/* Updates t < count whose cell (t mod n, t / n mod p) lies in column 0. */
static double in_first_column(double count, double n, double p)
{
    double cycles = floor(count / (n * p));
    return cycles * n + fmin(n, count - cycles * n * p);
}

static void queries(struct schedule *x, const struct odamv_workload *w)
{
    const struct shape *s = &x->s;
    const double keys = x->pending[KEYS], values = x->pending[VALUES], marked = x->pending[ROWS];
    const double first = in_first_column(w->updates_v, s->n, s->p) -
                         in_first_column(w->updates_v - values, s->n, s->p);
    /* whether row m - 1 is among those that the last `marked` Q updates marked */
    const bool mine = w->updates_q >= s->m && 1 + fmod(w->updates_q, s->m) <= marked;
    const double columns = w->query_columns, entries = mine ? 0 : w->queries + w->query_rows * s->p;

    answer_count(&x->c, entries + columns * (s->m - marked));
    pending_count_terms(&x->c, (entries + columns * s->m) * keys);
    value_list_count_terms(&x->c, columns * s->m * first);
    row_count(&x->c, s->n, columns * marked, columns * marked);
    if (mine)
        row_count(&x->c, s->n, w->queries + w->query_rows, w->queries + w->query_rows * s->p);
    else
        value_list_count_terms(&x->c, w->queries * first + w->query_rows * values);
}

double lazy_refresh_period(const struct odamv_problem *problem, const struct odamv_options *options,
                           size_t threshold)
{
    const bool coalesce = !(options && options->no_coalesce);
    const size_t capacity = lazy_key_capacity(problem, threshold, coalesce);
    const struct fold_choice choice = fold_choose(problem, options, capacity);
    const struct shape s = shape_of_problem(problem);
    struct odamv_counts refresh = {0}, folds = {0};
    restore_count_all(&refresh, problem, options, 1);
    fold_count(&folds, &s, &choice, (double)capacity, 1);
    return ceil(REFRESH_SHARE * (double)capacity * refresh.gemm_multiplications /
                folds.gemm_multiplications);
}

void lazy_cost(const struct odamv_problem *problem, const struct odamv_options *options,
               size_t threshold, const struct odamv_workload *workload, struct odamv_counts *out)
{
    const bool coalesce = !(options && options->no_coalesce);
    struct matmul_prediction some;
    struct schedule x = {.problem = problem,
                         .options = options,
                         .s = shape_of_problem(problem),
                         .threshold = (double)threshold};
    x.choice = fold_choose(problem, options, lazy_key_capacity(problem, threshold, coalesce));
    x.period = lazy_refresh_period(problem, options, threshold) * x.s.p;
    if (together_predict(problem, options, lazy_rows(problem, threshold), &some))
        x.some = &some;
    x.limit[KEYS] = coalesce ? x.s.n : INFINITY;
    x.limit[VALUES] = coalesce ? x.s.n * x.s.p : INFINITY;
    x.limit[ROWS] = x.s.m;
    attention_count_open(&x.c, problem, options);
    weights_count_set_k(&x.c, x.s.m, workload->updates_k);
    logits_count_set_q(&x.c, x.s.n, workload->updates_q);
    advance(&x, KEYS, workload->updates_k);
    advance(&x, VALUES, workload->updates_v);
    advance(&x, ROWS, workload->updates_q);
    queries(&x, workload);
    *out = x.c;
}
