/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Logits and values of every magnitude: huge, cancelling, denormal, all the same. All answers are
 * compared with the oracle.
 */
#include "trial.h"

#include <float.h>

enum { M = 4, N = 6, P = 2 };

/* Logits whose low parts are no small corrections any more: 2^53 to 2^99, a few hundred apart. */
static void test_low_parts(void **state)
{
    (void)state;
    for (int power = 50; power < 100; power++) {
        struct trial trial;
        if (trial_skips((size_t)power))
            continue;
        trial_shape(&trial, 1, 3, 2, 1);
        trial.number = (size_t)power;
        trial.q[0] = trial.q[1] = 1;
        for (size_t s = 0; s < 3; s++) {
            trial.k[2 * s] = ldexp(1, power);
            trial.k[2 * s + 1] = 1000 - 399.5 * (double)s;
            trial.v[s] = 1 + 4 * (double)s;
        }
        trial.problem.scale = 1;
        trial.problem.normalised = true;
        trial.options.threshold = 2;
        trial.options.matmul = power % 2 ? "strassen" : NULL;
        trial.options.leaf = 1;
        trial_open(&trial);
        trial_query_all(&trial);
        trial_set(&trial, TRIAL_K, 1, 1, 1200.5);
        trial_query_all(&trial);
        trial_set(&trial, TRIAL_V, 1, 0, 0x1p-300);
        trial_set(&trial, TRIAL_V, 0, 0, -0x1p-310);
        trial_set(&trial, TRIAL_V, 2, 0, 0x1p-305);
        trial_query_all(&trial);
        trial_check(&trial);
        trial_close(&trial);
    }
}

/* Thousands of products that all round in the denormal range. */
static void test_denormal_products(void **state)
{
    enum { KEYS = 4000 };
    struct trial trial;
    (void)state;
    if (trial_skips(0))
        return;
    trial_one_feature(&trial, 1, KEYS, 1, 0);
    trial.q[0] = 1;
    for (size_t s = 0; s < KEYS; s++) {
        trial.k[s] = s == 0 ? 0 : -8;
        trial.v[s] = s == 0 ? 0 : 4470 * 0x1p-1074;
    }
    trial_open(&trial);
    trial_query_all(&trial);
    trial_set(&trial, TRIAL_K, 0, 0, -8);
    trial_query_all(&trial);
    trial_close(&trial);
}

/* Random logits of a magnitude from the start, moved and queried at once. */
static void test_large_logits(void **state)
{
    static const double magnitudes[] = {30, 700, 1e3, 1e5, 1e15, 1e30};
    static const size_t sizes[] = {1, 2, 5, 17};

    (void)state;
    for (size_t c = 0; c < 6 * 4 * 8; c++) {
        if (trial_skips(c))
            continue;
        gsl_rng *rng = trial_rng(c);
        const double magnitude = magnitudes[c % 6];
        const size_t n = sizes[c / 6 % 4];
        struct trial trial;
        trial_one_feature(&trial, 3, n, P, c / 24);
        trial.number = c;
        for (size_t s = 0; s < n; s++)
            trial.k[s] = magnitude * (2 * gsl_rng_uniform(rng) - 1);
        trial_open(&trial);
        for (int t = 0; t < 60; t++) {
            const double u = 2 * gsl_rng_uniform(rng) - 1;
            const size_t kind = trial_below(rng, trial.can_set_q ? 6 : 5);
            if (kind < 4)
                trial_set(&trial, TRIAL_K, trial_below(rng, n), 0, kind < 3 ? magnitude * u : u);
            else if (kind == 4)
                trial_set(&trial, TRIAL_V, trial_below(rng, n), trial_below(rng, P), u);
            else
                trial_set(&trial, TRIAL_Q, trial_below(rng, 3), 0, u);
            trial_query_all(&trial);
        }
        trial_check(&trial);
        trial_close(&trial);
        gsl_rng_free(rng);
    }
}

/* Values from the smallest to the largest, in every order; signed zeros; constant columns. */
static void test_values(void **state)
{
    static const double extremes[] = {ODAMV_VALUE_MAX, -ODAMV_VALUE_MAX, 0x1p-1074, -0.0, 1.0,
                                      -DBL_MIN,        0x1p-600,         3.0};
    const size_t count = sizeof extremes / sizeof *extremes;

    (void)state;
    for (size_t c = 0; c < 16; c++) {
        if (trial_skips(c))
            continue;
        gsl_rng *rng = trial_rng(c);
        struct trial trial;
        trial_one_feature(&trial, M, c % 2 == 0 ? N : 1, P, c / 2);
        trial.number = c;
        for (size_t e = 0; e < trial.problem.n * P; e++)
            trial.v[e] = c % 4 < 2 ? extremes[trial_below(rng, count)] : e % P == 0 ? 0.1 : -0.0;
        trial.problem.normalised = c < 8;
        trial_open(&trial);
        trial_query_all(&trial);
        for (int t = 0; t < 200; t++) {
            const size_t s = trial_below(rng, trial.problem.n);
            if (t % 2 == 0)
                trial_set(&trial, TRIAL_V, s, trial_below(rng, P),
                          extremes[trial_below(rng, count)]);
            else
                trial_set(&trial, TRIAL_K, s, 0, gsl_ran_gaussian_ziggurat(rng, 2));
            trial_query_all(&trial);
        }
        for (size_t s = 0; s < trial.problem.n; s++) /* back to a constant column */
            trial_set(&trial, TRIAL_V, s, 0, 0.1);
        trial_query_all(&trial);
        trial_check(&trial);
        trial_close(&trial);
        gsl_rng_free(rng);
    }
}

/* Values whose products and combinations underflow, under weights up to e^60 times what they were:
 * a charge that is lost to underflow while the weight that it belongs to is not is missed. */
static void test_tiny_values(void **state)
{
    static const char *const schemes[] = {NULL, "strassen", "dps222", "plain-2x2x2"};
    static const size_t sizes[] = {1, 2, 4, 7};

    (void)state;
    for (size_t c = 0; c < 4 * 4 * 16; c++) {
        if (trial_skips(c))
            continue;
        gsl_rng *rng = trial_rng(c);
        const size_t n = sizes[c / 4 % 4];
        const int power = (int)(c % 3 ? 40 + trial_below(rng, 30) : trial_below(rng, 160));
        struct trial trial;
        trial_one_feature(&trial, n, n, n, c / 16);
        trial.number = c;
        trial.problem.normalised = c / 16 % 4 == 0;
        trial.options.matmul = schemes[c % 4];
        trial.options.leaf = 1;
        for (size_t s = 0; s < n; s++)
            trial.q[s] = 1;
        for (size_t e = 0; e < n * n; e++)
            trial.v[e] = ldexp(2 * gsl_rng_uniform(rng) - 1, power - 1074);
        trial_open(&trial);
        for (int t = 0; t < 40; t++) {
            const size_t s = trial_below(rng, n);
            if (t % 4 < 3)
                trial_set(&trial, TRIAL_K, s, 0, (t % 16 < 8 ? 59 : 47) + gsl_rng_uniform(rng));
            else
                trial_set(&trial, TRIAL_V, s, trial_below(rng, n),
                          ldexp(2 * gsl_rng_uniform(rng) - 1, power - 1074));
            if (t % 8 > 5)
                trial_query_all(&trial);
        }
        trial_check(&trial);
        trial_close(&trial);
        gsl_rng_free(rng);
    }
}

/* All keys the same: the answer is the mean of the column, whatever the logits. */
static void test_duplicates(void **state)
{
    static const double keys[] = {0, 1, -300, 1e5, 1e30};

    (void)state;
    for (size_t option = 0; option < 8; option++) {
        if (trial_skips(option))
            continue;
        struct trial trial;
        trial_one_feature(&trial, M, N, P, option);
        for (size_t s = 0; s < N; s++)
            trial.k[s] = 7;
        trial_open(&trial);
        trial_query_all(&trial);
        for (size_t x = 0; x < sizeof keys / sizeof *keys; x++)
            for (size_t s = 0; s < N; s++) {
                trial_set(&trial, TRIAL_K, s, 0, keys[x]);
                trial_query_all(&trial);
            }
        trial_check(&trial);
        trial_close(&trial);
    }
}

/* Terms of a dot product that are huge and cancel, by up to 2^1000 against a logit near 0. */
static void test_cancellation(void **state)
{
    static const double sizes[] = {0x1p20, 0x1p40, 0x1p51, 0x1p100, 0x1p300, ODAMV_FEATURE_MAX};

    (void)state;
    for (size_t c = 0; c < 6 * 8; c++) {
        const double x = sizes[c % 6];
        struct trial trial;
        if (trial_skips(c))
            continue;
        trial_shape(&trial, 2, 4, 2, 1);
        trial.number = c;
        trial.options = trial_option(c / 6);
        for (size_t e = 0; e < 4; e++)
            trial.q[e] = x;
        for (size_t s = 0; s < 4; s++) {
            trial.k[2 * s] = s % 2 == 0 ? x : -x;
            trial.k[2 * s + 1] = -trial.k[2 * s];
            trial.v[s] = (double)s - 1.5;
        }
        if (x <= 0x1p51) /* logits of size 1 beside those of size 0 */
            trial.k[0] += 1 / x;
        trial_open(&trial);
        trial_query_all(&trial);
        for (size_t s = 0; s < 4; s++) {
            trial_set(&trial, TRIAL_V, s, 0, 1 / ((double)s + 3));
            trial_set(&trial, TRIAL_K, s, 0, trial.k[2 * s]);
            trial_query_all(&trial);
            if (x <= 0x1p40) {
                trial_set(&trial, TRIAL_K, s, 1, -trial.k[2 * s] + 3 / x);
                trial_query_all(&trial);
            }
        }
        trial_check(&trial);
        trial_close(&trial);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_low_parts),    cmocka_unit_test(test_denormal_products),
        cmocka_unit_test(test_large_logits), cmocka_unit_test(test_values),
        cmocka_unit_test(test_tiny_values),  cmocka_unit_test(test_duplicates),
        cmocka_unit_test(test_cancellation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
