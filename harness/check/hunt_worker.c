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

#include "harness/ground/allocate.h"
#include "hunt_save.h"
#include "laws.h"
#include "script.h"
#include "shrink.h"

_Static_assert(sizeof(struct hunt_record) <= PIPE_BUF, "records must not mix in the pipe");

enum { LAW_EVERY = 8 };
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
    bool from_saved;
    unsigned long number;
    struct odamv_answer *reference; /* of an engine without finding; null: none yet */
    unsigned char *answered;        /* operations that it answered */
};

/* An engine that ends no play any more is left out; when alone, any finding ends its hunt. */
static bool is_out(const struct worker *w, size_t e)
{
    const unsigned found = atomic_load(&w->shared->found[e]);
    return w->options->alone ? found != 0 : (found & 1u << FINDING_HANG) != 0;
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

/* --- agreement between engines --------------------------------------------------------------- */

static void keep_reference(struct round *round, const struct sandbox *box)
{
    const struct script *script = &round->script;
    round->reference =
        allocate_copy(box->answers, script->first[script->count], sizeof *round->reference);
    round->answered = allocate_array(script->count, 1);
    for (size_t t = 0; t < box->report->step; t++)
        round->answered[t] = trace_asks(round->c.ops + t) && box->statuses[t] == ODAMV_OK;
}

/* Two answers for one real number; the oracle says which of them is wrong. */
static struct finding contradiction(const struct worker *w, const struct round *round, size_t t,
                                    size_t answer)
{
    const struct trace_op *op = round->c.ops + t;
    const struct trace_place place = trace_place(op, answer - round->script.first[t]);
    struct finding finding = {.kind = FINDING_NONE, .op = t, .i = place.i, .j = place.j};
    arb_t exact;
    arb_init(exact);
    truth_entry(&round->c, &round->script, t, finding.i, finding.j, exact);
    if (!judge_is_right(w->examiner.box.answers + answer, exact, w->examiner.tolerance)) {
        finding.kind = FINDING_WRONG;
        judge_describe(&finding, &round->c, w->examiner.box.answers + answer, exact);
    }
    arb_clear(exact);
    return finding;
}

static struct finding compare_with_reference(struct worker *w, const struct round *round, size_t e)
{
    const struct sandbox *box = &w->examiner.box;
    for (size_t t = 0; t < box->report->step; t++) {
        if (!round->answered[t] || box->statuses[t] != ODAMV_OK)
            continue;
        for (size_t a = round->script.first[t]; a < round->script.first[t + 1]; a++) {
            const struct odamv_answer *x = box->answers + a, *y = round->reference + a;
            w->result->tally[e].agreed++;
            if (fabs(x->value - y->value) <= x->bound + y->bound)
                continue;
            const struct finding finding = contradiction(w, round, t, a);
            if (finding.kind)
                return finding;
        }
    }
    return (struct finding){.kind = FINDING_NONE};
}

/* --- one case on the engines ------------------------------------------------------------------ */

static void play_engine(struct worker *w, struct round *round, size_t e)
{
    struct hunt_tally *tally = &w->result->tally[e];
    const struct sandbox *box = &w->examiner.box;
    struct finding finding = examine_case(&w->examiner, w->options->engines[e], &round->c,
                                          &round->script, &round->truth, &tally->judged);
    if (w->shared->stop == HUNT_STOP)
        return;
    if (!finding.kind && round->law && box->report->opened == ODAMV_OK)
        finding = law_judge(round->law, &w->examiner, &round->script);
    if (!finding.kind && round->reference)
        finding = compare_with_reference(w, round, e);
    for (size_t event = 0; event < SANDBOX_EVENTS; event++)
        tally->events[event] += box->report->events[event];
    if (finding.kind) {
        const unsigned bit = 1u << finding.kind;
        tally->failures++;
        if (!(atomic_fetch_or(&w->shared->found[e], bit) & bit))
            send_finding(w, round, e, &finding);
    } else if (!round->reference && w->options->engine_count > 1 && !w->options->alone)
        keep_reference(round, box);
}

/* The engines from..to-1 that do, or do not, offer updates of Q. */
static void play_case(struct worker *w, struct round *round, size_t from, size_t to, bool with_q)
{
    script_open(&round->script, &round->c);
    truth_open(&round->truth, &round->c, &round->script, w->examiner.sample);
    for (size_t e = from; e < to && w->shared->stop != HUNT_STOP; e++)
        if (offers_q(w->options->engines[e]) == with_q && !is_out(w, e))
            play_engine(w, round, e);
    free(round->reference);
    free(round->answered);
    truth_close(&round->truth);
    script_close(&round->script);
}

static bool wanted(const struct worker *w, size_t from, size_t to, bool with_q)
{
    for (size_t e = from; e < to; e++)
        if (offers_q(w->options->engines[e]) == with_q && !is_out(w, e))
            return true;
    return false;
}

static void count_case(struct hunt_result *result, const struct check_case *c, bool law)
{
    const struct odamv_problem *a = &c->input.problem;
    result->cases++;
    result->laws += law;
    result->shapes_one += a->m == 1 && a->n == 1 && a->d == 1 && a->p == 1;
    result->at_threshold += a->n == c->input.options.threshold;
    result->unnormalised += !a->normalised;
}

static void play_random(struct worker *w, unsigned long number, size_t from, size_t to)
{
    const bool is_law = number % LAW_EVERY == LAW_EVERY - 1;
    for (int with_q = 1; with_q >= 0; with_q--) {
        struct generate_options generate = w->options->generate;
        struct round round = {.number = number};
        struct law_case law;
        if (!wanted(w, from, to, with_q))
            continue;
        generate.fixed_q = !with_q;
        if (is_law) {
            law_open(&law, &generate, number);
            round.c = law.c;
            round.law = &law;
        } else
            generate_case(&generate, number, &round.c);
        if (with_q || !wanted(w, from, to, true))
            count_case(w->result, &round.c, is_law);
        play_case(w, &round, from, to, with_q);
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
    examiner_open(&w.examiner, options->limit, options->tolerance, options->sample, false);
    if (options->alone)
        work_alone(&w);
    else
        work_together(&w);
    examiner_close(&w.examiner);
    _exit(STATUS_OK);
}
