/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "climb_score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/ground/allocate.h"
#include "harness/play/perform.h"
#include "model.h"

enum { BUCKETS = CLIMB_OCTAVES * CLIMB_PARTS };

/* What is worth looking at in an answer for column j: see climb_score. */
static double claim_of(const struct model *model, size_t j)
{
    const struct odamv_problem *a = &model->problem;
    double low = (double)INFINITY, high = -(double)INFINITY;
    for (size_t s = 0; s < a->n; s++) {
        low = fmin(low, model->v[s * a->p + j]);
        high = fmax(high, model->v[s * a->p + j]);
    }
    return a->normalised ? 0x1p-10 * (high - low) : (double)INFINITY;
}

/* Exact answers, and what is worth looking at. */
static void ask_oracle(struct climb_truth *truth, const struct check_case *c)
{
    const struct script *script = &truth->script;
    struct oracle *oracle = oracle_open(&c->input.problem);
    struct model model;
    if (!oracle) {
        say_line("no memory for the exact answers");
        exit(STATUS_MACHINE);
    }
    model_open(&model, &c->input.problem);
    for (size_t t = 0; t < script->count; t++) {
        const struct trace_op *op = c->ops + t;
        if (!trace_asks(op) && script->expected[t] == ODAMV_OK) {
            perform_on_oracle(oracle, op, script->values[t]);
            *model_entry(&model, op) = script->values[t];
        }
        for (size_t a = script->first[t]; a < script->first[t + 1]; a++) {
            const struct trace_place place = trace_place(op, a - script->first[t]);
            oracle_query(oracle, place.i, place.j, truth->exact + a);
            truth->claim[a] = claim_of(&model, place.j);
        }
    }
    oracle_close(oracle);
    model_close(&model);
}

/* The engine's answers, and which of the operations were answered. */
static void ask_engine(const struct climb_truth *truth, const struct check_case *c,
                       const struct climb_subject *subject, struct odamv_answer *answers)
{
    const struct script *script = &truth->script;
    const struct odamv_engine *engine = subject->engine;
    const struct trace_shape shape = case_shape(c);
    struct odamv_options options = c->input.options;
    void *state;
    options.matmul = subject->scheme;
    memset(truth->answered, false, script->count);
    if (engine->open(&c->input.problem, &options, &state) != ODAMV_OK)
        return;
    for (size_t t = 0; t < script->count; t++) {
        const struct trace_op *op = c->ops + t;
        if (trace_asks(op))
            truth->answered[t] =
                perform_query(engine, state, &shape, op, answers + script->first[t]) == ODAMV_OK;
        else if (perform_set(engine, state, op, script->values[t]) != script->expected[t])
            break; /* not what this is about: odamv check */
    }
    engine->close(state);
}

void climb_score_open(struct climb_truth *truth, const struct check_case *c)
{
    const struct climb_subject definition = {odamv_engine_find("naive"), NULL};
    script_open(&truth->script, c);
    const size_t count = truth->script.first[truth->script.count];
    truth->exact = _arb_vec_init((slong)count);
    truth->claim = allocate_array(count, sizeof *truth->claim);
    truth->answers = allocate_array(count, sizeof *truth->answers);
    truth->defined = allocate_array(count, sizeof *truth->defined);
    truth->answered = allocate_array(c->count, sizeof *truth->answered);
    ask_oracle(truth, c);
    ask_engine(truth, c, &definition, truth->defined);
}

void climb_score_close(struct climb_truth *truth)
{
    _arb_vec_clear(truth->exact, (slong)truth->script.first[truth->script.count]);
    free(truth->answers);
    free(truth->claim);
    free(truth->defined);
    free(truth->answered);
    script_close(&truth->script);
}

/* An answer in which an engine has nothing of its own: of a marked row, say. */
static bool is_defined(const struct climb_truth *truth, size_t a)
{
    const struct odamv_answer *x = truth->answers + a, *y = truth->defined + a;
    return x->value == y->value && fabs(x->bound - y->bound) <= 0.01 * y->bound;
}

static double ratio_of(const struct climb_truth *truth, size_t a, bool all)
{
    const struct odamv_answer *answer = truth->answers + a;
    const double error = oracle_distance(truth->exact + a, answer->value).lower;
    if (!(error <= answer->bound))
        return answer->bound > 0 ? fmax(error / answer->bound, nextafter(1, 2)) : (double)INFINITY;
    if (error <= 0 || answer->bound >= truth->claim[a] || (!all && is_defined(truth, a)))
        return 0;
    return error / answer->bound;
}

static void count(struct climb_tally *tally, double ratio)
{
    const double at = ratio > 0 ? (log2(ratio) + CLIMB_OCTAVES - 1) * CLIMB_PARTS : 0;
    tally->below[at < 0 ? 0 : at < BUCKETS - 1 ? (size_t)at : BUCKETS - 1]++;
    tally->answers++;
}

double climb_score(const struct climb_truth *truth, const struct check_case *c,
                   const struct climb_subject *subject, struct climb_tally *tally)
{
    const struct script *script = &truth->script;
    const bool all = subject->engine == odamv_engine_find("naive");
    double largest = 0;
    ask_engine(truth, c, subject, truth->answers);
    for (size_t t = 0; t < script->count; t++)
        for (size_t a = script->first[t]; a < script->first[t + 1] && truth->answered[t]; a++) {
            const double ratio = ratio_of(truth, a, all);
            count(tally, ratio);
            largest = fmax(largest, ratio);
        }
    return largest;
}

double climb_score_quantile(const struct climb_tally *tally, double share)
{
    double sum = 0;
    for (size_t b = 0; b < BUCKETS; b++) {
        sum += tally->below[b];
        if (sum >= share * tally->answers)
            return exp2((double)(b + 1) / CLIMB_PARTS - CLIMB_OCTAVES + 1);
    }
    return 0;
}
