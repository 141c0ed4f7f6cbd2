/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * saboteur_printed.c: Algorithms 1 to 5 as they are printed (van den Brand, Song, Zhou, ICML 2024).
 *
 * `printed` reads D as it must be meant and keeps the rest: UPDATEK and UPDATEV count first, and
 * record only while the counter is below the threshold; the update that reaches it calls RECOMPUTE
 * instead and is never recorded; UPDATEK does so before A is refreshed. `printed-d` also takes line
 * 11 of Algorithm 2 at its word, where the difference of a column of A is added to D^-1.
 *
 * Bounds: 2^-30 of what the answer is summed from, which plain doubles keep easily up to logits of
 * 300; beyond that the case is declined.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/check/check_case.h"
#include "harness/check/model.h"
#include "harness/ground/allocate.h"
#include "saboteurs.h"

struct printed {
    bool literal_d;
    struct model now;  /* Q, K; its V is what V should be, for the bounds */
    size_t threshold;  /* n^a */
    double *a, *c, *d; /* A (n x n), C (n x d), D (n), for other shapes likewise */
    double *v;         /* V as of the last RECOMPUTE */
    size_t ct_k, ct_v;
    double *list_a, *list_b; /* List_C: threshold x m, threshold x p */
    struct trace_op *list_v; /* List_V */
};

static void printed_close(void *state)
{
    struct printed *e = state;
    if (!e)
        return;
    model_close(&e->now);
    free(e->a);
    free(e->c);
    free(e->d);
    free(e->v);
    free(e->list_a);
    free(e->list_b);
    free(e->list_v);
    free(e);
}

static double weight(const struct printed *e, size_t i, size_t s, bool *fits)
{
    double size;
    const double logit = model_logit(&e->now, i, s, &size);
    *fits &= size <= 300;
    return exp(logit);
}

/* Algorithm 1, INIT. */
static enum odamv_status printed_open(bool literal_d, const struct odamv_problem *problem,
                                      const struct odamv_options *options, void **state)
{
    struct printed *e = allocate_array(1, sizeof *e);
    const size_t m = problem->m, n = problem->n, p = problem->p;
    bool fits = true, legal;
    *state = NULL;
    e->literal_d = literal_d;
    e->threshold = options && options->threshold ? options->threshold : odamv_threshold(n, 0.5);
    model_open(&e->now, problem);
    e->a = allocate_array(m * n, sizeof *e->a);
    e->c = allocate_array(m * p, sizeof *e->c);
    e->d = allocate_array(m, sizeof *e->d);
    e->v = allocate_copy(problem->v, n * p, sizeof *e->v);
    e->list_a = allocate_array(e->threshold * m, sizeof *e->list_a);
    e->list_b = allocate_array(e->threshold * p, sizeof *e->list_b);
    e->list_v = allocate_array(e->threshold, sizeof *e->list_v);
    for (size_t i = 0; i < m; i++)
        for (size_t s = 0; s < n; s++) {
            const double a = e->a[i * n + s] = weight(e, i, s, &fits);
            e->d[i] += a;
            for (size_t j = 0; j < p; j++)
                e->c[i * p + j] += a * e->v[s * p + j];
        }
    legal = model_is_legal(&e->now);
    if (fits && legal) {
        *state = e;
        return ODAMV_OK;
    }
    printed_close(e);
    return legal ? ODAMV_UNABLE : ODAMV_DOMAIN;
}

/* Algorithm 5, RECOMPUTE: folds List_C and List_V, whose last entries are at ct - 2. */
static void recompute(struct printed *e)
{
    const struct odamv_problem *x = &e->now.problem;
    for (size_t t = 0; t + 1 < e->ct_k; t++)
        for (size_t i = 0; i < x->m; i++)
            for (size_t j = 0; j < x->p; j++)
                e->c[i * x->p + j] += e->list_a[t * x->m + i] * e->list_b[t * x->p + j];
    for (size_t t = 0; t + 1 < e->ct_v; t++) {
        const struct trace_op *r = e->list_v + t;
        for (size_t i = 0; i < x->m; i++)
            e->c[i * x->p + r->j] += e->a[i * x->n + r->i] * r->value;
        e->v[r->i * x->p + r->j] += r->value;
    }
    e->ct_k = e->ct_v = 0;
}

/* The counter of the other list has no update in flight: all that it counts is recorded. */
static void recompute_from(struct printed *e, size_t *other)
{
    ++*other;
    recompute(e);
}

/* Algorithm 2, UPDATEK. */
static enum odamv_status printed_set_k(void *state, size_t key, size_t feature, double value)
{
    struct printed *e = state;
    const struct odamv_problem *x = &e->now.problem;
    const struct trace_op op = {.kind = TRACE_SET_K, .i = key, .j = feature, .value = value};
    double *fresh, before;
    bool fits = true;
    if (key >= x->n || feature >= x->d)
        return ODAMV_DOMAIN;
    before = *model_entry(&e->now, &op);
    if (model_step(&e->now, &op, NULL) != ODAMV_OK)
        return ODAMV_DOMAIN;
    fresh = allocate_array(x->m, sizeof *fresh);
    for (size_t i = 0; i < x->m; i++)
        fresh[i] = weight(e, i, key, &fits);
    if (!fits) {
        *model_entry(&e->now, &op) = before;
        free(fresh);
        return ODAMV_UNABLE;
    }
    e->ct_k++;
    for (size_t i = 0; i < x->m; i++) {
        const double change = fresh[i] - e->a[i * x->n + key];
        e->d[i] = e->literal_d ? 1 / (1 / e->d[i] + change) : e->d[i] + change;
        if (e->ct_k < e->threshold)
            e->list_a[(e->ct_k - 1) * x->m + i] = change;
    }
    if (e->ct_k < e->threshold)
        memcpy(e->list_b + (e->ct_k - 1) * x->p, e->v + key * x->p, x->p * sizeof *e->v);
    else
        recompute_from(e, &e->ct_v);
    for (size_t i = 0; i < x->m; i++)
        e->a[i * x->n + key] = fresh[i];
    free(fresh);
    return ODAMV_OK;
}

/* Algorithm 3, UPDATEV. */
static enum odamv_status printed_set_v(void *state, size_t key, size_t column, double value)
{
    struct printed *e = state;
    struct trace_op op = {.kind = TRACE_SET_V, .i = key, .j = column, .value = value};
    double before;
    if (key >= e->now.problem.n || column >= e->now.problem.p)
        return ODAMV_DOMAIN;
    before = *model_entry(&e->now, &op);
    if (model_step(&e->now, &op, NULL) != ODAMV_OK)
        return ODAMV_DOMAIN;
    op.value = value - before;
    e->ct_v++;
    if (e->ct_v < e->threshold)
        e->list_v[e->ct_v - 1] = op;
    else
        recompute_from(e, &e->ct_k);
    return ODAMV_OK;
}

/* Algorithm 4, QUERY. */
static enum odamv_status printed_query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    const struct printed *e = state;
    const struct odamv_problem *x = &e->now.problem;
    double value, size = 0;
    if (i >= x->m || j >= x->p)
        return ODAMV_DOMAIN;
    value = e->c[i * x->p + j];
    for (size_t t = 0; t < e->ct_k; t++)
        value += e->list_a[t * x->m + i] * e->list_b[t * x->p + j];
    for (size_t t = 0; t < e->ct_v; t++)
        if (e->list_v[t].j == j)
            value += e->a[i * x->n + e->list_v[t].i] * e->list_v[t].value;
    for (size_t s = 0; s < x->n; s++)
        size += e->a[i * x->n + s] * fabs(e->now.v[s * x->p + j]);
    if (x->normalised) {
        value /= e->d[i];
        size /= fabs(e->d[i]);
    }
    *out = (struct odamv_answer){value, 0x1p-30 * (size + fabs(value)) + 0x1p-1000};
    return ODAMV_OK;
}

#define DEFINE(id, literal_d, its_name, its_summary)                                               \
    static enum odamv_status open_##id(const struct odamv_problem *problem,                        \
                                       const struct odamv_options *options, void **state)          \
    {                                                                                              \
        return printed_open(literal_d, problem, options, state);                                   \
    }                                                                                              \
    static const struct odamv_engine engine_##id = {.abi = ODAMV_ABI,                              \
                                                    .name = its_name,                              \
                                                    .summary = its_summary,                        \
                                                    .reference = "Algorithms 1 to 5",              \
                                                    .update_cost = "O(n) + T(n,k,n)/k",            \
                                                    .query_cost = "O(n)",                          \
                                                    .open = open_##id,                             \
                                                    .set_k = printed_set_k,                        \
                                                    .set_v = printed_set_v,                        \
                                                    .query = printed_query,                        \
                                                    .close = printed_close};

DEFINE(printed, false, "printed", "is Algorithms 1 to 5 as printed, but D as it must be meant")
DEFINE(printed_d, true, "printed-d", "is Algorithms 1 to 5 as printed, D^-1 in line 11 included")

const struct odamv_engine *const saboteurs_printed[] = {&engine_printed, &engine_printed_d, NULL};
