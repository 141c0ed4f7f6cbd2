/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bounds of a fixed run, in the mean of their logarithms, are those that are written down here: an account that charges twice what it
 * did, or half, leaves no bound broken and no answer wrong, so that nothing else would see it. Where an account is
 * changed on purpose, the failing line says what belongs here instead. Bounds depend on values in their last bits only, which
 * the tolerance covers on every processor.
 */
#include "trial.h"

#define TOLERANCE 1e-4 /* of a mean: 1 % of one bound in a hundred */

enum { ROWS = 70, KEYS = 40, FEATURES = 3, COLUMNS = 24, OPERATIONS = 900, EACH = 45 };

struct run {
    const char *engine, *matmul;
    bool normalised;
    double start, mean; /* of log2 of all bounds, at first and every EACH operations */
};

static double mean_bound(const struct trial *trial)
{
    double sum = 0;
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j < COLUMNS; j++) {
            struct odamv_answer answer = {NAN, NAN};
            assert_int_equal(trial->engine[0]->query(trial->state[0], i, j, &answer), ODAMV_OK);
            sum += log2(answer.bound);
        }
    return sum / (ROWS * COLUMNS);
}

/* Half of the updates are of K, one in eight of these by so much that rows are marked; few of Q. */
static void update(struct trial *trial, gsl_rng *rng)
{
    const size_t which = trial_below(rng, 16);
    const enum trial_matrix matrix = which < 8 ? TRIAL_K : which < 15 ? TRIAL_V : TRIAL_Q;
    const double x = gsl_ran_gaussian_ziggurat(rng, which ? 1 : 16);
    const size_t row = trial_below(rng, matrix == TRIAL_Q ? ROWS : KEYS);
    const size_t column = trial_below(rng, matrix == TRIAL_V ? COLUMNS : FEATURES);
    trial_set(trial, matrix, row, column, x);
}

static void play(const struct run *run)
{
    const struct odamv_engine *engine = odamv_engine_find(run->engine);
    gsl_rng *rng = trial_rng(7);
    struct trial trial;
    double start, mean = 0;
    assert_non_null(engine);
    trial_shape(&trial, ROWS, KEYS, FEATURES, COLUMNS);
    trial.problem.scale = 0.5;
    trial.problem.normalised = run->normalised;
    trial.options = (struct odamv_options){.threshold = 14, .matmul = run->matmul, .leaf = 3};
    trial_fill(rng, trial.q, ROWS * FEATURES, 1);
    trial_fill(rng, trial.k, KEYS * FEATURES, 1);
    trial_fill(rng, trial.v, KEYS * COLUMNS, 1);
    trial_add(&trial, engine);
    start = mean_bound(&trial);
    for (size_t t = 1; t <= OPERATIONS; t++) {
        update(&trial, rng);
        mean += t % EACH ? 0 : mean_bound(&trial) * EACH / OPERATIONS;
    }
    if (!(fabs(start - run->start) <= TOLERANCE && fabs(mean - run->mean) <= TOLERANCE))
        fail_msg("{\"%s\", %s%s%s, %s, %.5f, %.5f},", run->engine, run->matmul ? "\"" : "",
                 run->matmul ? run->matmul : "NULL", run->matmul ? "\"" : "",
                 run->normalised ? "true" : "false", start, mean);
    trial_close(&trial);
    gsl_rng_free(rng);
}

static void test_accounts(void **state)
{
    static const struct run runs[] = {
        {"naive", NULL, true, -51.48058, -51.89364},
        {"naive", NULL, false, -44.73173, -32.24084},
        {"direct", NULL, true, -49.94418, -49.66074},
        {"direct", NULL, false, -43.79481, -31.45712},
        {"eager", NULL, true, -47.92313, -45.98657},
        {"eager", NULL, false, -41.98714, -28.21444},
        {"lazy", NULL, true, -47.92313, -45.15312},
        {"lazy", NULL, false, -41.98714, -27.33538},
        {"lazy", "strassen", true, -38.16851, -16.31558},
        {"lazy", "hk424", true, -40.01982, -17.30503},
        {"lazy", "dps222", true, -37.69357, -40.19483},
        {"lazy", "plain-2x2x2", true, -44.72098, -20.79340},
        {"lazy-wc", NULL, true, -47.92313, -44.87194},
        {"lazy-wc", NULL, false, -41.98714, -27.11438},
        {"lazy-wc", "winograd", true, -36.30726, -38.02968},
        {"lazy-wc", "dps222", true, -37.69357, -38.47323},
        {"lazy-wide", NULL, true, -49.91064, -49.57366},
        {"lazy-wide", NULL, false, -43.79422, -31.43830},
        {"lazy-wide", "strassen", true, -49.90510, -49.40026},
    };
    (void)state;
    for (size_t x = 0; x < sizeof runs / sizeof *runs; x++)
        if (trial_wants(odamv_engine_find(runs[x].engine)))
            play(runs + x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_accounts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
