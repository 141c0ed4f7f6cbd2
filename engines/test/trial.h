/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * trial.h: one problem played on several engines in lockstep, with the oracle beside them. Static
 * functions, since every test is a program of its own.
 *
 * Environment of the tests that use it: SEED (default 1), CASES (how many), CASE (only that one),
 * ENGINE (only that engine). A case depends on SEED and its own number only, so CASE repeats it
 * exactly.
 */
#ifndef ODAMV_TEST_TRIAL_H
#define ODAMV_TEST_TRIAL_H

#include "engines/oracle/oracle.h"

#include "odamv.h"

#include <errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* after the headers that it needs */
#include <cmocka.h>

enum { TRIAL_ENGINES = 16 };

enum trial_matrix { TRIAL_K, TRIAL_V, TRIAL_Q };

struct trial {
    struct odamv_problem problem; /* q, k, v point to the arrays below */
    struct odamv_options options;
    double *q, *k, *v; /* the present state */
    const struct odamv_engine *engine[TRIAL_ENGINES];
    void *state[TRIAL_ENGINES];
    size_t engines;
    struct oracle *oracle;
    unsigned long number; /* of the case */
    unsigned long step;   /* operations so far */
    bool can_set_q;       /* every engine offers set_q */
};

static inline unsigned long trial_environment(const char *name, unsigned long otherwise)
{
    const char *text = getenv(name);
    char *end;
    unsigned long value;

    if (text == NULL || *text == '\0')
        return otherwise;
    value = strtoul(text, &end, 10);
    if (*end != '\0')
        fail_msg("%s=%s: expected a decimal number", name, text);
    return value;
}

/* The cases to run: [*from, *to). */
static inline void trial_cases(unsigned long count, unsigned long *from, unsigned long *to)
{
    *from = 0;
    *to = trial_environment("CASES", count);
    if (getenv("CASE") != NULL) {
        *from = trial_environment("CASE", 0);
        *to = *from + 1;
    }
}

/* For tests that number their cases without trial_cases. */
static inline bool trial_skips(unsigned long number)
{
    return getenv("CASE") != NULL && trial_environment("CASE", 0) != number;
}

/* A generator for that case alone (SplitMix64's finaliser decorrelates neighbouring numbers). */
static inline gsl_rng *trial_rng(unsigned long number)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    uint64_t z = trial_environment("SEED", 1) * 0x9e3779b97f4a7c15u + number;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    gsl_rng_set(rng, (unsigned long)(z ^ (z >> 31)));
    return rng;
}

static inline size_t trial_below(gsl_rng *rng, size_t limit)
{
    return (size_t)gsl_rng_uniform_int(rng, limit);
}

/* 1..largest, log-uniform. */
static inline size_t trial_size(gsl_rng *rng, size_t largest)
{
    size_t size = (size_t)exp(gsl_rng_uniform(rng) * log((double)largest + 1));

    return size < 1 ? 1 : size > largest ? largest : size;
}

/* False: ENGINE asks for another one. */
static inline bool trial_wants(const struct odamv_engine *engine)
{
    const char *only = getenv("ENGINE");

    return only == NULL || *only == '\0' || strcmp(only, engine->name) == 0;
}

/* Fails with all that is known about the case; engine may be null. */
static inline void trial_fail(const struct trial *trial, const struct odamv_engine *engine,
                              const char *format, ...)
{
    const struct odamv_problem *a = &trial->problem;
    char what[512];
    va_list list;

    va_start(list, format);
    vsnprintf(what, sizeof what, format, list);
    va_end(list);
    fail_msg("%s: %s\n  m=%zu n=%zu d=%zu p=%zu scale=%a %s threshold=%zu %s, %s leaf %zu, case "
             "%lu, step %lu\n"
             "  repeat: SEED=%lu CASE=%lu ENGINE=%s %s",
             engine == NULL ? "all engines" : engine->name, what, a->m, a->n, a->d, a->p, a->scale,
             a->normalised ? "normalised" : "unnormalised", trial->options.threshold,
             trial->options.no_coalesce ? "no coalescing" : "coalescing",
             trial->options.matmul ? trial->options.matmul : "classical", trial->options.leaf,
             trial->number, trial->step, trial_environment("SEED", 1), trial->number,
             engine == NULL ? "" : engine->name, program_invocation_name);
}

static inline void trial_array(double **array, size_t count)
{
    *array = calloc(count, sizeof **array);
    assert_non_null(*array);
}

/* Zero matrices of that shape, to be filled before trial_open. */
static inline void trial_shape(struct trial *trial, size_t m, size_t n, size_t d, size_t p)
{
    memset(trial, 0, sizeof *trial);
    trial_array(&trial->q, m * d);
    trial_array(&trial->k, n * d);
    trial_array(&trial->v, n * p);
    trial->problem = (struct odamv_problem){m, n, d, p, trial->q, trial->k, trial->v, 1.0, true};
}

static inline void trial_fill(gsl_rng *rng, double *array, size_t count, double sigma)
{
    for (size_t e = 0; e < count; e++)
        array[e] = gsl_ran_gaussian_ziggurat(rng, sigma);
}

/* Leaves NaNs in the memory that malloc hands out next: an engine that reads what it has not
 * written is then found out without valgrind, even where it multiplies that by 0. */
static inline void trial_soil_heap(void)
{
    enum { BLOCKS = 12 };
    void *blocks[BLOCKS];

    for (size_t b = 0; b < BLOCKS; b++)
        if ((blocks[b] = malloc((size_t)32 << b)) != NULL)
            memset(blocks[b], 0xff, (size_t)32 << b);
    for (size_t b = 0; b < BLOCKS; b++)
        free(blocks[b]);
}

/* Opens one engine on the matrices as they are. */
static inline void trial_add(struct trial *trial, const struct odamv_engine *engine)
{
    char message[256] = "";
    const size_t e = trial->engines;
    enum odamv_status status;

    assert_true(e < TRIAL_ENGINES);
    trial_soil_heap();
    status = odamv_open(engine, &trial->problem, &trial->options, &trial->state[e], message,
                        sizeof message);
    if (status != ODAMV_OK)
        trial_fail(trial, engine, "open: %s: %s", odamv_status_name(status), message);
    trial->can_set_q = (e == 0 || trial->can_set_q) && engine->set_q != NULL;
    trial->engine[trial->engines++] = engine;
}

/* Opens the oracle and every engine of the library that ENGINE admits. */
static inline void trial_open(struct trial *trial)
{
    trial->oracle = oracle_open(&trial->problem);
    assert_non_null(trial->oracle);
    for (size_t e = 0; odamv_engines[e] != NULL; e++)
        if (trial_wants(odamv_engines[e]))
            trial_add(trial, odamv_engines[e]);
    assert_true(trial->engines > 0);
}

static inline void trial_close(struct trial *trial)
{
    for (size_t e = 0; e < trial->engines; e++)
        trial->engine[e]->close(trial->state[e]);
    oracle_close(trial->oracle);
    free(trial->q);
    free(trial->k);
    free(trial->v);
    memset(trial, 0, sizeof *trial);
}

static inline double *trial_cell(struct trial *trial, enum trial_matrix which, size_t row,
                                 size_t column)
{
    if (which == TRIAL_K)
        return trial->k + row * trial->problem.d + column;
    if (which == TRIAL_V)
        return trial->v + row * trial->problem.p + column;
    return trial->q + row * trial->problem.d + column;
}

static inline enum odamv_status trial_call_set(const struct odamv_engine *engine, void *state,
                                               enum trial_matrix which, size_t row, size_t column,
                                               double value)
{
    if (which == TRIAL_K)
        return engine->set_k(state, row, column, value);
    if (which == TRIAL_V)
        return engine->set_v(state, row, column, value);
    return engine->set_q(state, row, column, value);
}

/* One update on every engine, which all have to accept, and on the oracle. */
static inline void trial_set(struct trial *trial, enum trial_matrix which, size_t row,
                             size_t column, double value)
{
    trial->step++;
    for (size_t e = 0; e < trial->engines; e++) {
        const enum odamv_status status =
            trial_call_set(trial->engine[e], trial->state[e], which, row, column, value);
        if (status != ODAMV_OK)
            trial_fail(trial, trial->engine[e], "set_%c(%zu, %zu, %a): %s", "kvq"[which], row,
                       column, value, odamv_status_name(status));
    }
    *trial_cell(trial, which, row, column) = value;
    if (trial->oracle == NULL)
        return;
    if (which == TRIAL_K)
        oracle_set_k(trial->oracle, row, column, value);
    else if (which == TRIAL_V)
        oracle_set_v(trial->oracle, row, column, value);
    else
        oracle_set_q(trial->oracle, row, column, value);
}

/* What every answer has to be, whether or not it is compared with the oracle. */
static inline void trial_check_sane(const struct trial *trial, size_t e, const char *call, size_t i,
                                    size_t j, const struct odamv_answer *answer)
{
    if (!(isfinite(answer->value) && answer->bound >= 0 && isfinite(answer->bound)))
        trial_fail(trial, trial->engine[e],
                   "%s at (%zu, %zu): value %g, bound %g: expected finite ones", call, i, j,
                   answer->value, answer->bound);
}

/* The answer against the exact one, B[i,j]. */
static inline void trial_check_exact(const struct trial *trial, size_t e, const char *call,
                                     size_t i, size_t j, const struct odamv_answer *answer,
                                     const arb_t exact)
{
    const struct oracle_error error = oracle_distance(exact, answer->value);

    trial_check_sane(trial, e, call, i, j, answer);
    if (!(error.lower <= answer->bound)) {
        char *text = arb_get_str(exact, 25, ARB_STR_NO_RADIUS);
        char what[256];
        snprintf(what, sizeof what, "%s at (%zu, %zu): value %.17g, exact %s, error %g > bound %g",
                 call, i, j, answer->value, text, error.lower, answer->bound);
        flint_free(text);
        trial_fail(trial, trial->engine[e], "%s", what);
    }
}

/* An entry query of every engine, compared with the oracle; answers[0..engines-1] unless null. */
static inline void trial_query(struct trial *trial, size_t i, size_t j,
                               struct odamv_answer *answers)
{
    arb_t exact;

    trial->step++;
    arb_init(exact);
    oracle_query(trial->oracle, i, j, exact);
    for (size_t e = 0; e < trial->engines; e++) {
        struct odamv_answer answer = {NAN, NAN};
        const enum odamv_status status = trial->engine[e]->query(trial->state[e], i, j, &answer);
        if (status != ODAMV_OK)
            trial_fail(trial, trial->engine[e], "query(%zu, %zu): %s", i, j,
                       odamv_status_name(status));
        trial_check_exact(trial, e, "query", i, j, &answer, exact);
        if (answers != NULL)
            answers[e] = answer;
    }
    arb_clear(exact);
}

/* Every entry, compared with the oracle. */
static inline void trial_query_all(struct trial *trial)
{
    for (size_t i = 0; i < trial->problem.m; i++)
        for (size_t j = 0; j < trial->problem.p; j++)
            trial_query(trial, i, j, NULL);
}

/* Half of all cases multiply fast, down to small leaves. */
static inline void trial_choose_product(struct trial *trial, gsl_rng *rng)
{
    static const char *const names[] = {"strassen", "winograd", "hk323",
                                        "4x4x2",    "dps222",   "strassen*hk323"};
    if (trial_below(rng, 2) == 0)
        return;
    trial->options.matmul = names[trial_below(rng, 6)];
    trial->options.leaf = 1 + trial_below(rng, 8);
}

/* Eight combinations of threshold and coalescing, from 0. */
static inline struct odamv_options trial_option(size_t option)
{
    static const size_t thresholds[] = {1, 2, 4, 0};

    return (struct odamv_options){.threshold = thresholds[option % 4], .no_coalesce = option >= 4};
}

/* One feature, queries 1, 1/2, -1, 0 and so on: a logit is a key's entry times that. `option`
 * also becomes the number of the case. */
static inline void trial_one_feature(struct trial *trial, size_t m, size_t n, size_t p,
                                     size_t option)
{
    static const double directions[] = {1.0, 0.5, -1.0, 0.0};

    trial_shape(trial, m, n, 1, p);
    for (size_t i = 0; i < m; i++)
        trial->q[i] = directions[i % 4];
    for (size_t s = 0; s < n; s++)
        trial->k[s] = 0.1 * (double)s;
    for (size_t e = 0; e < n * p; e++)
        trial->v[e] = (e % 3 == 0 ? -1.0 : 0.7) * (double)(e + 1);
    trial->options = trial_option(option);
    trial->number = option;
}

/* The engines' own invariants; events only happen. */
static inline void trial_check(const struct trial *trial)
{
    for (size_t e = 0; e < trial->engines; e++) {
        double events[64] = {0};
        char message[256] = "";
        size_t kinds = 0;
        while (trial->engine[e]->events != NULL && trial->engine[e]->events[kinds] != NULL)
            kinds++;
        assert_true(kinds <= sizeof events / sizeof *events);
        if (kinds)
            trial->engine[e]->event_counts(trial->state[e], events);
        for (size_t v = 0; v < kinds; v++)
            if (!(events[v] >= 0))
                trial_fail(trial, trial->engine[e], "%s: %g times", trial->engine[e]->events[v],
                           events[v]);
        if (trial->engine[e]->check != NULL &&
            !trial->engine[e]->check(trial->state[e], message, sizeof message))
            trial_fail(trial, trial->engine[e], "check: %s", message);
    }
}

#endif
