/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `cost` predicts exactly what `stats` counts, for the workload that struct odamv_workload
 * describes; and the worst single update of lazy-wc stays near the mean (Remark 1.4: worst case,
 * not only amortised).
 */
#include "trial.h"

enum { CASES_DEFAULT = 300, LARGEST = 48, WORST_SIZE = 512 };

/* At n = 512; at n = 64 a single call of the BLAS is a large part of an update. */
#define WORST_RATIO       1.5
#define WORST_RATIO_SMALL 2.5

/* Small steps: a row that lost accuracy would be counted as marked, which cost cannot foresee. */
static double step(gsl_rng *rng)
{
    return 0.02 * (2 * gsl_rng_uniform(rng) - 1);
}

static void perform(struct trial *trial, gsl_rng *rng, const struct odamv_workload *w)
{
    const struct odamv_problem *a = &trial->problem;
    struct odamv_answer *out = calloc(a->m + a->p, sizeof *out);
    bool fine = true;

    assert_non_null(out);
    for (size_t t = 0; t < (size_t)w->updates_k; t++) {
        const size_t feature = trial_below(rng, a->d);
        trial_set(trial, TRIAL_K, t % a->n, feature,
                  trial->k[t % a->n * a->d + feature] + step(rng));
    }
    for (size_t t = 0; t < (size_t)w->updates_v; t++)
        trial_set(trial, TRIAL_V, t % a->n, t / a->n % a->p, 1 + step(rng));
    for (size_t t = 0; t < (size_t)w->updates_q; t++) {
        const size_t feature = trial_below(rng, a->d);
        trial_set(trial, TRIAL_Q, t % a->m, feature,
                  trial->q[t % a->m * a->d + feature] + step(rng));
    }
    for (size_t t = 0; t < (size_t)w->queries; t++)
        fine &= trial->engine[0]->query(trial->state[0], a->m - 1, 0, out) == ODAMV_OK;
    for (size_t t = 0; t < (size_t)w->query_columns; t++)
        fine &= odamv_query_column(trial->engine[0], trial->state[0], a->m, 0, out) == ODAMV_OK;
    for (size_t t = 0; t < (size_t)w->query_rows; t++)
        fine &= odamv_query_row(trial->engine[0], trial->state[0], a->p, a->m - 1, out) == ODAMV_OK;
    if (!fine)
        trial_fail(trial, trial->engine[0], "a query was refused");
    free(out);
}

static void compare(const struct trial *trial, const struct odamv_workload *w, const char *field,
                    double predicted, double counted)
{
    if (!(predicted == counted))
        trial_fail(
            trial, trial->engine[0],
            "%s: predicted %.0f, counted %.0f\n  workload k=%g v=%g q=%g query=%g column=%g row=%g",
            field, predicted, counted, w->updates_k, w->updates_v, w->updates_q, w->queries,
            w->query_columns, w->query_rows);
}

static void compare_all(const struct trial *trial, const struct odamv_workload *w,
                        const struct odamv_counts *predicted, const struct odamv_counts *counted)
{
    for (size_t f = 0; odamv_counts_fields[f] != NULL; f++)
        compare(trial, w, odamv_counts_fields[f], odamv_counts_field(predicted, f),
                odamv_counts_field(counted, f));
}

static double choose_count(gsl_rng *rng, size_t n, size_t threshold)
{
    const size_t counts[] = {0,
                             1,
                             threshold - 1,
                             threshold,
                             threshold + 1,
                             2 * threshold,
                             n,
                             2 * n + 1,
                             trial_below(rng, 4 * n + 2),
                             n > 8 ? n : 64 * n + trial_below(rng, 80 * n)}; /* beyond a refresh */

    return (double)counts[trial_below(rng, 10)];
}

static struct odamv_workload choose_workload(gsl_rng *rng, size_t m, size_t n, size_t threshold)
{
    const bool only_k = trial_below(rng, 4) == 0;
    struct odamv_workload w = {0};

    w.updates_k = choose_count(rng, n, threshold);
    if (!only_k) {
        w.updates_v = choose_count(rng, n, threshold);
        w.updates_q = trial_below(rng, 2) == 0 ? 0 : choose_count(rng, m, threshold);
    }
    w.queries = (double)(trial_below(rng, 2) * trial_below(rng, 9));
    w.query_columns = (double)trial_below(rng, 3);
    w.query_rows = (double)trial_below(rng, 3);
    return w;
}

static void run_counts(const struct odamv_engine *engine, unsigned long number)
{
    gsl_rng *rng = trial_rng(number);
    const bool square = trial_below(rng, 2) == 0;
    const size_t m = trial_size(rng, LARGEST), d = square ? m : trial_size(rng, LARGEST);
    const size_t n = square ? m : trial_size(rng, LARGEST),
                 p = square ? m : trial_size(rng, LARGEST);
    const size_t thresholds[] = {0, 1, 2, 3, (n + 1) / 2, n, n + 1};
    struct odamv_counts predicted, counted;
    struct odamv_workload w;
    struct trial trial;

    trial_shape(&trial, m, n, d, p);
    trial.number = number;
    trial.problem.scale = 1 / sqrt((double)d);
    trial.problem.normalised = trial_below(rng, 2) == 0;
    trial.options.threshold = thresholds[trial_below(rng, 7)];
    trial.options.no_coalesce = trial_below(rng, 2) == 0;
    trial_choose_product(&trial, rng);
    trial_fill(rng, trial.q, m * d, 0.5);
    trial_fill(rng, trial.k, n * d, 0.5);
    trial_fill(rng, trial.v, n * p, 1);
    w = choose_workload(
        rng, m, n, trial.options.threshold > 0 ? trial.options.threshold : odamv_threshold(n, 0.5));
    if (engine->set_q == NULL)
        w.updates_q = 0;
    trial_add(&trial, engine);
    perform(&trial, rng, &w);
    engine->stats(trial.state[0], &counted);
    engine->cost(&trial.problem, &trial.options, &w, &predicted);
    compare_all(&trial, &w, &predicted, &counted);
    trial_check(&trial);
    trial_close(&trial);
    gsl_rng_free(rng);
}

static void test_cost_is_count(void **state)
{
    unsigned long from, to, compared = 0;

    (void)state;
    trial_cases(CASES_DEFAULT, &from, &to);
    for (size_t e = 0; odamv_engines[e] != NULL; e++) {
        const struct odamv_engine *engine = odamv_engines[e];
        if (!trial_wants(engine) || engine->cost == NULL || engine->stats == NULL)
            continue;
        for (unsigned long number = from; number < to; number++, compared++)
            run_counts(engine, number);
    }
    assert_true(compared > 0);
}

static double operations(const struct trial *trial)
{
    struct odamv_counts c;

    trial->engine[0]->stats(trial->state[0], &c);
    return odamv_counts_operations(&c);
}

/* Largest count of one K update over the mean: 4 epochs and 4 n updates, after a first of each. */
static void measure_worst(const struct odamv_engine *engine, size_t threshold, const char *matmul,
                          size_t size)
{
    gsl_rng *rng = trial_rng(threshold);
    const size_t warm = size + threshold, updates = 4 * warm;
    const double limit = size < WORST_SIZE ? WORST_RATIO_SMALL : WORST_RATIO;
    double largest = 0, start = 0, before = 0;
    struct trial trial;

    trial_shape(&trial, size, size, size, size);
    trial.problem.scale = 1 / sqrt((double)size);
    trial.options.threshold = threshold;
    trial.options.matmul = matmul;
    trial.options.leaf = 16;
    trial.options.no_coalesce = true; /* a merged update would lower the mean */
    trial_fill(rng, trial.q, size * size, 0.5);
    trial_fill(rng, trial.k, size * size, 0.5);
    trial_fill(rng, trial.v, size * size, 1);
    trial_add(&trial, engine);
    for (size_t t = 0; t < warm + updates; t++) {
        const size_t key = trial_below(rng, size), feature = trial_below(rng, size);
        if (t == warm)
            start = operations(&trial);
        before = operations(&trial);
        trial_set(&trial, TRIAL_K, key, feature, trial.k[key * size + feature] + step(rng));
        if (t >= warm)
            largest = fmax(largest, operations(&trial) - before);
    }
    largest /= (operations(&trial) - start) / (double)updates;
    print_message("%s n=%zu threshold=%zu %s: largest update / mean = %.3f\n", engine->name, size,
                  threshold, matmul, largest);
    if (!(largest <= limit))
        trial_fail(&trial, engine, "largest update / mean = %g > %g", largest, limit);
    trial_close(&trial);
    gsl_rng_free(rng);
}

static void test_worst_case(void **state)
{
    const struct odamv_engine *engine = odamv_engine_find("lazy-wc");
    const size_t size = trial_environment("CASES", CASES_DEFAULT) < CASES_DEFAULT ? 64 : WORST_SIZE;

    (void)state;
    assert_non_null(engine);
    if (!trial_wants(engine))
        skip();
    measure_worst(engine, odamv_threshold(size, 0.5), "classical", size);
    measure_worst(engine, odamv_threshold(size, 0.75), "classical", size);
    measure_worst(engine, odamv_threshold(size, 0.75), "strassen", size);
    measure_worst(engine, size, "classical", size);
    measure_worst(engine, size, "strassen", size);
}

/* Whether what so many K updates cost depends on these options. */
static bool costs_differ(const struct odamv_engine *engine, const struct odamv_options *one,
                         const struct odamv_options *other)
{
    const struct odamv_problem shape = {.m = 40, .n = 40, .d = 8, .p = 40, .scale = 1};
    const struct odamv_workload workload = {.updates_k = 100};
    struct odamv_counts x, y;

    engine->cost(&shape, one, &workload, &x);
    engine->cost(&shape, other, &workload, &y);
    odamv_counts_madd(&x, -1, &y);
    for (size_t f = 0; odamv_counts_fields[f]; f++)
        if (odamv_counts_field(&x, f) != 0)
            return true;
    return false;
}

/* An engine heeds the options that its costs depend on, and no others. */
static void test_heeds(void **state)
{
    const struct odamv_options plain = {.threshold = 8}, later = {.threshold = 20},
                               apart = {.threshold = 8, .no_coalesce = true},
                               fast = {.threshold = 8, .matmul = "strassen", .leaf = 1};

    (void)state;
    for (size_t e = 0; odamv_engines[e]; e++) {
        const struct odamv_engine *engine = odamv_engines[e];
        const bool threshold =
            costs_differ(engine, &plain, &later) || costs_differ(engine, &plain, &apart);
        const bool matmul = costs_differ(engine, &plain, &fast);
        const unsigned expected =
            (threshold ? ODAMV_HEEDS_THRESHOLD : 0) | (matmul ? ODAMV_HEEDS_MATMUL : 0);
        if (engine->heeds != expected)
            fail_msg("%s heeds %u, its costs %u", engine->name, engine->heeds, expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cost_is_count),
        cmocka_unit_test(test_worst_case),
        cmocka_unit_test(test_heeds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
