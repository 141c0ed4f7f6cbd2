/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subject.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>

#include "engines/oracle/oracle.h"
#include "harness/play/workload.h"

enum status subject_open(struct subject *s, const struct odamv_engine *engine,
                         const struct odamv_problem *shape, const struct odamv_options *options,
                         unsigned long seed, struct say *say)
{
    const struct trace_shape extents = {shape->m, shape->n, shape->d, shape->p};
    const struct workload_mix mix = workload_default_mix(false);
    struct workload workload;
    *s = (struct subject){.engine = engine, .problem = *shape};
    enum status status = workload_open(&workload, &extents, shape->scale, &mix, seed, say);
    if (status != STATUS_OK)
        return status;
    s->random = workload.rng; /* goes on after the problem, and is freed with the subject */
    s->step = 0.5 / sqrt(fabs(shape->scale) * sqrt((double)shape->d));
    status = workload_problem(&workload, &s->q, &s->k, &s->v, say);
    s->problem.q = s->q.data;
    s->problem.k = s->k.data;
    s->problem.v = s->v.data;
    if (status == STATUS_OK)
        status = say_library(
            odamv_open(engine, &s->problem, options, &s->state, say->text, sizeof say->text));
    if (status != STATUS_OK)
        subject_close(s);
    return status;
}

void subject_close(struct subject *s)
{
    if (s->state)
        s->engine->close(s->state);
    if (s->random)
        gsl_rng_free(s->random);
    matrix_free(&s->q);
    matrix_free(&s->k);
    matrix_free(&s->v);
    *s = (struct subject){.wrong = s->wrong};
}

bool subject_update(struct subject *s, size_t updates)
{
    const size_t n = s->problem.n, d = s->problem.d;
    for (size_t t = 0; t < updates; t++) {
        size_t key = gsl_rng_uniform_int(s->random, n), feature = gsl_rng_uniform_int(s->random, d);
        double *entry = &s->k.data[key * d + feature];
        double value = *entry + gsl_ran_gaussian(s->random, s->step);
        if (s->engine->set_k(s->state, key, feature, value) != ODAMV_OK)
            return false;
        *entry = value;
    }
    return true;
}

/* One row of Q and one column of V are all that an entry depends on besides K. */
double subject_error(struct subject *s, size_t i, size_t j, double *bound)
{
    const struct odamv_problem *all = &s->problem;
    struct odamv_answer answer = {NAN, NAN};
    struct odamv_problem one = {1,    all->n,     all->d,         1, all->q + i * all->d, all->k,
                                NULL, all->scale, all->normalised};
    struct matrix column = {0};
    struct say say;
    double error = NAN;
    *bound = NAN;
    if (matrix_zeros(all->n, 1, "V", &column, &say) != STATUS_OK)
        return NAN;
    for (size_t r = 0; r < all->n; r++)
        column.data[r] = all->v[r * all->p + j];
    one.v = column.data;
    struct oracle *oracle = oracle_open(&one);
    if (oracle && s->engine->query(s->state, i, j, &answer) == ODAMV_OK) {
        error = oracle_error(oracle, 0, 0, answer.value).upper;
        *bound = answer.bound;
    }
    oracle_close(oracle);
    matrix_free(&column);
    return error;
}

enum status subject_verify(struct subject *s, size_t answers, struct say *say)
{
    for (size_t t = 0; t < answers; t++) {
        size_t i = gsl_rng_uniform_int(s->random, s->problem.m);
        size_t j = gsl_rng_uniform_int(s->random, s->problem.p);
        double bound, error = subject_error(s, i, j, &bound);
        if (!(error <= bound)) {
            s->wrong = true;
            return say_fail(say, STATUS_FAILED,
                            "%s: n = %zu: the answer at (%zu,%zu) is off by %g, its bound is %g",
                            s->engine->name, s->problem.n, i, j, error, bound);
        }
    }
    return STATUS_OK;
}
