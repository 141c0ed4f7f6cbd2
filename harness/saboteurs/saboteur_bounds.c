/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * saboteur_bounds.c: lazy with its own answers and with bounds as they come out when underflow is
 * forgotten. What they would be is asked of lazy itself:
 *
 *     record     where 2^-53 max|V| is no normal number, of an instance that goes from the first
 *                state to the present one in one step per entry, so that it has not been in between
 *     product    where a scheme has fractions and all values are tiny, of an instance that has been
 *                given 2^500 times the values, for which nothing underflows, and of one without
 *                fractions that has been given 0 for them: what other things may lose to underflow
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/check/model.h"
#include "harness/ground/allocate.h"
#include "harness/play/perform.h"
#include "saboteurs.h"

enum { SHADOWS = 2 };
static const double GAIN[SHADOWS] = {0x1p500, 0}, TINY = 0x1p-900;

struct careless {
    const struct odamv_engine *real;
    bool record;                   /* else product */
    void *inner, *scaled[SHADOWS]; /* scaled: null where they are not needed (any more) */
    struct odamv_options options;
    char *matmul;
    struct model first, now;
    double peak; /* of all values that there ever were */
};

static void close_scaled(struct careless *e)
{
    for (int x = 0; x < SHADOWS; x++) {
        e->real->close(e->scaled[x]);
        e->scaled[x] = NULL;
    }
}

static void careless_close(void *state)
{
    struct careless *e = state;
    if (!e)
        return;
    e->real->close(e->inner);
    close_scaled(e);
    model_close(&e->first);
    model_close(&e->now);
    free(e->matmul);
    free(e);
}

static double peak(const struct odamv_problem *problem)
{
    double top = 0;
    for (size_t x = 0; x < problem->n * problem->p; x++)
        top = fmax(top, fabs(problem->v[x]));
    return top;
}

static bool has_fractions(const char *matmul)
{
    return matmul && strcmp(matmul, "dps222") == 0;
}

static enum odamv_status open_scaled(struct careless *e, const struct odamv_problem *problem)
{
    const size_t count = problem->n * problem->p;
    double *v = allocate_array(count, sizeof *v);
    struct odamv_options whole = e->options;
    struct odamv_problem scaled = *problem;
    enum odamv_status status = ODAMV_OK;
    scaled.v = v;
    whole.matmul = "strassen";
    for (int x = 0; x < SHADOWS && status == ODAMV_OK; x++) {
        for (size_t y = 0; y < count; y++)
            v[y] = problem->v[y] * GAIN[x];
        status = e->real->open(&scaled, x == 0 ? &e->options : &whole, &e->scaled[x]);
    }
    free(v);
    return status;
}

static enum odamv_status careless_open(bool record, const struct odamv_problem *problem,
                                       const struct odamv_options *options, void **state)
{
    struct careless *e = allocate_array(1, sizeof *e);
    const char *matmul = options ? options->matmul : NULL;
    *state = NULL;
    e->real = odamv_engine_find("lazy");
    e->record = record;
    e->options = options ? *options : (struct odamv_options){0};
    e->options.matmul = e->matmul = matmul ? allocate_copy(matmul, strlen(matmul) + 1, 1) : NULL;
    model_open(&e->first, problem);
    model_open(&e->now, problem);
    enum odamv_status status = e->real->open(problem, &e->options, &e->inner);
    e->peak = peak(problem);
    if (status == ODAMV_OK && !record && has_fractions(matmul) && e->peak < TINY)
        status = open_scaled(e, problem);
    if (status != ODAMV_OK) {
        careless_close(e);
        return status;
    }
    *state = e;
    return ODAMV_OK;
}

static enum odamv_status careless_set(struct careless *e, enum trace_kind kind, size_t i, size_t j,
                                      double value)
{
    const struct trace_op op = {.kind = kind, .i = i, .j = j, .value = value};
    const enum odamv_status status = perform_set(e->real, e->inner, &op, value);
    if (status != ODAMV_OK)
        return status;
    *model_entry(&e->now, &op) = value;
    if (kind == TRACE_SET_V)
        e->peak = fmax(e->peak, fabs(value));
    if (!(e->peak < TINY))
        close_scaled(e);
    for (int x = 0; x < SHADOWS && e->scaled[x]; x++)
        perform_set(e->real, e->scaled[x], &op, kind == TRACE_SET_V ? value * GAIN[x] : value);
    return ODAMV_OK;
}

static enum odamv_status careless_set_k(void *state, size_t key, size_t feature, double value)
{
    return careless_set(state, TRACE_SET_K, key, feature, value);
}

static enum odamv_status careless_set_v(void *state, size_t key, size_t column, double value)
{
    return careless_set(state, TRACE_SET_V, key, column, value);
}

static enum odamv_status careless_set_q(void *state, size_t row, size_t feature, double value)
{
    return careless_set(state, TRACE_SET_Q, row, feature, value);
}

/* The entries of one matrix that are not what they were. */
static enum odamv_status catch_up(const struct careless *e, void *again, enum trace_kind kind,
                                  size_t rows, size_t columns)
{
    enum odamv_status status = ODAMV_OK;
    for (size_t x = 0; x < rows * columns && status == ODAMV_OK; x++) {
        const struct trace_op op = {.kind = kind, .i = x / columns, .j = x % columns};
        const double value = *model_entry(&e->now, &op);
        if (value != *model_entry(&e->first, &op))
            status = perform_set(e->real, again, &op, value);
    }
    return status;
}

static void forget_records(const struct careless *e, size_t i, size_t j, struct odamv_answer *out)
{
    const struct odamv_problem *x = &e->now.problem;
    struct odamv_answer answer;
    void *again = NULL;
    enum odamv_status status = e->real->open(&e->first.problem, &e->options, &again);
    if (status == ODAMV_OK)
        status = catch_up(e, again, TRACE_SET_K, x->n, x->d);
    if (status == ODAMV_OK)
        status = catch_up(e, again, TRACE_SET_V, x->n, x->p);
    if (status == ODAMV_OK)
        status = catch_up(e, again, TRACE_SET_Q, x->m, x->d);
    if (status == ODAMV_OK && e->real->query(again, i, j, &answer) == ODAMV_OK)
        out->bound = fmin(out->bound, answer.bound);
    e->real->close(again);
}

static enum odamv_status careless_query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    const struct careless *e = state;
    struct odamv_answer scaled[SHADOWS];
    const enum odamv_status status = e->real->query(e->inner, i, j, out);
    if (status != ODAMV_OK)
        return status;
    if (e->record && 0x1p-53 * e->peak < DBL_MIN)
        forget_records(e, i, j, out);
    if (e->scaled[0] && e->real->query(e->scaled[0], i, j, &scaled[0]) == ODAMV_OK &&
        e->real->query(e->scaled[1], i, j, &scaled[1]) == ODAMV_OK)
        out->bound = fmin(out->bound, scaled[0].bound / GAIN[0] + scaled[1].bound);
    return ODAMV_OK;
}

#define DEFINE(id, its_name, its_record, its_summary)                                              \
    static enum odamv_status open_##id(const struct odamv_problem *problem,                        \
                                       const struct odamv_options *options, void **state)          \
    {                                                                                              \
        return careless_open(its_record, problem, options, state);                                 \
    }                                                                                              \
    static const struct odamv_engine engine_##id = {.abi = ODAMV_ABI,                              \
                                                    .name = its_name,                              \
                                                    .summary = its_summary,                        \
                                                    .reference = "not in the paper",               \
                                                    .update_cost = "as lazy",                      \
                                                    .query_cost = "as lazy",                       \
                                                    .open = open_##id,                             \
                                                    .set_k = careless_set_k,                       \
                                                    .set_v = careless_set_v,                       \
                                                    .set_q = careless_set_q,                       \
                                                    .query = careless_query,                       \
                                                    .close = careless_close,                       \
                                                    .heeds = ODAMV_HEEDS_THRESHOLD |               \
                                                             ODAMV_HEEDS_MATMUL};
DEFINE(record, "wrong-underflow-record", true,
       "forgets the roundings of records where their charge underflows")
DEFINE(product, "wrong-underflow-product", false,
       "bounds a scheme with fractions as if nothing underflowed")

const struct odamv_engine *const saboteurs_bounds[] = {&engine_record, &engine_product, NULL};
