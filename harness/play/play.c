/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * play.c: operations played on several engines in lockstep. See play.h.
 */
#include "play.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum odamv_status play_open(struct play *play, const struct odamv_engine *const *engines,
                            size_t count, const struct odamv_problem *problem, struct matrix *q,
                            struct matrix *k, struct matrix *v, const struct odamv_options *options,
                            char *message, size_t size)
{
    void *answers = NULL;
    *play = (struct play){
        .engines = engines, .problem = *problem, .q = q->data, .k = k->data, .v = v->data};
    play->problem.q = q->data;
    play->problem.k = k->data;
    play->problem.v = v->data;
    play->stride = problem->m > problem->p ? problem->m : problem->p;
    play->states = calloc(count ? count : 1, sizeof *play->states);
    if (!play->states || matrix_bytes(count, play->stride, sizeof *play->answers, "answers",
                                      &answers, message, size) != INPUT_OK) {
        snprintf(message, size, "no memory for the answers of %zu engines", count);
        play_close(play);
        return ODAMV_NOMEM;
    }
    play->answers = answers;
    for (; play->count < count; play->count++) {
        char reason[512];
        enum odamv_status status = odamv_open(engines[play->count], &play->problem, options,
                                              &play->states[play->count], reason, sizeof reason);
        if (status != ODAMV_OK) {
            snprintf(message, size, "engine %s: %s", engines[play->count]->name, reason);
            play_close(play);
            return status;
        }
    }
    return ODAMV_OK;
}

void play_close(struct play *play)
{
    for (size_t e = 0; e < play->count; e++)
        play->engines[e]->close(play->states[e]);
    free(play->states);
    free(play->answers);
    *play = (struct play){0};
}

static void compare(struct play *play, const struct trace_op *op, size_t one, size_t other)
{
    for (size_t t = 0; t < play->answer_count; t++) {
        struct odamv_answer a = play->answers[one * play->stride + t];
        struct odamv_answer b = play->answers[other * play->stride + t];
        double distance = fabs(a.value - b.value), bound = a.bound + b.bound;
        double quotient = distance == 0 && bound >= 0 ? 0 : distance / bound;
        bool failed = !(distance <= bound) || !(a.bound >= 0) || !(b.bound >= 0);
        if (play->worst.failed || (!failed && !(quotient > play->worst.quotient)))
            continue;
        play->worst = (struct play_disagreement){
            .failed = failed,
            .quotient = quotient,
            .line = op->line,
            .i = op->kind == TRACE_QUERY_COLUMN ? t : op->i,
            .j = op->kind == TRACE_QUERY_ROW ? t : op->j,
            .one = one,
            .other = other,
            .one_answer = a,
            .other_answer = b,
        };
    }
}

static enum odamv_status query(struct play *play, const struct trace_op *op, size_t e)
{
    const struct odamv_engine *engine = play->engines[e];
    struct odamv_answer *out = play->answers + e * play->stride;
    if (op->kind == TRACE_QUERY)
        return engine->query(play->states[e], op->i, op->j, out);
    if (op->kind == TRACE_QUERY_COLUMN)
        return odamv_query_column(engine, play->states[e], play->problem.m, op->j, out);
    return odamv_query_row(engine, play->states[e], play->problem.p, op->i, out);
}

/* The entry that an update or a set is about. */
static double *entry(struct play *play, const struct trace_op *op)
{
    switch (op->kind) {
    case TRACE_UPDATE_K:
    case TRACE_SET_K:
        return play->k + op->i * play->problem.d + op->j;
    case TRACE_UPDATE_V:
    case TRACE_SET_V:
        return play->v + op->i * play->problem.p + op->j;
    default:
        return play->q + op->i * play->problem.d + op->j;
    }
}

static enum odamv_status set(struct play *play, const struct trace_op *op, size_t e, double value)
{
    const struct odamv_engine *engine = play->engines[e];
    enum odamv_status (*call)(void *, size_t, size_t, double) =
        op->kind == TRACE_UPDATE_K || op->kind == TRACE_SET_K   ? engine->set_k
        : op->kind == TRACE_UPDATE_V || op->kind == TRACE_SET_V ? engine->set_v
                                                                : engine->set_q;
    return call ? call(play->states[e], op->i, op->j, value) : ODAMV_UNABLE;
}

static enum odamv_status refuse(const struct play *play, const struct trace_op *op, size_t e,
                                enum odamv_status status, char *message, size_t size)
{
    const char *why = status == ODAMV_UNABLE  ? "not offered by this engine"
                      : status == ODAMV_NOMEM ? "no memory"
                                              : "outside the contract: not finite, or too large";
    snprintf(message, size, "%s: engine %s: %s; its state is as before", trace_kind_name(op->kind),
             play->engines[e]->name, why);
    return status;
}

enum odamv_status play_op(struct play *play, const struct trace_op *op, char *message, size_t size)
{
    bool asks = op->kind >= TRACE_QUERY;
    double value = op->value;
    if (op->kind < TRACE_SET_K)
        value = *entry(play, op) + op->value;
    play->answer_count = 0;
    for (size_t e = 0; e < play->count; e++) {
        enum odamv_status status = asks ? query(play, op, e) : set(play, op, e, value);
        if (status != ODAMV_OK)
            return refuse(play, op, e, status, message, size);
    }
    if (!asks) {
        *entry(play, op) = value;
        play->updates++;
        return ODAMV_OK;
    }
    play->queries++;
    play->answer_count = op->kind == TRACE_QUERY          ? 1
                         : op->kind == TRACE_QUERY_COLUMN ? play->problem.m
                                                          : play->problem.p;
    for (size_t one = 0; one < play->count; one++)
        for (size_t other = one + 1; other < play->count; other++)
            compare(play, op, one, other);
    return ODAMV_OK;
}
