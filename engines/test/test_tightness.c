/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bounds are useful, not only sound: the median over entries of bound / true error stays at or
 * below 1000 after many mixed operations. An answer without any error counts as an infinite ratio.
 * CASES: operations before the measurement.
 */
#include "trial.h"

enum { SIZE = 256, OPERATIONS = 2500, ENTRIES = 401, LIMIT = 1000 };

static void operate(struct trial *trial, gsl_rng *rng)
{
    const struct odamv_problem *a = &trial->problem;
    const double x = gsl_ran_gaussian_ziggurat(rng, 1);
    const size_t kind = trial_below(rng, 20);

    if (kind < 10)
        trial_set(trial, TRIAL_K, trial_below(rng, a->n), trial_below(rng, a->d), x);
    else if (kind < 18 || !trial->can_set_q)
        trial_set(trial, TRIAL_V, trial_below(rng, a->n), trial_below(rng, a->p), x);
    else if (kind < 19)
        trial_set(trial, TRIAL_Q, trial_below(rng, a->m), trial_below(rng, a->d), x);
    else
        trial_query(trial, trial_below(rng, a->m), trial_below(rng, a->p), NULL);
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Median of bound / error over random entries, for one engine. */
static double median_ratio(struct trial *trial, gsl_rng *rng)
{
    double ratios[ENTRIES];

    for (size_t t = 0; t < ENTRIES; t++) {
        const size_t i = trial_below(rng, trial->problem.m), j = trial_below(rng, trial->problem.p);
        struct odamv_answer answer = {NAN, NAN};
        double error;
        trial_query(trial, i, j, &answer);
        error = oracle_error(trial->oracle, i, j, answer.value).upper;
        ratios[t] = error > 0 ? answer.bound / error : INFINITY;
    }
    qsort(ratios, ENTRIES, sizeof *ratios, compare);
    return ratios[ENTRIES / 2];
}

/* Reports every engine's median; returns how many are above the limit. */
static int measure(size_t d, size_t threshold, bool normalised)
{
    const unsigned long operations = trial_environment("CASES", OPERATIONS);
    int above = 0;

    for (size_t e = 0; odamv_engines[e] != NULL; e++) {
        gsl_rng *rng;
        struct trial trial;
        double ratio;
        if (!trial_wants(odamv_engines[e]))
            continue;
        rng = trial_rng(d + threshold);
        trial_shape(&trial, SIZE, SIZE, d, d);
        trial.problem.scale = 1 / sqrt((double)d);
        trial.problem.normalised = normalised;
        trial.options.threshold = threshold;
        trial_fill(rng, trial.q, SIZE * d, 1);
        trial_fill(rng, trial.k, SIZE * d, 1);
        trial_fill(rng, trial.v, SIZE * d, 1);
        trial.oracle = oracle_open(&trial.problem);
        assert_non_null(trial.oracle);
        trial_add(&trial, odamv_engines[e]);
        for (unsigned long t = 0; t < operations; t++)
            operate(&trial, rng);
        ratio = median_ratio(&trial, rng);
        print_message("%-8s d=p=%zu threshold=%zu %s: median bound / error = %.1f%s\n",
                      odamv_engines[e]->name, d, threshold,
                      normalised ? "normalised" : "unnormalised", ratio,
                      ratio <= LIMIT ? "" : ", too large");
        above += !(ratio <= LIMIT);
        trial_check(&trial);
        trial_close(&trial);
        gsl_rng_free(rng);
    }
    return above;
}

static void test_tightness(void **state)
{
    int above = 0;

    (void)state;
    above += measure(64, 16, true);
    above += measure(64, 256, true);
    above += measure(256, 16, true);
    above += measure(256, 256, true);
    above += measure(64, 16, false);
    if (above > 0)
        fail_msg("%d medians above %d\n  repeat: SEED=%lu %s", above, LIMIT,
                 trial_environment("SEED", 1), program_invocation_name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_tightness)};

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
