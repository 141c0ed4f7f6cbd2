/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hunt_worker.c: takes cases, plays them on the engines, and sends what is found.
 */
#include "hunt_worker.h"

#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "agreement.h"
#include "counted.h"
#include "hunt_save.h"
#include "hunt_states.h"
#include "laws.h"
#include "script.h"
#include "shrink.h"

_Static_assert(sizeof(struct hunt_record) <= PIPE_BUF, "records must not mix in the pipe");

enum { LAW_EVERY = 8, COUNTED_EVERY = 24, COUNTED_AT = 4, REFUSED_EVERY = 8, REFUSED_AT = 2 };
static const double SHRINK_SECONDS = 30;

struct worker {
    const struct hunt_options *options;
    struct hunt_shared *shared;
    struct hunt_result *result;
    struct examiner examiner;
    int pipe;
};

/* A case on its way through the engines. */
struct round {
    struct check_case c;
    struct law_case *law; /* whose case this is, or null */
    struct script script;
    struct truth truth;
    struct agreement agreement; /* of the engines without finding */
    bool from_saved;
    unsigned long number;
};

/* An engine that ends no play any more is left out; when alone, any finding ends its hunt. */
static bool is_out(const struct worker *w, size_t e)
{
    for (int kind = 0; kind < FINDING_KINDS; kind++)
        if (atomic_load(&w->shared->found[e][kind]) && (w->options->alone || kind == FINDING_HANG))
            return true;
    return false;
}

static bool offers_q(const struct odamv_engine *engine)
{
    return engine->set_q != NULL;
}

/* --- findings ------------------------------------------------------------------------------- */

static void send_finding(struct worker *w, const struct round *round, size_t e,
                         const struct finding *finding)
{
    const struct hunt_options *o = w->options;
    struct shrink shrink = {.examiner = &w->examiner,
                            .engine = o->engines[e],
                            .stop = &w->shared->stop,
                            .seconds = SHRINK_SECONDS,
                            .finding = *finding};
    struct hunt_record record = {
        .engine = e, .from_saved = round->from_saved, .number = round->number};
    struct check_case c;
    for (int kind = 0; kind < TRACE_KINDS; kind++)
        record.operations += w->result->tally[e].judged.operations[kind];
    case_copy(&c, &round->c);
    if (round->from_saved) {
        snprintf(record.file, sizeof record.file, "%s", o->saved[round->number]);
        record.repeats = true;
    } else {
        shrink_case(&shrink, &c, finding->kind);
        record.repeats = shrink.repeats;
        hunt_save(o, &record, &c, &shrink.finding);
    }
    record.finding = shrink.finding;
    record.attempts = shrink.attempts;
    record.shape = case_shape(&c);
    record.ops = c.count;
    record.threshold = c.input.options.threshold;
    case_close(&c);
    if (write(w->pipe, &record, sizeof record) != (ssize_t)sizeof record)
        _exit(STATUS_MACHINE);
}

/* Sends the first of its kind about this kind of operation; counts the others. */
static void report(struct worker *w, const struct round *round, size_t e,
                   const struct finding *finding)
{
    const bool about_op = finding->op < round->c.count;
    const unsigned bit = 1u << (about_op ? (int)round->c.ops[finding->op].kind : TRACE_KINDS);
    w->result->tally[e].failures++;
    if (!(atomic_fetch_or(&w->shared->found[e][finding->kind], bit) & bit))
        send_finding(w, round, e, finding);
    if (w->options->first && w->shared->stop == HUNT_GO_ON)
        w->shared->stop = HUNT_FINISH;
}

/* --- agreement between engines --------------------------------------------------------------- */

/* A finding about the disputed answer, without its text. */
static struct finding about(const struct round *round, const struct dispute *d,
                            enum finding_kind kind)
{
    const struct trace_place place =
        trace_place(round->c.ops + d->op, d->answer - round->script.first[d->op]);
    return (struct finding){kind, d->op, place.i, place.j, ""};
}

/* Whether the oracle finds this side of the dispute wrong, which is then reported. */
static bool is_guilty(struct worker *w, const struct round *round, const struct dispute *d,
                      size_t e, const arb_t exact)
{
    const struct odamv_answer *answer = round->agreement.plays[e].answers + d->answer;
    struct finding finding = about(round, d, FINDING_WRONG);
    if (judge_is_right(answer, exact, w->examiner.tolerance))
        return false;
    judge_describe(&finding, &round->c, answer, exact);
    report(w, round, e, &finding);
    return true;
}

/* Where the oracle decides for neither, `lower` is said to contradict `upper`. */
static void report_undecided(struct worker *w, const struct round *round, const struct dispute *d)
{
    const struct odamv_answer *lower = round->agreement.plays[d->lower].answers + d->answer;
    const struct odamv_answer *upper = round->agreement.plays[d->upper].answers + d->answer;
    struct finding finding = about(round, d, FINDING_CONTRADICTION);
    snprintf(finding.text, sizeof finding.text,
             "%s: B[%zu,%zu] = %.17g +- %.3g, but %s answers %.17g +- %.3g",
             trace_kind_name(round->c.ops[d->op].kind), finding.i, finding.j, lower->value,
             lower->bound, w->options->engines[d->upper]->name, upper->value, upper->bound);
    report(w, round, d->lower, &finding);
}

/* Both sides of every dispute are held against the oracle; the guilty are left out of the next. */
static void settle_disputes(struct worker *w, struct round *round)
{
    struct agreement *agreement = &round->agreement;
    struct dispute d = {0, 0, 0, 0};
    while (w->shared->stop != HUNT_STOP && agreement_broken(agreement, &d)) {
        const struct finding at = about(round, &d, FINDING_CONTRADICTION);
        bool lower, upper;
        arb_t exact;
        arb_init(exact);
        truth_entry(&round->c, &round->script, d.op, at.i, at.j, exact);
        lower = is_guilty(w, round, &d, d.lower, exact);
        upper = is_guilty(w, round, &d, d.upper, exact);
        arb_clear(exact);
        if (!lower && !upper)
            report_undecided(w, round, &d);
        if (lower || !upper)
            agreement_leave(agreement, d.lower);
        if (upper || !lower)
            agreement_leave(agreement, d.upper);
    }
    for (size_t e = 0; e < agreement->engines; e++)
        w->result->tally[e].agreed += agreement_count(agreement, e);
}

/* --- one case on the engines ------------------------------------------------------------------ */

/* Of random cases, one side of blocks is guarded, and some are refused blocks. */
static void choose_memory(struct examiner *x, const struct round *round)
{
    const unsigned long number = round->number, hash = number * 2654435761u >> 8;
    x->one_side = !round->from_saved;
    x->box.side = hash & 2 ? FENCE_BEFORE : FENCE_BEHIND;
    x->box.refuse = 0;
    if (round->from_saved)
        x->box.refuse = SANDBOX_REFUSE_EACH;
    else if (number % REFUSED_EVERY == REFUSED_AT)
        x->box.refuse = 1 + hash / 8 % SANDBOX_REFUSE_EVERY;
}

static void play_engine(struct worker *w, struct round *round, size_t e)
{
    struct hunt_tally *tally = &w->result->tally[e];
    struct sandbox *box = &w->examiner.box;
    struct finding finding;
    choose_memory(&w->examiner, round);
    finding = examine_case(&w->examiner, w->options->engines[e], &round->c, &round->script,
                           &round->truth, &tally->judged);
    /* when it is looked at again */
    box->refuse = finding.kind == FINDING_MEMORY ? SANDBOX_REFUSE_EACH : 0;
    if (w->shared->stop == HUNT_STOP)
        return;
    if (!finding.kind && round->law && box->report->opened == ODAMV_OK)
        finding = law_judge(round->law, &w->examiner, &round->script);
    tally->empty += !round->from_saved && round->c.count == 0;
    for (size_t event = 0; event < SANDBOX_EVENTS; event++)
        tally->events[event] += box->report->events[event];
    if (finding.kind)
        report(w, round, e, &finding);
    else if (!w->options->alone)
        agreement_keep(&round->agreement, e, &round->c, box);
}

/* The engines from..to-1 that do, or do not, offer updates of Q. */
static void play_case(struct worker *w, struct round *round, size_t from, size_t to, bool with_q)
{
    const struct truth_plan plan = {.sample = w->options->sample,
                                    .budget = w->options->budget,
                                    .seed = w->options->generate.seed + round->number};
    script_open(&round->script, &round->c);
    truth_open(&round->truth, &round->c, &round->script, &plan);
    agreement_open(&round->agreement, &round->script, w->options->engine_count);
    for (size_t e = from; e < to && w->shared->stop != HUNT_STOP; e++)
        if (offers_q(w->options->engines[e]) == with_q && !is_out(w, e))
            play_engine(w, round, e);
    settle_disputes(w, round);
    agreement_close(&round->agreement);
    truth_close(&round->truth);
}

static bool wanted(const struct worker *w, size_t from, size_t to, bool with_q)
{
    for (size_t e = from; e < to; e++)
        if (offers_q(w->options->engines[e]) == with_q && !is_out(w, e))
            return true;
    return false;
}

static void count_case(struct hunt_result *result, const struct round *round)
{
    result->cases++;
    result->laws += round->law != NULL;
    hunt_states_count(&result->states, &round->c, &round->script);
}

static void play_random(struct worker *w, unsigned long number, size_t from, size_t to)
{
    const bool is_law = number % LAW_EVERY == LAW_EVERY - 1;
    for (int with_q = 1; with_q >= 0; with_q--) {
        struct generate_options generate = w->options->generate;
        struct round round = {.number = number};
        struct law_case law;
        bool counts;
        if (!wanted(w, from, to, with_q))
            continue;
        generate.fixed_q = !with_q;
        if (is_law) {
            law_open(&law, &generate, number);
            round.c = law.c;
            round.law = &law;
        } else if (number % COUNTED_EVERY == COUNTED_AT)
            counted_case(&generate, number, &round.c);
        else
            generate_case(&generate, number, &round.c);
        counts = with_q || !wanted(w, from, to, true);
        play_case(w, &round, from, to, with_q);
        if (counts)
            count_case(w->result, &round);
        script_close(&round.script);
        if (is_law)
            law_close(&law);
        else
            case_close(&round.c);
    }
}

static void play_saved(struct worker *w, unsigned long number)
{
    struct say say;
    struct check_case c;
    if (case_read(&c, w->options->saved[number], &say) != STATUS_OK) {
        say_line("%s", say.text); /* it could be read when the hunt began */
        _exit(STATUS_MACHINE);
    }
    for (int with_q = 1; with_q >= 0; with_q--) {
        struct round round = {.number = number, .from_saved = true};
        case_copy(&round.c, &c);
        if (!with_q)
            case_without_q_updates(&round.c);
        if (wanted(w, 0, w->options->engine_count, with_q))
            play_case(w, &round, 0, w->options->engine_count, with_q);
        script_close(&round.script);
        case_close(&round.c);
    }
    case_close(&c);
}

/* --- tasks ------------------------------------------------------------------------------------ */

static bool all_out(const struct worker *w)
{
    return !wanted(w, 0, w->options->engine_count, true) &&
           !wanted(w, 0, w->options->engine_count, false);
}

/* What is random waits until the failures of the past have been reported. */
static void await_saved(const struct worker *w)
{
    const struct timespec moment = {0, 1000000};
    while (atomic_load(&w->shared->saved_over) < w->options->saved_count && !w->shared->stop)
        nanosleep(&moment, NULL);
}

static void work_together(struct worker *w)
{
    const struct hunt_options *o = w->options;
    while (!w->shared->stop && !all_out(w)) {
        const unsigned long task = atomic_fetch_add(&w->shared->next, 1);
        if (task < o->saved_count) {
            play_saved(w, task);
            atomic_fetch_add(&w->shared->saved_over, 1);
            continue;
        }
        await_saved(w);
        if (!o->cases || task - o->saved_count < o->cases)
            play_random(w, task - o->saved_count, 0, o->engine_count);
        else
            return;
    }
}

static void work_alone(struct worker *w)
{
    const struct hunt_options *o = w->options;
    for (;;) {
        const unsigned long e = atomic_fetch_add(&w->shared->next, 1);
        if (e >= o->engine_count)
            return;
        for (unsigned long number = 0;
             !w->shared->stop && !is_out(w, e) && (!o->cases || number < o->cases); number++)
            play_random(w, number, e, e + 1);
    }
}

_Noreturn void hunt_worker(const struct hunt_options *options, struct hunt_shared *shared,
                           struct hunt_result *result, int pipe)
{
    struct worker w = {.options = options, .shared = shared, .result = result, .pipe = pipe};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGINT, SIG_IGN); /* the parent decides; engines inherit this */
    signal(SIGTERM, SIG_IGN);
    examiner_open(&w.examiner, options->limit, options->tolerance, false);
    if (options->alone)
        work_alone(&w);
    else
        work_together(&w);
    examiner_close(&w.examiner);
    _exit(STATUS_OK);
}
