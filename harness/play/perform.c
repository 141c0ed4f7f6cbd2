/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "perform.h"

enum odamv_status perform_set(const struct odamv_engine *engine, void *state,
                              const struct trace_op *op, double value)
{
    enum odamv_status (*const sets[])(void *, size_t, size_t, double) = {[TRACE_K] = engine->set_k,
                                                                         [TRACE_V] = engine->set_v,
                                                                         [TRACE_Q] = engine->set_q,
                                                                         [TRACE_B] = NULL};
    const enum trace_matrix matrix = trace_forms[op->kind].matrix;
    return sets[matrix] ? sets[matrix](state, op->i, op->j, value) : ODAMV_UNABLE;
}

void perform_on_oracle(struct oracle *oracle, const struct trace_op *op, double value)
{
    static void (*const sets[])(struct oracle *, size_t, size_t, double) = {
        [TRACE_K] = oracle_set_k, [TRACE_V] = oracle_set_v, [TRACE_Q] = oracle_set_q};
    sets[trace_forms[op->kind].matrix](oracle, op->i, op->j, value);
}

enum odamv_status perform_query(const struct odamv_engine *engine, void *state,
                                const struct trace_shape *shape, const struct trace_op *op,
                                struct odamv_answer *out)
{
    switch (op->kind) {
    case TRACE_QUERY:
        return engine->query(state, op->i, op->j, out);
    case TRACE_QUERY_COLUMN:
        return odamv_query_column(engine, state, shape->m, op->j, out);
    default:
        return odamv_query_row(engine, state, shape->p, op->i, out);
    }
}
