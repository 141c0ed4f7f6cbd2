/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "play.h"
#include "harness/ground/allocate.h"
#include "perform.h"

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
        const struct trace_place place = trace_place(op, t);
        play->worst = (struct play_disagreement){
            .failed = failed,
            .quotient = quotient,
            .line = op->line,
            .i = place.i,
            .j = place.j,
            .one = one,
            .other = other,
            .one_answer = a,
            .other_answer = b,
        };
    }
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

static enum status set(struct play *play, const struct trace_op *op, struct say *say)
{
    double *entry = trace_entry(op, &play->problem, play->q, play->k, play->v);
    const double value = trace_adds(op) ? *entry + op->value : op->value;
    for (size_t e = 0; e < play->count; e++) {
        enum odamv_status status = perform_set(play->engines[e], play->states[e], op, value);
        if (status != ODAMV_OK)
            return refuse(play, op, e, status, say);
    }
    *entry = value;
    play->updates++;
    return STATUS_OK;
}

enum status play_op(struct play *play, const struct trace_op *op, struct say *say)
{
    const struct trace_shape shape = trace_shape_of(&play->problem);
    play->answer_count = 0;
    if (!trace_asks(op))
        return set(play, op, say);
    for (size_t e = 0; e < play->count; e++) {
        enum odamv_status status = perform_query(play->engines[e], play->states[e], &shape, op,
                                                 play->answers + e * play->stride);
        if (status != ODAMV_OK)
            return refuse(play, op, e, status, say);
    }
    play->queries++;
    play->answer_count = trace_answers(op, &shape);
    for (size_t one = 0; one < play->count; one++)
        for (size_t other = one + 1; other < play->count; other++)
            compare(play, op, one, other);
    return STATUS_OK;
}
