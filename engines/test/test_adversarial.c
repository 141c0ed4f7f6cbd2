/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Inputs chosen to break shifts, accumulated sums and bounds: huge and suddenly changing logits,
 * values of every magnitude, and everything that the contract says must be refused. All answers are
 * compared with the oracle; after a refusal they must be the same bits as before.
 */
#include "trial.h"

#include <float.h>

enum { M = 4, N = 6, P = 2 };

static const size_t thresholds[] = {1, 2, 4, 0};

static void query_all(struct trial *trial) {
    for (size_t i = 0; i < trial->problem.m; i++)
        for (size_t j = 0; j < trial->problem.p; j++)
            trial_query(trial, i, j, NULL);
}

/* One feature, queries 1, 1/2, -1, 0 and so on: a logit is a key's entry times that. */
static void shape_one_feature(struct trial *trial, size_t m, size_t n, size_t p, size_t option) {
    static const double directions[] = {1.0, 0.5, -1.0, 0.0};

    trial_shape(trial, m, n, 1, p);
    for (size_t i = 0; i < m; i++)
        trial->q[i] = directions[i % 4];
    for (size_t s = 0; s < n; s++)
        trial->k[s] = 0.1 * (double)s;
    for (size_t e = 0; e < n * p; e++)
        trial->v[e] = (e % 3 == 0 ? -1.0 : 0.7) * (double)(e + 1);
    trial->options.threshold = thresholds[option % 4];
    trial->options.no_coalesce = option >= 4;
    trial->number = option;
}

/* A dominant key lowered by e^100 and more, another raised by e^600, and back; all queried. */
static void test_jumps(void **state) {
    static const double steps[] = {100, 0,  600,  0,    -600, 1,    700,   -700, 690,     1e3, 1,
                                   1e5, -1, -1e5, 1e15, 0,    1e30, -1e30, 0.1,  0x1p100, 0,   2};

    (void)state;
    for (size_t option = 0; option < 8; option++)
        for (size_t together = 1; together <= N; together += 2) {
            if (trial_skips(option))
                continue;
            struct trial trial;
            shape_one_feature(&trial, M, N, P, option);
            trial_open(&trial);
            for (size_t t = 0; t < sizeof steps / sizeof *steps; t++) {
                for (size_t s = 0; s < together; s++)
                    trial_set(&trial, TRIAL_K, (s + t) % 3 + s / 3, 0,
                              steps[t] * (1 - 0.01 * (double)s));
                query_all(&trial);
            }
            trial_check(&trial);
            trial_close(&trial);
        }
}

/* Random logits of a magnitude from the start, moved and queried at once. */
static void test_large_logits(void **state) {
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
        shape_one_feature(&trial, 3, n, P, c / 24);
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
            query_all(&trial);
        }
        trial_check(&trial);
        trial_close(&trial);
        gsl_rng_free(rng);
    }
}

/* 10^5 times +x, -x on one cell: the bounds stay small, since drift is reset. */
static void test_alternation(void **state) {
    static const double steps[] = {1, 25, 100};

    (void)state;
    for (size_t option = 0; option < 4; option++)
        for (size_t x = 0; x < 3; x++) {
            if (trial_skips(option))
                continue;
            const unsigned long updates = trial_environment("CASES", 100000);
            struct odamv_answer answers[TRIAL_ENGINES];
            struct trial trial;
            shape_one_feature(&trial, M, N, P, option);
            trial_open(&trial);
            for (unsigned long t = 0; t < updates; t++)
                trial_set(&trial, TRIAL_K, 2, 0, t % 2 == 0 ? steps[x] : -steps[x]);
            query_all(&trial);
            for (unsigned long t = 0; t < updates / 10; t++)
                trial_set(&trial, TRIAL_V, 2, 1, t % 2 == 0 ? steps[x] : -steps[x]);
            query_all(&trial);
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
static void test_values(void **state) {
    static const double extremes[] = {ODAMV_VALUE_MAX, -ODAMV_VALUE_MAX, 0x1p-1074, -0.0, 1.0,
                                      -DBL_MIN,        0x1p-600,         3.0};
    const size_t count = sizeof extremes / sizeof *extremes;

    (void)state;
    for (size_t c = 0; c < 16; c++) {
        if (trial_skips(c))
            continue;
        gsl_rng *rng = trial_rng(c);
        struct trial trial;
        shape_one_feature(&trial, M, c % 2 == 0 ? N : 1, P, c / 2);
        trial.number = c;
        for (size_t e = 0; e < trial.problem.n * P; e++)
            trial.v[e] = c % 4 < 2 ? extremes[trial_below(rng, count)] : e % P == 0 ? 0.1 : -0.0;
        trial.problem.normalised = c < 8;
        trial_open(&trial);
        query_all(&trial);
        for (int t = 0; t < 200; t++) {
            const size_t s = trial_below(rng, trial.problem.n);
            if (t % 2 == 0)
                trial_set(&trial, TRIAL_V, s, trial_below(rng, P),
                          extremes[trial_below(rng, count)]);
            else
                trial_set(&trial, TRIAL_K, s, 0, gsl_ran_gaussian_ziggurat(rng, 2));
            query_all(&trial);
        }
        for (size_t s = 0; s < trial.problem.n; s++) /* back to a constant column */
            trial_set(&trial, TRIAL_V, s, 0, 0.1);
        query_all(&trial);
        trial_check(&trial);
        trial_close(&trial);
        gsl_rng_free(rng);
    }
}

/* All keys the same: the answer is the mean of the column, whatever the logits. */
static void test_duplicates(void **state) {
    static const double keys[] = {0, 1, -300, 1e5, 1e30};

    (void)state;
    for (size_t option = 0; option < 8; option++) {
        if (trial_skips(option))
            continue;
        struct trial trial;
        shape_one_feature(&trial, M, N, P, option);
        for (size_t s = 0; s < N; s++)
            trial.k[s] = 7;
        trial_open(&trial);
        query_all(&trial);
        for (size_t x = 0; x < sizeof keys / sizeof *keys; x++)
            for (size_t s = 0; s < N; s++) {
                trial_set(&trial, TRIAL_K, s, 0, keys[x]);
                query_all(&trial);
            }
        trial_check(&trial);
        trial_close(&trial);
    }
}

/* Terms of a dot product that are huge and cancel, by up to 2^1000 against a logit near 0. */
static void test_cancellation(void **state) {
    static const double sizes[] = {0x1p20, 0x1p40, 0x1p51, 0x1p100, 0x1p300, ODAMV_FEATURE_MAX};

    (void)state;
    for (size_t c = 0; c < 6 * 8; c++) {
        const double x = sizes[c % 6];
        struct trial trial;
        if (trial_skips(c))
            continue;
        trial_shape(&trial, 2, 4, 2, 1);
        trial.number = c;
        trial.options = (struct odamv_options){thresholds[c / 6 % 4], c >= 24};
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
        query_all(&trial);
        for (size_t s = 0; s < 4; s++) {
            trial_set(&trial, TRIAL_V, s, 0, 1 / ((double)s + 3));
            trial_set(&trial, TRIAL_K, s, 0, trial.k[2 * s]);
            query_all(&trial);
            if (x <= 0x1p40) {
                trial_set(&trial, TRIAL_K, s, 1, -trial.k[2 * s] + 3 / x);
                query_all(&trial);
            }
        }
        trial_check(&trial);
        trial_close(&trial);
    }
}

/* Every answer of engine e, without the oracle. */
static void read_all(const struct trial *trial, size_t e, struct odamv_answer *out) {
    const struct odamv_problem *a = &trial->problem;

    for (size_t i = 0; i < a->m; i++)
        for (size_t j = 0; j < a->p; j++) {
            out[i * a->p + j] = (struct odamv_answer){NAN, NAN};
            if (trial->engine[e]->query(trial->state[e], i, j, out + i * a->p + j) != ODAMV_OK)
                trial_fail(trial, trial->engine[e], "query(%zu, %zu) refused", i, j);
        }
}

/* The update must be refused by every engine, and change nothing. */
static void refuse(struct trial *trial, enum trial_matrix which, size_t row, size_t column,
                   double value) {
    struct odamv_answer before[M * P], after[M * P];

    trial->step++;
    for (size_t e = 0; e < trial->engines; e++) {
        enum odamv_status status;
        if (which == TRIAL_Q && trial->engine[e]->set_q == NULL)
            continue;
        read_all(trial, e, before); /* once to settle what a query may settle */
        read_all(trial, e, before);
        status = trial_call_set(trial->engine[e], trial->state[e], which, row, column, value);
        if (status != ODAMV_DOMAIN)
            trial_fail(trial, trial->engine[e], "set_%c(%zu, %zu, %a): %s, expected domain",
                       "kvq"[which], row, column, value, odamv_status_name(status));
        read_all(trial, e, after);
        if (memcmp(before, after, sizeof before) != 0)
            trial_fail(trial, trial->engine[e], "refused set_%c(%zu, %zu, %a) changed an answer",
                       "kvq"[which], row, column, value);
    }
    trial_check(trial);
    query_all(trial);
}

static void refuse_indices(struct trial *trial) {
    const struct odamv_problem *a = &trial->problem;
    static const size_t far[] = {0, 1, (size_t)-1 / 2, (size_t)-1 - 8};

    for (size_t x = 0; x < 4; x++) {
        struct odamv_answer out[M + P + N];
        refuse(trial, TRIAL_K, a->n + far[x], 0, 1);
        refuse(trial, TRIAL_K, 0, a->d + far[x], 1);
        refuse(trial, TRIAL_V, a->n + far[x], 0, 1);
        refuse(trial, TRIAL_V, 0, a->p + far[x], 1);
        refuse(trial, TRIAL_Q, a->m + far[x], 0, 1);
        refuse(trial, TRIAL_Q, 0, a->d + far[x], 1);
        for (size_t e = 0; e < trial->engines; e++) {
            const struct odamv_engine *engine = trial->engine[e];
            void *instance = trial->state[e];
            if (engine->query(instance, a->m + far[x], 0, out) != ODAMV_DOMAIN ||
                engine->query(instance, 0, a->p + far[x], out) != ODAMV_DOMAIN ||
                odamv_query_column(engine, instance, a->m, a->p + far[x], out) != ODAMV_DOMAIN ||
                odamv_query_row(engine, instance, a->p, a->m + far[x], out) != ODAMV_DOMAIN)
                trial_fail(trial, engine, "a query beyond the end by %zu was not refused", far[x]);
        }
    }
}

static void test_refusals(void **state) {
    static const double bad[] = {NAN, INFINITY, -INFINITY};

    (void)state;
    for (size_t option = 0; option < 8; option++) {
        if (trial_skips(option))
            continue;
        struct trial trial;
        shape_one_feature(&trial, M, N, P, option);
        trial.problem.normalised = option % 4 != 1;
        trial_open(&trial);
        for (size_t t = 0; t < 5; t++) { /* pending records at some of the refusals */
            trial_set(&trial, TRIAL_K, t, 0, 0.3 * (double)t);
            trial_set(&trial, TRIAL_V, t, 1, 1 - (double)t);
            for (size_t x = 0; x < 3; x++) {
                refuse(&trial, TRIAL_K, t, 0, bad[x]);
                refuse(&trial, TRIAL_V, t, 1, bad[x]);
                refuse(&trial, TRIAL_Q, t % M, 0, bad[x]);
            }
            refuse(&trial, TRIAL_K, t, 0, 0x1.00001p100);
            refuse(&trial, TRIAL_K, 5, 0, -0x1.8p100);
            refuse(&trial, TRIAL_K, t, 0, DBL_MAX);
            refuse(&trial, TRIAL_Q, 0, 0, 0x1p120);
            refuse(&trial, TRIAL_Q, t % M, 0, -DBL_MAX);
            refuse(&trial, TRIAL_V, 3, t % P, 1.00001 * ODAMV_VALUE_MAX);
            refuse(&trial, TRIAL_V, 5, 0, -DBL_MAX);
        }
        refuse_indices(&trial);
        trial_close(&trial);
    }
}

/* Entries of K and Q have a limit of their own, also where they meet only zeros. */
static void test_features(void **state) {
    static const double zero_or_tiny[] = {0, -0.0, 0x1p-1074, 0x1p-402};

    (void)state;
    for (size_t option = 0; option < 8; option++) {
        struct trial trial;
        if (trial_skips(option))
            continue;
        shape_one_feature(&trial, M, N, P, option);
        for (size_t i = 0; i < M; i++)
            trial.q[i] = zero_or_tiny[i];
        trial_open(&trial);
        trial_set(&trial, TRIAL_K, 1, 0, ODAMV_FEATURE_MAX);
        trial_set(&trial, TRIAL_K, 4, 0, -ODAMV_FEATURE_MAX);
        query_all(&trial);
        refuse(&trial, TRIAL_K, 1, 0, 1.00001 * ODAMV_FEATURE_MAX);
        refuse(&trial, TRIAL_K, 2, 0, -DBL_MAX);
        refuse(&trial, TRIAL_Q, 0, 0, 1);
        trial_set(&trial, TRIAL_K, 1, 0, 0x1p90);
        trial_set(&trial, TRIAL_K, 4, 0, -1);
        query_all(&trial);
        if (trial.can_set_q)
            trial_set(&trial, TRIAL_Q, 0, 0, 1);
        query_all(&trial);
        trial_check(&trial);
        trial_close(&trial);
    }
}

/* Unnormalised: answers near the end of the doubles, beyond it (refused), and back. */
static void test_unnormalised_range(void **state) {
    static const double logits[] = {700, -700, -745, -1e4, 709, 720, 700, 1e4, 1e9, -1e15, 1, 1e30};

    (void)state;
    for (size_t option = 0; option < 8; option++) {
        if (trial_skips(option))
            continue;
        struct trial trial;
        trial_shape(&trial, 2, 2, 1, 1);
        trial.q[0] = trial.q[1] = 1;
        trial.v[0] = trial.v[1] = 1;
        trial.problem.normalised = false;
        trial.options = (struct odamv_options){thresholds[option % 4], option >= 4};
        trial.number = option;
        trial_open(&trial);
        for (size_t x = 0; x < sizeof logits / sizeof *logits; x++) {
            trial_set(&trial, TRIAL_K, x % 2, 0, logits[x]);
            trial_set(&trial, TRIAL_K, (x + 1) % 2, 0, -3);
            for (size_t e = 0; e < trial.engines && logits[x] > 710; e++) {
                struct odamv_answer answer = {NAN, NAN};
                if (trial.engine[e]->query(trial.state[e], 1, 0, &answer) != ODAMV_DOMAIN)
                    trial_fail(&trial, trial.engine[e], "an answer beyond the doubles: %g",
                               answer.value);
            }
            if (logits[x] <= 710)
                query_all(&trial);
            trial_check(&trial);
        }
        trial_close(&trial);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_jumps),
        cmocka_unit_test(test_large_logits),
        cmocka_unit_test(test_alternation),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_duplicates),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_unnormalised_range),
        cmocka_unit_test(test_cancellation),
        cmocka_unit_test(test_features),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
