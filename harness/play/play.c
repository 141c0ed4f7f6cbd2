/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * play.c: operations played on several engines in lockstep. See play.h.
 */
#include "play.h"
#include "harness/ground/allocate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum status play_open(struct play *play, const struct play_setting *setting, struct say *say)
{
    void *answers = NULL;
    const struct odamv_problem *problem = setting->problem;
    *play = (struct play){.engines = setting->engines,
                          .problem = *problem,
                          .q = setting->q->data,
                          .k = setting->k->data,
                          .v = setting->v->data};
    play->problem.q = play->q;
    play->problem.k = play->k;
    play->problem.v = play->v;
    play->stride = problem->m > problem->p ? problem->m : problem->p;
    play->states = calloc(setting->count ? setting->count : 1, sizeof *play->states);
    enum status status = allocate_zeros(setting->count, play->stride, sizeof *play->answers,
                                        "the engines' answers", &answers, say);
    play->answers = answers;
    if (status == STATUS_OK && !play->states)
        status = say_fail(say, STATUS_MACHINE, "no memory for %zu engines", setting->count);
    for (; status == STATUS_OK && play->count < setting->count; play->count++) {
        const struct odamv_engine *engine = play->engines[play->count];
        enum odamv_status opened =
            odamv_open(engine, &play->problem, setting->options, &play->states[play->count],
                       say->text, sizeof say->text);
        if (opened == ODAMV_OK)
            continue;
        status = say_fail(say, say_library(opened), "engine %s: %s", engine->name, say->text);
        break;
    }
    if (status != STATUS_OK)
        play_close(play);
    return status;
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

static enum status refuse(const struct play *play, const struct trace_op *op, size_t e,
                          enum odamv_status status, struct say *say)
{
    const char *why = status == ODAMV_UNABLE  ? "not offered by this engine"
                      : status == ODAMV_NOMEM ? "no memory"
                                              : "outside the contract: not finite, or too large";
    return say_fail(say, say_library(status), "%s: engine %s: %s; its state is as before",
                    trace_kind_name(op->kind), play->engines[e]->name, why);
}

enum status play_op(struct play *play, const struct trace_op *op, struct say *say)
{
    bool asks = op->kind >= TRACE_QUERY;
    double value = op->value;
    if (op->kind < TRACE_SET_K)
        value = *entry(play, op) + op->value;
    play->answer_count = 0;
    for (size_t e = 0; e < play->count; e++) {
        enum odamv_status status = asks ? query(play, op, e) : set(play, op, e, value);
        if (status != ODAMV_OK)
            return refuse(play, op, e, status, say);
    }
    if (!asks) {
        *entry(play, op) = value;
        play->updates++;
        return STATUS_OK;
    }
    play->queries++;
    play->answer_count = op->kind == TRACE_QUERY          ? 1
                         : op->kind == TRACE_QUERY_COLUMN ? play->problem.m
                                                          : play->problem.p;
    for (size_t one = 0; one < play->count; one++)
        for (size_t other = one + 1; other < play->count; other++)
            compare(play, op, one, other);
    return STATUS_OK;
}
