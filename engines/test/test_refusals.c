/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything that the contract says must be refused, in front of pending records too. After a
 * refusal all answers must be the same bits as before, and right.
 */
#include "trial.h"

#include <float.h>

enum { M = 4, N = 6, P = 2 };

/* Every answer of engine e, without the oracle. */
static void read_all(const struct trial *trial, size_t e, struct odamv_answer *out)
{
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
                   double value)
{
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
    trial_query_all(trial);
}

static void refuse_indices(struct trial *trial)
{
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

static void test_refusals(void **state)
{
    static const double bad[] = {NAN, INFINITY, -INFINITY};

    (void)state;
    for (size_t option = 0; option < 8; option++) {
        if (trial_skips(option))
            continue;
        struct trial trial;
        trial_one_feature(&trial, M, N, P, option);
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
static void test_features(void **state)
{
    static const double zero_or_tiny[] = {0, -0.0, 0x1p-1074, 0x1p-402};

    (void)state;
    for (size_t option = 0; option < 8; option++) {
        struct trial trial;
        if (trial_skips(option))
            continue;
        trial_one_feature(&trial, M, N, P, option);
        for (size_t i = 0; i < M; i++)
            trial.q[i] = zero_or_tiny[i];
        trial_open(&trial);
        trial_set(&trial, TRIAL_K, 1, 0, ODAMV_FEATURE_MAX);
        trial_set(&trial, TRIAL_K, 4, 0, -ODAMV_FEATURE_MAX);
        trial_query_all(&trial);
        refuse(&trial, TRIAL_K, 1, 0, 1.00001 * ODAMV_FEATURE_MAX);
        refuse(&trial, TRIAL_K, 2, 0, -DBL_MAX);
        refuse(&trial, TRIAL_Q, 0, 0, 1);
        trial_set(&trial, TRIAL_K, 1, 0, 0x1p90);
        trial_set(&trial, TRIAL_K, 4, 0, -1);
        trial_query_all(&trial);
        if (trial.can_set_q)
            trial_set(&trial, TRIAL_Q, 0, 0, 1);
        trial_query_all(&trial);
        trial_check(&trial);
        trial_close(&trial);
    }
}

/* Unnormalised: answers near the end of the doubles, beyond it (refused), and back. */
static void test_unnormalised_range(void **state)
{
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
        trial.options = trial_option(option);
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
                trial_query_all(&trial);
            trial_check(&trial);
        }
        trial_close(&trial);
    }
}

/* A multiplication that does not exist is no lack of memory, whoever finds out. */
static void test_unknown_product(void **state)
{
    const struct odamv_options options = {.matmul = "no-such-scheme"};
    struct trial trial;

    (void)state;
    trial_one_feature(&trial, M, N, P, 0);
    for (size_t e = 0; odamv_engines[e] != NULL; e++) {
        const struct odamv_engine *engine = odamv_engines[e];
        const bool multiplies = strncmp(engine->name, "lazy", 4) == 0;
        void *instance = &trial;
        if (!trial_wants(engine))
            continue;
        const enum odamv_status status = engine->open(&trial.problem, &options, &instance);
        if (status != (multiplies ? ODAMV_DOMAIN : ODAMV_OK) || (instance == NULL) != multiplies)
            trial_fail(&trial, engine, "open: %s, instance %p", odamv_status_name(status),
                       instance);
        engine->close(instance);
    }
    trial_close(&trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_features),
        cmocka_unit_test(test_unnormalised_range),
        cmocka_unit_test(test_unknown_product),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
