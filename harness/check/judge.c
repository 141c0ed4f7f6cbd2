/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * judge.c: what an engine did against what it should have done. See judge.h.
 */
#include "judge.h"

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

/* Whether this query may be refused, or answered without a bound: not normalised, and a weight or
 * a sum of weights and values leaves the doubles, or did so before, since bounds remember. */
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

static void judge_status(struct finding *finding, const struct check_case *c,
                         const struct script *script, struct follower *at, size_t t,
                         enum odamv_status status)
{
    const struct trace_op *op = c->ops + t;
    if (status == script->expected[t] || status == ODAMV_UNABLE)
        return;
    if (trace_asks(op) && status == ODAMV_DOMAIN && may_refuse(at, c, t))
        return;
    if (trace_asks(op))
        find(finding, FINDING_STATUS, t, "%s: status '%s', expected 'ok'",
             trace_kind_name(op->kind), odamv_status_name(status));
    else
        find(finding, FINDING_STATUS, t, "%s of [%zu,%zu] to %.17g: status '%s', expected '%s'",
             trace_kind_name(op->kind), op->i, op->j, script->values[t], odamv_status_name(status),
             odamv_status_name(script->expected[t]));
}

/* What can be said of any answer. */
static void judge_form(struct finding *finding, const struct check_case *c, struct follower *at,
                       size_t t, size_t place, const struct odamv_answer *answer, double tolerance)
{
    const struct trace_op *op = c->ops + t;
    const struct trace_place at_b = trace_place(op, place);
    finding->i = at_b.i;
    finding->j = at_b.j;
    if (!isfinite(answer->value) || !(answer->bound >= 0))
        find(finding, FINDING_NO_ANSWER, t,
             "%s: B[%zu,%zu] = %g +- %g, expected a finite value and a bound from 0",
             trace_kind_name(op->kind), finding->i, finding->j, answer->value, answer->bound);
    else if (isinf(answer->bound) && isnan(tolerance) && !may_refuse(at, c, t))
        find(finding, FINDING_NO_BOUND, t,
             "%s: B[%zu,%zu] = %g with an infinite bound, and no --tolerance to judge it by",
             trace_kind_name(op->kind), finding->i, finding->j, answer->value);
}

/* The answers of operation t; *x is the first sample that is not of an earlier one. */
static void judge_answers(struct finding *finding, const struct sandbox *box,
                          const struct check_case *c, const struct script *script,
                          const struct truth *truth, struct follower *at, size_t t, size_t *x,
                          double tolerance, struct judge_tally *tally)
{
    for (size_t a = script->first[t]; a < script->first[t + 1] && !finding->kind; a++) {
        judge_form(finding, c, at, t, a - script->first[t], box->answers + a, tolerance);
        tally->answers++;
        tally->unbounded += isinf(box->answers[a].bound) != 0;
    }
    for (; !finding->kind && *x < truth->count && truth->samples[*x].op == t; ++*x) {
        const struct truth_sample *sample = truth->samples + *x;
        const struct odamv_answer *answer = box->answers + sample->answer;
        tally->compared++;
        if (judge_is_right(answer, sample->exact, tolerance))
            continue;
        *finding = (struct finding){FINDING_WRONG, t, sample->i, sample->j, ""};
        judge_describe(finding, c, answer, sample->exact);
    }
}

/* How the play ended, when nothing was wrong with what was answered until then. */
static void judge_end(struct finding *finding, const struct sandbox *box, size_t count)
{
    static const char *const phases[] = {"open",  "an operation", "a call that must be refused",
                                         "check", "close",        "the end"};
    static const char *const faults[] = {"", "wrote to Q, K or V during open",
                                         "read or wrote past the end of Q, K or V",
                                         "used Q, K or V after open, which lends them only"};
    const struct sandbox_report *report = box->report;
    const char *where = phases[report->phase];
    const size_t op = report->phase == PHASE_PLAY ? report->step : count;
    if (report->fault)
        find(finding, FINDING_INPUT, op, "%s", faults[report->fault]);
    else if (report->overran)
        find(finding, FINDING_OVERRUN, op, "wrote behind the answers that were asked for");
    else if (box->end == SANDBOX_CRASHED)
        find(finding, FINDING_CRASH, op, "crashed in %s: %s", where, strsignal(box->code));
    else if (box->end == SANDBOX_EXITED)
        find(finding, FINDING_EXIT, op, "ended the process in %s, exit status %d", where,
             box->code);
    else if (box->end == SANDBOX_HUNG)
        find(finding, FINDING_HANG, op, "did not return in time from %s", where);
    else if (report->unrefused)
        find(finding, FINDING_STATUS, op, "%s", report->say.text);
    else if (report->broken)
        find(finding, FINDING_INVARIANT, op, "the engine's own check: %s", report->say.text);
}

struct finding judge_case(const struct sandbox *box, const struct check_case *c,
                          const struct script *script, const struct truth *truth, double tolerance,
                          struct judge_tally *tally)
{
    struct finding finding = {.kind = FINDING_NONE, .op = c->count};
    struct follower at = {.next = 0};
    size_t x = 0;
    tally->cases++;
    tally->empty += c->count == 0;
    if (box->report->phase != PHASE_OPEN && box->report->opened != ODAMV_OK) {
        if (box->report->opened == ODAMV_UNABLE)
            tally->declined++;
        else if (box->report->opened != script->opens)
            find(&finding, FINDING_STATUS, c->count, "open: status '%s', expected '%s'",
                 odamv_status_name(box->report->opened), odamv_status_name(script->opens));
        return finding;
    }
    if (box->report->phase != PHASE_OPEN && script->opens != ODAMV_OK) {
        find(&finding, FINDING_STATUS, c->count,
             "open: status 'ok', expected 'domain' for a logit beyond the limit");
        return finding;
    }
    for (size_t t = 0; t < box->report->step && !finding.kind; t++) {
        judge_status(&finding, c, script, &at, t, box->statuses[t]);
        tally->operations[c->ops[t].kind]++;
        tally->refused += box->statuses[t] == ODAMV_DOMAIN;
        if (!trace_asks(c->ops + t)) {
            if (box->statuses[t] == ODAMV_UNABLE)
                tally->declined++;
            continue;
        }
        if (box->statuses[t] == ODAMV_OK)
            judge_answers(&finding, box, c, script, truth, &at, t, &x, tolerance, tally);
        while (x < truth->count && truth->samples[x].op == t)
            x++;
    }
    if (!finding.kind)
        judge_end(&finding, box, c->count);
    model_close(&at.model);
    return finding;
}
