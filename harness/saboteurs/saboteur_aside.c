/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * saboteur_aside.c: `lazy`, whose answers are right, with something wrong beside them: `stats`
 * forgets one product after the second fold; an update of K leaves the processor rounding upward; or
 * memory is not asked for, used, told and given back as it must.
 */
#include <fenv.h>
#include <stdlib.h>

#include "saboteurs.h"

static const struct odamv_engine *lazy(void)
{
    return odamv_engine_find("lazy");
}

static enum odamv_status aside_open(const struct odamv_problem *problem,
                                    const struct odamv_options *options, void **state)
{
    return lazy()->open(problem, options, state);
}

/* The state of an instance that came to be without `lazy`; it refuses every call. */
static char nothing;

static enum odamv_status hollow_open(const struct odamv_problem *problem,
                                     const struct odamv_options *options, void **state)
{
    const enum odamv_status status = lazy()->open(problem, options, state);
    if (status == ODAMV_NOMEM)
        *state = &nothing;
    return status == ODAMV_NOMEM ? ODAMV_OK : status;
}

static enum odamv_status aside_set_k(void *state, size_t key, size_t feature, double value)
{
    return state == &nothing ? ODAMV_DOMAIN : lazy()->set_k(state, key, feature, value);
}

static enum odamv_status rounding_set_k(void *state, size_t key, size_t feature, double value)
{
    const enum odamv_status status = lazy()->set_k(state, key, feature, value);
    fesetround(FE_UPWARD);
    return status;
}

static enum odamv_status aside_set_v(void *state, size_t key, size_t column, double value)
{
    return state == &nothing ? ODAMV_DOMAIN : lazy()->set_v(state, key, column, value);
}

static enum odamv_status aside_set_q(void *state, size_t row, size_t feature, double value)
{
    return state == &nothing ? ODAMV_DOMAIN : lazy()->set_q(state, row, feature, value);
}

static enum odamv_status aside_query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    return state == &nothing ? ODAMV_DOMAIN : lazy()->query(state, i, j, out);
}

static void aside_cost(const struct odamv_problem *shape, const struct odamv_options *options,
                       const struct odamv_workload *workload, struct odamv_counts *out)
{
    lazy()->cost(shape, options, workload, out);
}

static void aside_stats(const void *state, struct odamv_counts *out)
{
    lazy()->stats(state, out);
    if (out->folds >= 2)
        out->gemm_multiplications -= 1;
}

static void aside_close(void *state)
{
    if (state != &nothing)
        lazy()->close(state);
}

static double half_memory(const struct odamv_problem *shape, const struct odamv_options *options)
{
    return lazy()->memory(shape, options) / 2;
}

static enum odamv_status unchecked_open(const struct odamv_problem *problem,
                                        const struct odamv_options *options, void **state)
{
    double *block = malloc(8 * sizeof *block);
    *(double volatile *)block = 1;
    free(block);
    return lazy()->open(problem, options, state);
}

static enum odamv_status kept_open(const struct odamv_problem *problem,
                                   const struct odamv_options *options, void **state)
{
    double *volatile block = malloc(8 * sizeof *block);
    (void)block;
    return lazy()->open(problem, options, state);
}

static enum odamv_status before_query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    double *volatile block = malloc(8 * sizeof *block);
    const size_t volatile at = 0;
    const double volatile before = block ? block[at - 1] : 0;
    (void)before;
    free(block);
    return lazy()->query(state, i, j, out);
}

#define AS_LAZY                                                                                    \
    .abi = ODAMV_ABI, .reference = "not in the paper", .update_cost = "as lazy",                   \
    .query_cost = "as lazy", .set_v = aside_set_v, .set_q = aside_set_q, .close = aside_close

#define SABOTEUR(id, NAME, SUMMARY, ...)                                                           \
    static const struct odamv_engine engine_##id = {                                               \
        .name = NAME, .summary = SUMMARY, AS_LAZY, __VA_ARGS__}

SABOTEUR(count, "wrong-count", "forgets to count one multiplication after the second fold",
         .open = aside_open, .set_k = aside_set_k, .query = aside_query, .cost = aside_cost,
         .stats = aside_stats);
SABOTEUR(rounding, "wrong-rounding", "leaves the processor rounding upward after an update of K",
         .open = aside_open, .set_k = rounding_set_k, .query = aside_query);
SABOTEUR(memory, "wrong-memory", "says that it holds half of what it holds", .open = aside_open,
         .set_k = aside_set_k, .query = aside_query, .memory = half_memory);
SABOTEUR(unchecked, "wrong-refusal", "uses a block of memory though it was refused",
         .open = unchecked_open, .set_k = aside_set_k, .query = aside_query);
SABOTEUR(hollow, "wrong-hollow", "opens without what it had no memory for, and then refuses all",
         .open = hollow_open, .set_k = aside_set_k, .query = aside_query);
SABOTEUR(kept, "wrong-close", "keeps a block of memory for good", .open = kept_open,
         .set_k = aside_set_k, .query = aside_query);
SABOTEUR(before, "wrong-front", "reads the entry before the first of an array", .open = aside_open,
         .set_k = aside_set_k, .query = before_query);

const struct odamv_engine *const saboteurs_aside[] = {&engine_count, &engine_rounding,
                                                      &engine_before, NULL};
const struct odamv_engine *const saboteurs_memory[] = {&engine_memory, &engine_unchecked,
                                                       &engine_hollow, &engine_kept, NULL};
