/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Inputs chosen to break shifts, accumulated sums and bounds: huge, suddenly changing or cancelling
 * logits, values of every magnitude, long alternation. All answers are compared with the oracle.
 */
#include "trial.h"

#include <float.h>

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

/* A V update enlarges C between the first and the last tile of a row's fold in lazy-wc. */
static void test_value_grows_during_fold(void **state)
{
    enum { ROWS = 100, COLUMNS = 8, HALF = 2500 };
    const double low = 0.001, step = 0x1p-8 * 0.97 / 16;
    struct trial trial;
    (void)state;
    if (trial_skips(0))
        return;
    trial_one_feature(&trial, ROWS, 2, COLUMNS, 0);
    trial.options = (struct odamv_options){.threshold = 2 * HALF, .no_coalesce = true};
    for (size_t i = 0; i < ROWS; i++)
        trial.q[i] = 1;
    for (size_t j = 0; j < COLUMNS; j++) {
        trial.v[j] = 1;
        trial.v[COLUMNS + j] = 0;
    }
    trial.k[0] = log(low);
    trial.k[1] = 0;
    trial_open(&trial);
    for (size_t t = 1; t <= HALF; t++)
        trial_set(&trial, TRIAL_K, 0, 0, log(low + step * (double)t));
    for (size_t t = 1; t <= 40; t++) {
        trial_set(&trial, TRIAL_K, 0, 0, log(low + step * HALF) + 1e-9 * (double)t);
        if (t == 1)
            trial_set(&trial, TRIAL_V, 1, COLUMNS - 1, 0x1p45 * 1.0001);
        for (size_t i = 0; i < 4; i++)
            trial_query(&trial, i, COLUMNS - 1, NULL);
    }
    trial_check(&trial);
    trial_close(&trial);
}

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

/* Fast folds mix the rows: one whose weights change by exp(logit) next to rows that hardly change.
 * Every key goes up and down again and again. */
static void mix_rows(size_t number, size_t threshold, double logit, double most)
{
    enum { SIDE = 8, ROUNDS = 6 };
    struct trial trial;
    if (trial_skips(number))
        return;
    trial_shape(&trial, SIDE, SIDE, 1, SIDE);
    trial.number = number;
    for (size_t i = 0; i < SIDE; i++)
        trial.q[i] = i == 3 ? logit : 0.01 * (double)i;
    for (size_t e = 0; e < SIDE * SIDE; e++)
        trial.v[e] = (double)(e * 37 % 64) / 21 - 1.5;
    trial.options = (struct odamv_options){.threshold = threshold, .matmul = "strassen", .leaf = 1};
    trial_open(&trial);
    for (size_t t = 0; t < ROUNDS * SIDE; t++) {
        trial_set(&trial, TRIAL_K, t * 3 % SIDE, 0, t / SIDE % 2 ? 0 : 1);
        for (size_t i = 0; i < SIDE; i++)
            for (size_t j = 0; j < SIDE; j += 3) {
                struct odamv_answer answers[TRIAL_ENGINES];
                trial_query(&trial, i, j, answers);
                for (size_t e = 0; e < trial.engines; e++)
                    if (!(answers[e].bound <= most))
                        trial_fail(&trial, trial.engine[e], "query(%zu, %zu): bound %g > %g", i, j,
                                   answers[e].bound, most);
            }
    }
    trial_check(&trial);
    trial_close(&trial);
}

static void test_mixed_rows(void **state)
{
    (void)state;
    for (size_t number = 0; number < 4; number += 2) {
        const size_t threshold = number == 0 ? 4 : 8;
        mix_rows(number, threshold, 40, INFINITY);   /* exp(40) 2^-53 is 26: the bounds must tell */
        mix_rows(number + 1, threshold, 400, 1e-10); /* marked: nothing of it enters the fold */
    }
}

/* A row restored between two tiles of its block, next to a row of huge weights: a fast product of
 * records that are 0 for it is not. */
static void test_restored_between_tiles(void **state)
{
    enum { ROWS = 4, KEYS = 8, COLUMNS = 16 };
    struct trial trial;
    (void)state;
    if (trial_skips(0))
        return;
    trial_shape(&trial, ROWS, KEYS, 1, COLUMNS);
    for (size_t i = 0; i < ROWS; i++)
        trial.q[i] = i == 3 ? 40 : 0.01 * (double)(i + 1);
    for (size_t e = 0; e < KEYS * COLUMNS; e++)
        trial.v[e] = (double)(e * 37 % 64) / 21 - 1.5;
    trial.options = (struct odamv_options){.threshold = 8, .matmul = "strassen", .leaf = 1};
    trial_open(&trial);
    for (size_t s = 0; s < 5; s++)
        trial_set(&trial, TRIAL_K, s, 0, 1 + 0.01 * (double)s);
    trial_query_all(&trial);
    trial_set(&trial, TRIAL_Q, 0, 0, 0.02);
    trial_query_all(&trial);
    for (size_t s = 5; s < 8; s++) {
        trial_set(&trial, TRIAL_K, s, 0, 1);
        trial_query_all(&trial);
    }
    trial_check(&trial);
    trial_close(&trial);
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
        cmocka_unit_test(test_jumps),
        cmocka_unit_test(test_fall_under_zero_values),
        cmocka_unit_test(test_values_grow_while_sums_fall),
        cmocka_unit_test(test_value_grows_during_fold),
        cmocka_unit_test(test_low_parts),
        cmocka_unit_test(test_mixed_rows),
        cmocka_unit_test(test_restored_between_tiles),
        cmocka_unit_test(test_denormal_products),
        cmocka_unit_test(test_large_logits),
        cmocka_unit_test(test_swings),
        cmocka_unit_test(test_alternation),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_duplicates),
        cmocka_unit_test(test_cancellation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
