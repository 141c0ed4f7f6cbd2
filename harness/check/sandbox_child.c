/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sandbox_child.c: plays a case on an engine and reports through shared memory.
 */
#include "sandbox_child.h"

#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fence.h"
#include "harness/play/perform.h"
#include "sandbox_memory.h"
#include "sandbox_process.h"
#include "script.h"
#include "standin.h"

/* One matrix: whole pages that end where it ends, and a page behind that is never accessible. */
struct guarded {
    char *pages;
    size_t size, page;
    double *data;
};

struct child {
    const struct odamv_engine *engine;
    const struct check_case *c;
    const struct script *script;
    struct sandbox_report *report;
    enum odamv_status *statuses;
    struct odamv_answer *answers;
    bool foreign;            /* not one of the library's */
    struct guarded input[3]; /* q, k, v */
    void *state;
    enum fence_side side;
    struct odamv_answer *spare;  /* m + p, for queries that must be refused */
    struct odamv_counts refused; /* by calls that were refused, which may count what they did */
};

/* The process plays one case only, and a signal handler has no other way to its data. */
static struct child child;

static bool guard(struct guarded *g, const struct matrix *matrix)
{
    const size_t bytes = matrix->rows * matrix->cols * sizeof(double);
    g->page = (size_t)sysconf(_SC_PAGESIZE);
    g->size = (bytes + g->page - 1) / g->page * g->page;
    g->pages =
        mmap(NULL, g->size + g->page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (g->pages == MAP_FAILED)
        return false;
    g->data = (double *)(void *)(g->pages + g->size - bytes);
    memcpy(g->data, matrix->data, bytes);
    return mprotect(g->pages, g->size, PROT_READ) == 0 &&
           mprotect(g->pages + g->size, g->page, PROT_NONE) == 0;
}

static void forbid_inputs(void)
{
    for (int x = 0; x < 3; x++)
        mprotect(child.input[x].pages, child.input[x].size, PROT_NONE);
}

/* Says whether the fault was at an input or a block of memory, and dies of the signal. */
static void on_fault(int number, siginfo_t *info, void *context)
{
    const char *at = info->si_addr;
    const struct fence_place place = fence_at(at);
    (void)context;
    if (place.guarded) {
        child.report->fault = place.freed ? FAULT_FREED : FAULT_BESIDE_BLOCK;
        child.report->fault_size = place.size;
    }
    for (int x = 0; x < 3; x++) {
        const struct guarded *g = child.input + x;
        if (g->pages && at >= g->pages && at < g->pages + g->size)
            child.report->fault =
                child.report->phase == PHASE_OPEN ? FAULT_WROTE_INPUT : FAULT_KEPT_INPUT;
        else if (g->pages && at >= g->pages + g->size && at < g->pages + g->size + g->page)
            child.report->fault = FAULT_PAST_INPUT;
    }
    signal(number, SIG_DFL);
    raise(number);
}

/* After every call of the engine. False: it has changed the process, and the play is over. */
static bool is_kept(const char *call, bool whole)
{
    return sandbox_process_is_kept(child.report, call, child.foreign, whole);
}

typedef enum odamv_status setter(void *state, size_t row, size_t column, double value);

/* A query between NaNs. */
static enum odamv_status query(size_t t)
{
    const size_t from = child.script->first[t], to = child.script->first[t + 1];
    const struct odamv_answer blank = {(double)NAN, (double)NAN};
    const struct trace_shape shape = case_shape(child.c);
    enum odamv_status status;
    for (size_t x = from; x <= to; x++)
        child.answers[x] = blank;
    status =
        perform_query(child.engine, child.state, &shape, child.c->ops + t, child.answers + from);
    child.report->overran = memcmp(child.answers + to, &blank, sizeof blank) != 0;
    return status;
}

static const char *call_of(const struct trace_op *op)
{
    return trace_kind_name(trace_asks(op) ? op->kind : trace_set_kind(op->kind));
}

/* False: the play is over. */
static bool play(size_t t)
{
    const struct trace_op *op = child.c->ops + t;
    const enum odamv_status expected = child.script->expected[t];
    child.statuses[t] = trace_asks(op)
                            ? query(t)
                            : perform_set(child.engine, child.state, op, child.script->values[t]);
    if (child.report->overran || !is_kept(call_of(op), false))
        return false;
    child.report->step = t + 1;
    return trace_asks(op) || child.statuses[t] == expected;
}

/* One call that must be refused. */
static void probe_set(setter *set, const char *what, size_t row, size_t column, double value)
{
    enum odamv_status status;
    if (!set || child.report->unrefused)
        return;
    status = set(child.state, row, column, value);
    if (status == ODAMV_DOMAIN)
        return;
    child.report->unrefused = true;
    say_fail(&child.report->say, STATUS_BAD, "%s(%zu, %zu, %g): %s, expected domain", what, row,
             column, value, odamv_status_name(status));
}

static void probe_query(const char *what, enum odamv_status status)
{
    if (status == ODAMV_DOMAIN || child.report->unrefused)
        return;
    child.report->unrefused = true;
    say_fail(&child.report->say, STATUS_BAD, "%s: %s, expected domain", what,
             odamv_status_name(status));
}

static bool probe_setter(setter *set, const char *what, size_t rows, size_t columns, double limit)
{
    const double beyond[] = {(double)NAN, (double)INFINITY, -(double)INFINITY, 2 * limit,
                             -2 * limit};
    probe_set(set, what, rows, 0, 1);
    probe_set(set, what, 0, columns, 1);
    probe_set(set, what, SIZE_MAX, 0, 1);
    for (size_t x = 0; x < sizeof beyond / sizeof *beyond; x++)
        probe_set(set, what, rows - 1, columns - 1, beyond[x]);
    return is_kept(what, false);
}

static bool probe_queries(struct odamv_answer *out)
{
    const struct odamv_engine *engine = child.engine;
    const struct odamv_problem *a = &child.c->input.problem;
    probe_query("query(m, 0)", engine->query(child.state, a->m, 0, out));
    probe_query("query(0, p)", engine->query(child.state, 0, a->p, out));
    if (engine->query_column)
        probe_query("query_column(p)", engine->query_column(child.state, a->p, out));
    if (engine->query_row)
        probe_query("query_row(m)", engine->query_row(child.state, a->m, out));
    return is_kept("query", false);
}

static void count_refused(double times)
{
    struct odamv_counts now;
    if (!child.script->is_workload || !child.engine->stats)
        return;
    child.engine->stats(child.state, &now);
    odamv_counts_madd(&child.refused, times, &now);
}

/* What odamv.h says is refused, and changes nothing: the queries that follow show it. */
static bool probe(void)
{
    const struct odamv_engine *engine = child.engine;
    const struct odamv_problem *a = &child.c->input.problem;
    bool fine;
    child.report->phase = PHASE_PROBE;
    count_refused(-1);
    fine = probe_setter(engine->set_k, "set_k", a->n, a->d, ODAMV_FEATURE_MAX) &&
           probe_setter(engine->set_v, "set_v", a->n, a->p, ODAMV_VALUE_MAX) &&
           probe_setter(engine->set_q, "set_q", a->m, a->d, ODAMV_FEATURE_MAX);
    if (fine)
        fine = probe_queries(child.spare);
    count_refused(1);
    if (fine)
        child.report->phase = PHASE_PLAY;
    return fine;
}

/* What was counted against what was predicted, of a workload that was carried out. */
static void compare_counts(void)
{
    const struct odamv_engine *engine = child.engine;
    struct sandbox_report *report = child.report;
    struct odamv_problem shape = child.c->input.problem;
    struct odamv_counts counted, predicted;
    shape.q = shape.k = shape.v = NULL;
    engine->stats(child.state, &counted);
    odamv_counts_madd(&counted, -1, &child.refused);
    engine->cost(&shape, &child.c->input.options, &child.script->workload, &predicted);
    report->counted = true;
    for (size_t f = 0; odamv_counts_fields[f] && !report->miscounted; f++) {
        const double count = odamv_counts_field(&counted, f);
        if (count == odamv_counts_field(&predicted, f))
            continue;
        report->miscounted = true;
        say_fail(&report->say, STATUS_BAD, "%s: counted %.17g, predicted %.17g",
                 odamv_counts_fields[f], count, odamv_counts_field(&predicted, f));
    }
}

static bool all_carried_out(void)
{
    bool fine = child.report->step == child.script->count;
    for (size_t t = 0; t < child.report->step; t++)
        fine &= child.statuses[t] == ODAMV_OK;
    return fine;
}

static bool play_all(void)
{
    const struct script *script = child.script;
    child.report->phase = PHASE_PLAY;
    for (size_t t = 0; t <= script->count; t++) {
        if (t == script->tail && !probe())
            return false;
        if (t < script->count && !play(t))
            return !child.report->changed;
    }
    if (script->is_workload && child.engine->stats && child.engine->cost && all_carried_out())
        compare_counts();
    sandbox_memory_compare(child.report, child.engine, &child.c->input.problem,
                           &child.c->input.options);
    return is_kept("one of the last calls", true);
}

static void walk_invariants(void)
{
    const struct odamv_engine *engine = child.engine;
    struct sandbox_report *report = child.report;
    struct say say = {"no message"};
    report->phase = PHASE_CHECK;
    report->broken = !engine->check(child.state, say.text, sizeof say.text);
    if (report->broken)
        report->say = say;
}

static void collect_events(void)
{
    const struct odamv_engine *engine = child.engine;
    size_t count = 0;
    double *counts;
    while (engine->events[count])
        count++;
    counts = calloc(count + 1, sizeof *counts);
    if (!counts)
        return;
    engine->event_counts(child.state, counts);
    memcpy(child.report->events, counts,
           (count < SANDBOX_EVENTS ? count : SANDBOX_EVENTS) * sizeof *counts);
    free(counts);
}

/* An engine that did what it must not has no invariants to keep. */
static bool look_inside(bool hurried)
{
    const struct sandbox_report *report = child.report;
    if (child.engine->check && !report->unrefused && !report->miscounted && !hurried)
        walk_invariants();
    if (child.engine->events && child.engine->event_counts)
        collect_events();
    return is_kept("check or event_counts", true);
}

/* The engine, which a plug-in becomes here only. */
static bool load(const struct odamv_engine *engine)
{
    const char *file = standin_file(engine);
    struct say ignored;
    child.foreign = odamv_engine_find(engine->name) != engine;
    child.engine = file ? odamv_plugin_load(file, ignored.text, sizeof ignored.text) : engine;
    return child.engine && (!file || is_kept("loading it", true));
}

static struct odamv_problem lent_problem(void)
{
    struct odamv_problem problem = child.c->input.problem;
    problem.q = child.input[0].data;
    problem.k = child.input[1].data;
    problem.v = child.input[2].data;
    return problem;
}

static bool open_engine(void)
{
    const struct odamv_problem problem = lent_problem();
    child.report->phase = PHASE_OPEN;
    fence_raise(child.side);
    child.report->opened = child.engine->open(&problem, &child.c->input.options, &child.state);
    forbid_inputs();
    return is_kept("open", true);
}

static bool close_engine(void)
{
    child.report->phase = PHASE_CLOSE;
    child.engine->close(child.state);
    return is_kept("close", true);
}

/* After everything else, so that what is wrong without refusals is found as such. */
static bool refuse_memory(size_t which)
{
    const struct odamv_problem problem = lent_problem();
    if (!which)
        return true;
    child.report->phase = PHASE_REFUSE;
    for (int x = 0; x < 3; x++)
        mprotect(child.input[x].pages, child.input[x].size, PROT_READ);
    return sandbox_memory_is_spared(child.report, child.engine, &problem, &child.c->input.options,
                                    which, child.spare) &&
           is_kept("open", true);
}

_Noreturn void sandbox_child(struct sandbox *box, const struct odamv_engine *engine,
                             const struct check_case *c, const struct script *script)
{
    char *shared = box->shared;
    bool fine;
    child = (struct child){
        .c = c,
        .script = script,
        .report = box->shared,
        .side = box->side,
        .statuses = (void *)(shared + box->statuses_at),
        .answers = (void *)(shared + box->answers_at),
        .spare = calloc(c->input.problem.m + c->input.problem.p, sizeof(struct odamv_answer)),
    };
    sandbox_process_prepare(box->loud, on_fault);
    fine = child.spare && guard(&child.input[0], &c->input.q) &&
           guard(&child.input[1], &c->input.k) && guard(&child.input[2], &c->input.v) &&
           load(engine) && open_engine();
    if (fine && child.report->opened == ODAMV_OK)
        fine =
            play_all() && look_inside(box->hurried) && close_engine() && refuse_memory(box->refuse);
    if (fine)
        child.report->phase = PHASE_DONE;
    _exit(!fine);
}
