/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A million random K and V updates: the maintained values neither drift out of their bounds nor do
 * the bounds grow. CASES: the number of updates.
 */
#include "trial.h"

enum { SIZE = 256, WIDTH = 16, UPDATES = 1000000, ROUNDS = 20, SAMPLE = 40 };

#define LARGEST_BOUND 1e-8 /* relative to the largest |V| */

static double largest_value(const struct trial *trial)
{
    double largest = 0;

    for (size_t e = 0; e < trial->problem.n * trial->problem.p; e++)
        largest = fmax(largest, fabs(trial->v[e]));
    return largest;
}

/* The worst bound relative to the largest value, over a random sample that the oracle confirms. */
static double sample_bounds(struct trial *trial, gsl_rng *rng)
{
    const double largest = largest_value(trial);
    double worst = 0;

    for (int t = 0; t < SAMPLE; t++) {
        struct odamv_answer answer = {NAN, NAN};
        const size_t i = trial_below(rng, SIZE), j = trial_below(rng, WIDTH);
        trial_query(trial, i, j, &answer);
        worst = fmax(worst, answer.bound / largest);
        if (!(answer.bound <= LARGEST_BOUND * largest))
            trial_fail(trial, trial->engine[0], "bound %g at (%zu, %zu), largest value %g",
                       answer.bound, i, j, largest);
    }
    return worst;
}

static void drift(const struct odamv_engine *engine, size_t threshold)
{
    const unsigned long updates = trial_environment("CASES", UPDATES);
    gsl_rng *rng = trial_rng(threshold);
    double worst = 0;
    struct trial trial;

    trial_shape(&trial, SIZE, SIZE, WIDTH, WIDTH);
    trial.problem.scale = 0.25;
    trial.options.threshold = threshold;
    trial_fill(rng, trial.q, SIZE * WIDTH, 1);
    trial_fill(rng, trial.k, SIZE * WIDTH, 1);
    trial_fill(rng, trial.v, SIZE * WIDTH, 1);
    trial.oracle = oracle_open(&trial.problem);
    assert_non_null(trial.oracle);
    trial_add(&trial, engine);
    for (int round = 0; round < ROUNDS; round++) {
        for (unsigned long t = 0; t < updates / ROUNDS + 1; t++) {
            const enum trial_matrix which = trial_below(rng, 2) == 0 ? TRIAL_K : TRIAL_V;
            trial_set(&trial, which, trial_below(rng, SIZE), trial_below(rng, WIDTH),
                      gsl_ran_gaussian_ziggurat(rng, 1));
        }
        worst = fmax(worst, sample_bounds(&trial, rng));
    }
    trial_check(&trial);
    print_message("%-8s %lu updates: largest bound / largest |V| = %.2g\n", engine->name,
                  trial.step, worst);
    trial_close(&trial);
    gsl_rng_free(rng);
}

static void test_drift(void **state)
{
    static const char *const names[] = {"direct", "eager", "lazy", "lazy-wc", "lazy-wide"};

    (void)state;
    for (size_t e = 0; e < sizeof names / sizeof *names; e++) {
        const struct odamv_engine *engine = odamv_engine_find(names[e]);
        assert_non_null(engine);
        if (trial_wants(engine))
            drift(engine, 16);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_drift)};

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
