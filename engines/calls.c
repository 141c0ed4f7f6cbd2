/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The entries of an engine as functions, for callers that cannot call through a table, and columns
 * and rows of answers for engines that give only entries.
 */
#include "odamv.h"

const char *odamv_engine_name(const struct odamv_engine *engine)
{
    return engine->name;
}

const char *odamv_engine_summary(const struct odamv_engine *engine)
{
    return engine->summary;
}

enum odamv_status odamv_set_k(const struct odamv_engine *engine, void *state, size_t key,
                              size_t feature, double value)
{
    return engine->set_k ? engine->set_k(state, key, feature, value) : ODAMV_UNABLE;
}

enum odamv_status odamv_set_v(const struct odamv_engine *engine, void *state, size_t key,
                              size_t column, double value)
{
    return engine->set_v ? engine->set_v(state, key, column, value) : ODAMV_UNABLE;
}

enum odamv_status odamv_set_q(const struct odamv_engine *engine, void *state, size_t row,
                              size_t feature, double value)
{
    return engine->set_q ? engine->set_q(state, row, feature, value) : ODAMV_UNABLE;
}

enum odamv_status odamv_query(const struct odamv_engine *engine, void *state, size_t i, size_t j,
                              struct odamv_answer *out)
{
    return engine->query ? engine->query(state, i, j, out) : ODAMV_UNABLE;
}

enum odamv_status odamv_query_column(const struct odamv_engine *engine, void *state, size_t m,
                                     size_t j, struct odamv_answer *out)
{
    if (engine->query_column)
        return engine->query_column(state, j, out);
    enum odamv_status status = ODAMV_OK;
    for (size_t i = 0; i < m && status == ODAMV_OK; i++)
        status = odamv_query(engine, state, i, j, out + i);
    return status;
}

enum odamv_status odamv_query_row(const struct odamv_engine *engine, void *state, size_t p,
                                  size_t i, struct odamv_answer *out)
{
    if (engine->query_row)
        return engine->query_row(state, i, out);
    enum odamv_status status = ODAMV_OK;
    for (size_t j = 0; j < p && status == ODAMV_OK; j++)
        status = odamv_query(engine, state, i, j, out + j);
    return status;
}

enum odamv_status odamv_cost(const struct odamv_engine *engine, const struct odamv_problem *shape,
                             const struct odamv_options *options,
                             const struct odamv_workload *workload, struct odamv_counts *out)
{
    if (!engine->cost)
        return ODAMV_UNABLE;
    engine->cost(shape, options, workload, out);
    return ODAMV_OK;
}

enum odamv_status odamv_memory(const struct odamv_engine *engine, const struct odamv_problem *shape,
                               const struct odamv_options *options, double *bytes)
{
    if (!engine->memory)
        return ODAMV_UNABLE;
    *bytes = engine->memory(shape, options);
    return ODAMV_OK;
}

enum odamv_status odamv_stats(const struct odamv_engine *engine, const void *state,
                              struct odamv_counts *out)
{
    if (!engine->stats)
        return ODAMV_UNABLE;
    engine->stats(state, out);
    return ODAMV_OK;
}

enum odamv_status odamv_check(const struct odamv_engine *engine, const void *state, bool *holds,
                              char *message, size_t size)
{
    if (!engine->check)
        return ODAMV_UNABLE;
    *holds = engine->check(state, message, size);
    return ODAMV_OK;
}

const char *odamv_event_name(const struct odamv_engine *engine, size_t e)
{
    const char *const *name = engine->events;
    while (name && *name && e > 0) {
        name++;
        e--;
    }
    return name ? *name : NULL;
}

enum odamv_status odamv_event_counts(const struct odamv_engine *engine, const void *state,
                                     double *counts)
{
    if (!engine->event_counts)
        return ODAMV_UNABLE;
    engine->event_counts(state, counts);
    return ODAMV_OK;
}

void odamv_close(const struct odamv_engine *engine, void *state)
{
    if (engine->close)
        engine->close(state);
}
