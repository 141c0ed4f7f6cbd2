/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Weights that rise and fall far and often, until the accumulated row sums could have lost what
 * they are asked about. All answers are compared with the oracle.
 */
#include "trial.h"

enum { M = 4, N = 6, P = 2 };

/* A dominant key lowered by e^100 and more, another raised by e^600, and back; all queried. */
static void test_jumps(void **state)
{
    static const double steps[] = {100, 0,  600,  0,    -600, 1,    700,   -700, 690,     1e3, 1,
                                   1e5, -1, -1e5, 1e15, 0,    1e30, -1e30, 0.1,  0x1p100, 0,   2};

    (void)state;
    for (size_t option = 0; option < 8; option++)
        for (size_t together = 1; together <= N; together += 2) {
            if (trial_skips(option))
                continue;
            struct trial trial;
            trial_one_feature(&trial, M, N, P, option);
            trial_open(&trial);
            for (size_t t = 0; t < sizeof steps / sizeof *steps; t++) {
                for (size_t s = 0; s < together; s++)
                    trial_set(&trial, TRIAL_K, (s + t) % 3 + s / 3, 0,
                              steps[t] * (1 - 0.01 * (double)s));
                trial_query_all(&trial);
            }
            trial_check(&trial);
            trial_close(&trial);
        }
}

/* D falls far while all values are zero, when nothing of the answers shows it, and they are set
 * later. */
static void test_fall_under_zero_values(void **state)
{
    (void)state;
    for (size_t option = 0; option < 8; option++)
        for (int rise = 10; rise <= 55; rise += 5) {
            if (trial_skips(option))
                continue;
            struct trial trial;
            trial_one_feature(&trial, M, N, P, option);
            for (size_t s = 0; s < N; s++)
                trial.k[s] = 0.1 * (double)s;
            memset(trial.v, 0, N * P * sizeof *trial.v);
            trial_open(&trial);
            trial_set(&trial, TRIAL_K, 0, 0, rise + 0.7);
            trial_set(&trial, TRIAL_K, 0, 0, -3.3);
            for (size_t s = 0; s < N; s++)
                trial_set(&trial, TRIAL_V, s, 1, 0.3 + 0.7 * (double)s);
            trial_query_all(&trial);
            trial_check(&trial);
            trial_close(&trial);
        }
}

/* D falls by e^12.5 at a time while the values grow by 1e25 at a time: what D loses is invisible
 * beside the values that it will be asked about. */
static void test_values_grow_while_sums_fall(void **state)
{
    enum { KEYS = 64 };
    (void)state;
    for (size_t c = 0; c < 40; c++) {
        if (trial_skips(c))
            continue;
        gsl_rng *rng = trial_rng(c);
        struct trial trial;
        double logit = 59, value = 1e-140;
        trial_one_feature(&trial, 1, KEYS, 1, c % 8);
        trial.number = c;
        for (size_t s = 0; s < KEYS; s++) {
            trial.k[s] = -300 - (double)s;
            trial.v[s] = 0;
        }
        trial.k[1] = 0.1 + 0.3 * gsl_rng_uniform(rng);
        trial.v[1] = value;
        trial_open(&trial);
        for (double x = 10; x < logit; x += 10)
            trial_set(&trial, TRIAL_K, 0, 0, x);
        trial_set(&trial, TRIAL_K, 0, 0, logit + 0.9 * gsl_rng_uniform(rng));
        for (size_t t = 0; t < 4; t++)
            trial_set(&trial, TRIAL_K, 2 + t % 2, 0,
                      logit - 36 - 9 * (double)(t % 2) - 5 * gsl_rng_uniform(rng));
        while (logit > 2) {
            logit = fmax(logit - 12.5, -5);
            trial_set(&trial, TRIAL_V, 1, 0, value *= 1e25);
            trial_set(&trial, TRIAL_K, 0, 0, logit + gsl_rng_uniform(rng));
            trial_query_all(&trial);
            trial_set(&trial, TRIAL_K, 2, 0, logit - 20 * gsl_rng_uniform(rng));
            trial_query_all(&trial);
        }
        trial_set(&trial, TRIAL_V, 1, 0, value *= 1e25);
        for (size_t s = 0; s < 4; s++) {
            trial_set(&trial, TRIAL_K, (s + 2) % 4 == 1 ? 4 : (s + 2) % 4, 0, -250);
            trial_query_all(&trial);
        }
        trial_check(&trial);
        trial_close(&trial);
        gsl_rng_free(rng);
    }
}

/* One weight swings between about 1 and up to 2^12 times all others: what its large values leave in
 * accumulated sums weighs most when it is small again, yet may be too little to mark the row. */
static void test_swings(void **state)
{
    static const size_t sizes[] = {4, 16, 64};

    (void)state;
    for (size_t c = 0; c < 3 * 8; c++) {
        const size_t n = sizes[c % 3];
        struct trial trial;
        gsl_rng *rng;
        if (trial_skips(c))
            continue;
        rng = trial_rng(c);
        trial_one_feature(&trial, M, n, P, c / 3);
        trial.number = c;
        trial.problem.normalised = c % 2 == 0;
        trial_fill(rng, trial.v, n * P, 1);
        trial_fill(rng, trial.k, n, 0.1);
        trial_open(&trial);
        for (size_t t = 0; t < 20 * n; t++) {
            const double share = exp(log(4096) * gsl_rng_uniform(rng));
            const size_t s = trial_below(rng, 3);
            trial_set(&trial, TRIAL_K, s, 0, log(share * (double)n));
            if (trial_below(rng, 4) == 0)
                trial_set(&trial, TRIAL_V, s, 0, gsl_ran_gaussian_ziggurat(rng, 1));
            trial_set(&trial, TRIAL_K, s, 0, gsl_ran_gaussian_ziggurat(rng, 0.1));
            trial_query_all(&trial);
        }
        trial_check(&trial);
        trial_close(&trial);
        gsl_rng_free(rng);
    }
}

/* 10^5 times +x, -x on one cell: the bounds stay small, since drift is reset. */
static void test_alternation(void **state)
{
    static const double steps[] = {1, 25, 100};

    (void)state;
    for (size_t option = 0; option < 4; option++)
        for (size_t x = 0; x < 3; x++) {
            if (trial_skips(option))
                continue;
            const unsigned long updates = trial_environment("CASES", 100000);
            struct odamv_answer answers[TRIAL_ENGINES];
            struct trial trial;
            trial_one_feature(&trial, M, N, P, option);
            trial_open(&trial);
            for (unsigned long t = 0; t < updates; t++)
                trial_set(&trial, TRIAL_K, 2, 0, t % 2 == 0 ? steps[x] : -steps[x]);
            trial_query_all(&trial);
            for (unsigned long t = 0; t < updates / 10; t++)
                trial_set(&trial, TRIAL_V, 2, 1, t % 2 == 0 ? steps[x] : -steps[x]);
            trial_query_all(&trial);
            trial_query(&trial, 1, 1, answers);
            for (size_t e = 0; e < trial.engines; e++)
                if (!(answers[e].bound <= 1e-9 * steps[x]))
                    trial_fail(&trial, trial.engine[e], "bound %g after alternating +-%g",
                               answers[e].bound, steps[x]);
            trial_check(&trial);
            trial_close(&trial);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_jumps),
        cmocka_unit_test(test_fall_under_zero_values),
        cmocka_unit_test(test_values_grow_while_sums_fall),
        cmocka_unit_test(test_swings),
        cmocka_unit_test(test_alternation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
