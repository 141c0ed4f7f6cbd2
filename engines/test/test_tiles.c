/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A fold by tiles that stops wherever it can: at every moment C plus the records where they are
 * not folded yet is what it was, within the row's drift; a row that is computed anew on the way
 * gets nothing more that its new drift does not tell.
 */
#include "trial.h"

#include "engines/attention/tiles.h"

struct scene {
    struct attention a;
    struct pending list;
    struct tiles tiles;
    long double *expected; /* m x p: C and all records */
    bool *forgotten;       /* m */
};

/* Records of random keys with entries of very different size. */
static void record(struct scene *s, gsl_rng *rng, size_t records)
{
    for (size_t t = 0; t < records; t++) {
        const struct change_place r = pending_place(&s->list, &s->a, t);
        for (size_t i = 0; i < s->a.weights.logits.m; i++)
            r.change[i / PANEL * r.stride + i % PANEL] =
                gsl_ran_gaussian_ziggurat(rng, i % 3 ? 1 : 1e6);
    }
}

/* 64 bits of significand: nearly exact beside doubles. */
static long double sum_of_records(const struct scene *s, size_t i, size_t j)
{
    const struct pending *list = &s->list;
    long double sum = 0;

    for (size_t t = 0; t < list->count; t++)
        sum +=
            (long double)list->change[pending_at(list, i, t)] * list->value[pending_at(list, j, t)];
    return sum;
}

static void look(const struct trial *trial, const struct scene *s)
{
    const size_t m = trial->problem.m, p = trial->problem.p, ld = s->a.weights.logits.ld;

    for (size_t j = 0; j < p; j++) {
        const size_t first = tiles_first_row(&s->tiles, j);
        for (size_t i = 0; i < m; i++) {
            const bool folded = tiles_folded(&s->tiles, i, j);
            const long double pending = folded || s->forgotten[i] ? 0 : sum_of_records(s, i, j);
            const double bound = s->a.weights.drift[i] * (1 + 1e-3);
            const long double off =
                s->a.numerators.c[j * ld + i] + pending - s->expected[i * p + j];
            if (folded != (i < first) || folded != (j < tiles_first_column(&s->tiles, i)))
                trial_fail(trial, NULL, "(%zu, %zu): folded %d, rows from %zu, columns from %zu", i,
                           j, folded, first, tiles_first_column(&s->tiles, i));
            if (!s->forgotten[i] && !(fabsl(off) <= bound))
                trial_fail(trial, NULL, "(%zu, %zu): off by %Lg > %g", i, j, off, bound);
            if (s->forgotten[i] && !(fabs(s->a.numerators.c[j * ld + i]) <= s->a.weights.drift[i]))
                trial_fail(trial, NULL, "(%zu, %zu): forgotten, but C is %g > %g", i, j,
                           s->a.numerators.c[j * ld + i], s->a.weights.drift[i]);
        }
    }
}

/* What lazy-wc does when a row is computed from scratch: here, 0. */
static void forget(struct scene *s, const struct odamv_problem *problem, size_t i)
{
    for (size_t j = 0; j < problem->p; j++)
        s->a.numerators.c[j * s->a.weights.logits.ld + i] = 0;
    s->a.weights.drift[i] = 0;
    pending_forget_row(&s->list, i);
    tiles_forget_row(&s->tiles, i);
    s->forgotten[i] = true;
}

static void fold_in_steps(unsigned long number)
{
    gsl_rng *rng = trial_rng(number);
    const size_t m = trial_size(rng, 40), n = trial_size(rng, 40), p = trial_size(rng, 40);
    const size_t records = 1 + trial_below(rng, n);
    struct trial trial;
    struct scene s;
    double work = 0, all;
    size_t steps = 0, partly = 0;

    trial_shape(&trial, m, n, 2, p);
    trial.number = number;
    trial.options.threshold = 2 * records;
    trial_choose_product(&trial, rng);
    trial_fill(rng, trial.q, m * 2, 1);
    trial_fill(rng, trial.k, n * 2, 1);
    trial_fill(rng, trial.v, n * p, 1);
    s.expected = calloc(m * p, sizeof *s.expected);
    s.forgotten = calloc(m, sizeof *s.forgotten);
    assert_true(s.expected && s.forgotten);
    assert_int_equal(attention_open(&s.a, &trial.problem, NULL), ODAMV_OK);
    assert_int_equal(pending_open(&s.list, &s.a, records), ODAMV_OK);
    assert_int_equal(tiles_open(&s.tiles, &trial.problem, &trial.options, records), ODAMV_OK);
    for (int epoch = 0; epoch < 2; epoch++) { /* the second finds what the first left behind */
        record(&s, rng, records);
        memset(s.forgotten, 0, m * sizeof *s.forgotten);
        for (size_t i = 0; i < m; i++)
            for (size_t j = 0; j < p; j++)
                s.expected[i * p + j] =
                    s.a.numerators.c[j * s.a.weights.logits.ld + i] + sum_of_records(&s, i, j);
        memset(s.a.weights.drift, 0, s.a.weights.logits.ld * sizeof *s.a.weights.drift);
        all = tiles_share(&s.tiles, records);
        tiles_begin(&s.tiles);
        for (work = 0; work < all; steps++) {
            work = fmin(all, s.tiles.done + 1 + gsl_rng_uniform(rng) * all / 200);
            tiles_fold(&s.tiles, &s.list, &s.a, work);
            partly += s.tiles.added > 0;
            if (trial_below(rng, 40) == 0)
                forget(&s, &trial.problem, trial_below(rng, m));
            if (steps % 4 == 0 || work == all)
                look(&trial, &s);
        }
        assert_true(s.tiles.done == all && s.tiles.folded == s.tiles.count);
        pending_clear(&s.list);
    }
    if (m >= 4 && p >= 8 && partly == 0)
        trial_fail(&trial, NULL, "no stop within a tile's addition in %zu steps", steps);
    tiles_close(&s.tiles);
    pending_close(&s.list);
    attention_close(&s.a);
    free(s.expected);
    free(s.forgotten);
    trial_close(&trial);
    gsl_rng_free(rng);
}

static void test_steps(void **state)
{
    unsigned long from, to;

    (void)state;
    trial_cases(200, &from, &to);
    for (unsigned long number = from; number < to; number++)
        fold_in_steps(number);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_steps)};

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
