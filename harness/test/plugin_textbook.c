/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plugin_textbook.c: a user's own engine, as short as one can be: the definition in extended
 * precision with an error bound, K and V updates, entry queries, nothing else. Built from odamv.h
 * alone:
 *
 *     cc -shared -fPIC plugin_textbook.c -o textbook.so -lm
 *     odamv run --plugin ./textbook.so ...
 *     odamv check --plugin ./textbook.so
 */
#include <float.h>
#include <math.h>
#include <odamv.h>
#include <stdlib.h>
#include <string.h>

struct textbook {
    struct odamv_problem problem;
    double *q, *k, *v;
};

static double *copy(const double *x, size_t count)
{
    double *y = malloc(count * sizeof *y);
    return y ? memcpy(y, x, count * sizeof *y) : NULL;
}

static void textbook_close(void *state)
{
    struct textbook *e = state;
    if (!e)
        return;
    free(e->q);
    free(e->k);
    free(e->v);
    free(e);
}

static enum odamv_status textbook_open(const struct odamv_problem *problem,
                                       const struct odamv_options *options, void **state)
{
    struct textbook *e = malloc(sizeof *e);
    (void)options;
    *state = NULL;
    if (!e)
        return ODAMV_NOMEM;
    *e = (struct textbook){*problem, copy(problem->q, problem->m * problem->d),
                           copy(problem->k, problem->n * problem->d),
                           copy(problem->v, problem->n * problem->p)};
    if (!e->q || !e->k || !e->v) {
        textbook_close(e);
        return ODAMV_NOMEM;
    }
    *state = e;
    return ODAMV_OK;
}

/* <x, y>; *magnitude receives the sum of the terms' absolute values. */
static long double dot(size_t d, const double *x, const double *y, long double *magnitude)
{
    long double sum = 0;
    *magnitude = 0;
    for (size_t f = 0; f < d; f++) {
        sum += (long double)x[f] * y[f];
        *magnitude += fabsl((long double)x[f] * y[f]);
    }
    return sum;
}

static bool logits_fit(const struct textbook *e)
{
    const struct odamv_problem *s = &e->problem;
    long double ignored;
    for (size_t i = 0; i < s->m; i++)
        for (size_t t = 0; t < s->n; t++)
            if (fabsl(dot(s->d, e->q + i * s->d, e->k + t * s->d, &ignored) * s->scale) >
                ODAMV_LOGIT_MAX)
                return false;
    return true;
}

static enum odamv_status textbook_set_k(void *state, size_t key, size_t feature, double value)
{
    struct textbook *e = state;
    if (key >= e->problem.n || feature >= e->problem.d || !(fabs(value) <= ODAMV_FEATURE_MAX))
        return ODAMV_DOMAIN;
    double *entry = e->k + key * e->problem.d + feature, before = *entry;
    *entry = value;
    if (logits_fit(e))
        return ODAMV_OK;
    *entry = before;
    return ODAMV_DOMAIN;
}

static enum odamv_status textbook_set_v(void *state, size_t key, size_t column, double value)
{
    struct textbook *e = state;
    if (key >= e->problem.n || column >= e->problem.p || !(fabs(value) <= ODAMV_VALUE_MAX))
        return ODAMV_DOMAIN;
    e->v[key * e->problem.p + column] = value;
    return ODAMV_OK;
}

/* Logits up to ten thousand fit expl, others are declined; each is off by (d + 2) units of its
 * terms' magnitudes, its weight by twice that and two units, and every sum by n units. */
static enum odamv_status textbook_query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    const struct textbook *e = state;
    const struct odamv_problem *s = &e->problem;
    long double sum = 0, weights = 0, reach = 0, worst = 0;
    if (i >= s->m || j >= s->p)
        return ODAMV_DOMAIN;
    for (size_t t = 0; t < s->n; t++) {
        long double magnitude, w;
        long double logit = dot(s->d, e->q + i * s->d, e->k + t * s->d, &magnitude) * s->scale;
        if (fabsl(logit) > 10000)
            return ODAMV_UNABLE;
        w = expl(logit);
        weights += w;
        sum += w * e->v[t * s->p + j];
        reach += w * fabsl((long double)e->v[t * s->p + j]);
        worst = fmaxl(worst, magnitude * fabsl((long double)s->scale));
    }
    long double unit = LDBL_EPSILON, share = s->normalised ? weights : 1;
    long double error = 2 * (s->d + 2) * unit * worst + (2 * s->n + 6) * unit;
    out->value = (double)(sum / share);
    out->bound = (double)(2 * error * reach / share) + fabs(out->value) * DBL_EPSILON + DBL_MIN;
    return isfinite(out->value) && isfinite(out->bound) ? ODAMV_OK : ODAMV_UNABLE;
}

static const struct odamv_engine textbook = {
    .abi = ODAMV_ABI,
    .name = "textbook",
    .summary = "the definition in extended precision",
    .reference = "Definition 1.1",
    .update_cost = "O(1)",
    .query_cost = "O(n d)",
    .open = textbook_open,
    .set_k = textbook_set_k,
    .set_v = textbook_set_v,
    .query = textbook_query,
    .close = textbook_close,
};

const struct odamv_engine *odamv_plugin(void)
{
    return &textbook;
}
