/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge.h"

#include <float.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "model.h"
#include "script.h"

const char *finding_name(enum finding_kind kind)
{
    static const char *const names[] = {
        [FINDING_NONE] = "none",
        [FINDING_WRONG] = "wrong answer",
        [FINDING_NO_ANSWER] = "no answer",
        [FINDING_NO_BOUND] = "no bound",
        [FINDING_STATUS] = "wrong status",
        [FINDING_INVARIANT] = "broken invariant",
        [FINDING_COUNT] = "wrong count",
        [FINDING_ENVIRONMENT] = "changed the process",
        [FINDING_MEMORY] = "wrong memory access",
        [FINDING_CRASH] = "crash",
        [FINDING_EXIT] = "exit",
        [FINDING_HANG] = "hang",
        [FINDING_INPUT] = "touched its inputs",
        [FINDING_OVERRUN] = "wrote behind its answers",
        [FINDING_CONTRADICTION] = "contradiction",
        [FINDING_LAW] = "broken law",
    };
    return names[kind];
}

static void find(struct finding *finding, enum finding_kind kind, size_t op, const char *format,
                 ...) __attribute__((format(printf, 4, 5)));

static void find(struct finding *finding, enum finding_kind kind, size_t op, const char *format,
                 ...)
{
    va_list arguments;
    finding->kind = kind;
    finding->op = op;
    va_start(arguments, format);
    vsnprintf(finding->text, sizeof finding->text, format, arguments);
    va_end(arguments);
}

bool judge_is_right(const struct odamv_answer *answer, const arb_t exact, double tolerance)
{
    const struct oracle_error error = oracle_distance(exact, answer->value);
    double allowed = answer->bound;
    if (isinf(allowed) && !isnan(tolerance))
        allowed = tolerance * fmax(1, fabs(arf_get_d(arb_midref(exact), ARF_RND_NEAR)));
    return error.lower <= allowed;
}

int judge_quantile(const double slack[JUDGE_BINS], double share)
{
    double all = 0, sum = 0;
    int e = 0;
    for (int bin = 0; bin < JUDGE_BINS; bin++)
        all += slack[bin];
    for (; e < JUDGE_BINS && all > 0; e++)
        if ((sum += slack[e]) >= share * all)
            return e;
    return -1;
}

static void count_slack(struct judge_tally *tally, const struct odamv_answer *answer,
                        const arb_t exact)
{
    const double size = fabs(arf_get_d(arb_midref(exact), ARF_RND_NEAR));
    const double error = fmax(oracle_distance(exact, answer->value).lower, 0x1p-53 * size);
    const double ratio = answer->bound / fmax(error, DBL_MIN);
    if (isfinite(answer->bound))
        tally->slack[ratio >= 0x1p63 ? JUDGE_BINS - 1 : ratio < 2 ? 0 : ilogb(ratio)]++;
}

void judge_describe(struct finding *finding, const struct check_case *c,
                    const struct odamv_answer *answer, const arb_t exact)
{
    const double error = oracle_distance(exact, answer->value).lower;
    char *text = arb_get_str(exact, 17, ARB_STR_NO_RADIUS);
    snprintf(finding->text, sizeof finding->text,
             "%s: B[%zu,%zu] = %.17g +- %.3g, exact %.80s, error %.3g",
             trace_kind_name(c->ops[finding->op].kind), finding->i, finding->j, answer->value,
             answer->bound, text, error);
    flint_free(text);
}

/* The state that a query was asked in, brought forward only when somebody wants to know. */
struct follower {
    struct model model;
    size_t next;
    double reach; /* logarithm of the largest weight, or its reciprocal, times values, so far */
};

/* A judgement under way. */
struct court {
    const struct judge_play *play;
    struct judge_tally *tally;
    struct finding finding;
    struct follower at;
    size_t sample; /* the first of the truth that is not of an earlier operation */
};

static double log_value_peak(const struct model *model)
{
    const struct odamv_problem *a = &model->problem;
    double peak = 1;
    for (size_t e = 0; e < a->n * a->p; e++)
        peak = fmax(peak, fabs(model->v[e]));
    return log(peak) + log((double)a->n);
}

static double reach_of(const struct model *model)
{
    double reach = 0;
    for (size_t i = 0; i < model->problem.m; i++)
        reach = fmax(reach, model_row_reach(model, i));
    return reach + log_value_peak(model);
}

/* Whether this query may be refused, or answered without a bound: not normalised, and a weight or a
 * sum of weights and values leaves the doubles, or did so before, since bounds remember. */
static bool may_refuse(struct follower *at, const struct check_case *c, size_t t)
{
    if (c->input.problem.normalised)
        return false;
    if (!at->model.q) {
        model_open(&at->model, &c->input.problem);
        at->reach = reach_of(&at->model);
    }
    for (; at->next < t; at->next++)
        if (!trace_asks(c->ops + at->next) &&
            model_step(&at->model, c->ops + at->next, NULL) == ODAMV_OK)
            at->reach = fmax(at->reach, reach_of(&at->model));
    return at->reach > 600;
}

static void judge_status(struct court *court, size_t t)
{
    const struct check_case *c = court->play->c;
    const struct script *script = court->play->script;
    const enum odamv_status status = court->play->box->statuses[t];
    const struct trace_op *op = c->ops + t;
    if (status == script->expected[t] || status == ODAMV_UNABLE)
        return;
    if (trace_asks(op) && status == ODAMV_DOMAIN && may_refuse(&court->at, c, t))
        return;
    if (trace_asks(op))
        find(&court->finding, FINDING_STATUS, t, "%s: status '%s', expected 'ok'",
             trace_kind_name(op->kind), odamv_status_name(status));
    else
        find(&court->finding, FINDING_STATUS, t,
             "%s of [%zu,%zu] to %.17g: status '%s', expected '%s'", trace_kind_name(op->kind),
             op->i, op->j, script->values[t], odamv_status_name(status),
             odamv_status_name(script->expected[t]));
}

/* What can be said of any answer: this is number `number` of operation t. */
static void judge_form(struct court *court, size_t t, size_t number)
{
    const struct judge_play *play = court->play;
    const struct trace_op *op = play->c->ops + t;
    const struct odamv_answer *answer = play->box->answers + play->script->first[t] + number;
    const struct trace_place place = trace_place(op, number);
    struct finding *finding = &court->finding;
    finding->i = place.i;
    finding->j = place.j;
    if (!isfinite(answer->value) || !(answer->bound >= 0))
        find(finding, FINDING_NO_ANSWER, t,
             "%s: B[%zu,%zu] = %g +- %g, expected a finite value and a bound from 0",
             trace_kind_name(op->kind), place.i, place.j, answer->value, answer->bound);
    else if (isinf(answer->bound) && isnan(play->tolerance) && !may_refuse(&court->at, play->c, t))
        find(finding, FINDING_NO_BOUND, t,
             "%s: B[%zu,%zu] = %g with an infinite bound, and no --tolerance to judge it by",
             trace_kind_name(op->kind), place.i, place.j, answer->value);
    court->tally->answers++;
    court->tally->unbounded += isinf(answer->bound) != 0;
}

static void judge_answers(struct court *court, size_t t)
{
    const struct judge_play *play = court->play;
    const size_t count = play->script->first[t + 1] - play->script->first[t];
    for (size_t number = 0; number < count && !court->finding.kind; number++)
        judge_form(court, t, number);
    for (size_t x = court->sample; x < play->truth->count && !court->finding.kind; x++) {
        const struct truth_sample *sample = play->truth->samples + x;
        const struct odamv_answer *answer = play->box->answers + sample->answer;
        if (sample->op != t)
            return;
        court->tally->compared++;
        count_slack(court->tally, answer, sample->exact);
        if (judge_is_right(answer, sample->exact, play->tolerance))
            continue;
        court->finding = (struct finding){FINDING_WRONG, t, sample->i, sample->j, ""};
        judge_describe(&court->finding, play->c, answer, sample->exact);
    }
}

static void judge_operation(struct court *court, size_t t)
{
    const struct judge_play *play = court->play;
    const enum odamv_status status = play->box->statuses[t];
    const bool asks = trace_asks(play->c->ops + t);
    judge_status(court, t);
    court->tally->operations[play->c->ops[t].kind] += status != ODAMV_UNABLE;
    court->tally->refused += status == ODAMV_DOMAIN;
    court->tally->declined += !asks && status == ODAMV_UNABLE;
    if (asks && status == ODAMV_OK)
        judge_answers(court, t);
    while (court->sample < play->truth->count && play->truth->samples[court->sample].op == t)
        court->sample++;
}

/* How the play ended, when nothing was wrong with what was answered until then. */
static void judge_end(struct finding *finding, const struct sandbox *box, size_t count)
{
    static const char *const phases[] = {
        "loading", "open",  "an operation",     "a call that must be refused",
        "check",   "close", "opening it again", "the end"};
    static const char *const faults[] = {"", "wrote to Q, K or V during open",
                                         "read or wrote past the end of Q, K or V",
                                         "used Q, K or V after open, which lends them only"};
    const struct sandbox_report *report = box->report;
    const char *where = phases[report->phase];
    const size_t op = report->phase == PHASE_PLAY ? report->step : count;
    if (report->changed)
        find(finding, FINDING_ENVIRONMENT, op, "%s", report->say.text);
    else if (report->fault == FAULT_BESIDE_BLOCK || report->fault == FAULT_FREED)
        find(finding, FINDING_MEMORY, op, "%s a block of %zu bytes in %s",
             report->fault == FAULT_FREED ? "used after free"
             : box->side == FENCE_BEHIND  ? "read or wrote past the end of"
                                          : "read or wrote before the beginning of",
             report->fault_size, where);
    else if (report->fault)
        find(finding, FINDING_INPUT, op, "%s", faults[report->fault]);
    else if (report->overran)
        find(finding, FINDING_OVERRUN, op, "wrote behind the answers that were asked for");
    else if (report->mishandled)
        find(finding, FINDING_MEMORY, op, "%s", report->say.text);
    else if (box->end != SANDBOX_RAN && report->refusing)
        find(finding, FINDING_MEMORY, op,
             "did not survive open when block %zu of its memory was refused", report->refusing);
    else if (box->end == SANDBOX_CRASHED)
        find(finding, FINDING_CRASH, op, "crashed in %s: %s", where, strsignal(box->code));
    else if (box->end == SANDBOX_EXITED)
        find(finding, FINDING_EXIT, op, "ended the process in %s, exit status %d", where,
             box->code);
    else if (box->end == SANDBOX_HUNG)
        find(finding, FINDING_HANG, op, "did not return in time from %s", where);
    else if (report->unrefused)
        find(finding, FINDING_STATUS, op, "%s", report->say.text);
    else if (report->miscounted)
        find(finding, FINDING_COUNT, op, "%s", report->say.text);
    else if (report->broken)
        find(finding, FINDING_INVARIANT, op, "the engine's own check: %s", report->say.text);
}

/* Whether the engine opened the problem, as it should have; else no operations are to be judged. */
static bool judge_open(struct court *court)
{
    const struct sandbox_report *report = court->play->box->report;
    const enum odamv_status expected = court->play->script->opens;
    const size_t end = court->play->c->count;
    if (report->phase <= PHASE_OPEN)
        return true;
    if (report->opened == ODAMV_UNABLE)
        court->tally->declined++;
    else if (report->opened != ODAMV_OK && report->opened != expected)
        find(&court->finding, FINDING_STATUS, end, "open: status '%s', expected '%s'",
             odamv_status_name(report->opened), odamv_status_name(expected));
    else if (report->opened == ODAMV_OK && expected != ODAMV_OK)
        find(&court->finding, FINDING_STATUS, end,
             "open: status 'ok', expected 'domain' for a logit beyond the limit");
    return report->opened == ODAMV_OK && expected == ODAMV_OK;
}

struct finding judge_case(const struct judge_play *play, struct judge_tally *tally)
{
    struct court court = {
        .play = play, .tally = tally, .finding = {.kind = FINDING_NONE, .op = play->c->count}};
    tally->cases++;
    tally->counted += play->box->report->counted;
    if (!judge_open(&court))
        return court.finding;
    for (size_t t = 0; t < play->box->report->step && !court.finding.kind; t++)
        judge_operation(&court, t);
    if (!court.finding.kind)
        judge_end(&court.finding, play->box, play->c->count);
    model_close(&court.at.model);
    return court.finding;
}
