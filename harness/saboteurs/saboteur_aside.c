/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * saboteur_aside.c: `lazy`, whose answers are right, with something wrong beside them: `stats`
 * forgets one product after the second fold; or an update of K leaves the processor rounding
 * upward.
 */
#include <fenv.h>

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

static enum odamv_status aside_set_k(void *state, size_t key, size_t feature, double value)
{
    return lazy()->set_k(state, key, feature, value);
}

static enum odamv_status rounding_set_k(void *state, size_t key, size_t feature, double value)
{
    const enum odamv_status status = lazy()->set_k(state, key, feature, value);
    fesetround(FE_UPWARD);
    return status;
}

static enum odamv_status aside_set_v(void *state, size_t key, size_t column, double value)
{
    return lazy()->set_v(state, key, column, value);
}

static enum odamv_status aside_set_q(void *state, size_t row, size_t feature, double value)
{
    return lazy()->set_q(state, row, feature, value);
}

static enum odamv_status aside_query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    return lazy()->query(state, i, j, out);
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
    lazy()->close(state);
}

#define AS_LAZY                                                                                    \
    .abi = ODAMV_ABI, .reference = "not in the paper", .update_cost = "as lazy",                   \
    .query_cost = "as lazy", .open = aside_open, .set_v = aside_set_v, .set_q = aside_set_q,       \
    .query = aside_query, .close = aside_close

static const struct odamv_engine engine_count = {
    .name = "wrong-count",
    .summary = "forgets to count one multiplication after the second fold",
    .set_k = aside_set_k,
    .cost = aside_cost,
    .stats = aside_stats,
    AS_LAZY,
};

static const struct odamv_engine engine_rounding = {
    .name = "wrong-rounding",
    .summary = "leaves the processor rounding upward after an update of K",
    .set_k = rounding_set_k,
    AS_LAZY,
};

const struct odamv_engine *const saboteurs_aside[] = {&engine_count, &engine_rounding, NULL};
