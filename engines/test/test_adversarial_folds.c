/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Folds at the worst moment: while a value grows, between rows of very different weights, after one
 * of the rows was restored. All answers are compared with the oracle.
 */
#include "trial.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_value_grows_during_fold),
        cmocka_unit_test(test_mixed_rows),
        cmocka_unit_test(test_restored_between_tiles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
