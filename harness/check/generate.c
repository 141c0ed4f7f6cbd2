/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate.c: the operations of a random case; its problem is temper.c.
 */
#include "generate.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/ground/allocate.h"
#include "harness/ground/random.h"
#include "model.h"

enum { HISTORY = 8, TAIL_QUERIES = 4 };

/* A write that may be undone, or whose cell may be written again. */
struct write {
    enum trace_kind kind; /* TRACE_SET_* */
    size_t i, j;
    double before;
};

struct swarm {
    gsl_rng *rng;
    struct check_case *c;
    struct model model;
    struct temper temper;
    double weight[TRACE_KINDS];
    size_t hot;      /* half of the K and V updates are of keys below this */
    double persists; /* chance that an operation is of the kind of the one before */
    struct write history[HISTORY];
    size_t writes;
};

static void choose_habits(struct swarm *s)
{
    static const double weights[] = {0, 1, 4};
    const size_t n = s->model.problem.n;
    double updates = 0;
    for (int kind = 0; kind < TRACE_KINDS; kind++) {
        s->weight[kind] = weights[random_below(s->rng, 3)];
        if (trace_forms[kind].matrix == TRACE_Q)
            s->weight[kind] /= 4;
        if (kind < TRACE_QUERY)
            updates += s->weight[kind];
    }
    s->weight[TRACE_QUERY] += 1;
    s->weight[TRACE_QUERY_COLUMN] /= 4;
    s->weight[TRACE_QUERY_ROW] /= 4;
    if (updates == 0)
        s->weight[random_below(s->rng, 2) ? TRACE_UPDATE_K : TRACE_UPDATE_V] = 1;
    s->hot = random_below(s->rng, 2) ? n : 1 + random_below(s->rng, n < 3 ? n : 3);
    s->persists = random_below(s->rng, 2) ? 0 : 0.8;
    if (s->temper.place == TEMPER_LONG_K || s->temper.place == TEMPER_LONG_V) {
        s->weight[s->temper.place == TEMPER_LONG_K ? TRACE_SET_K : TRACE_SET_V] = 100;
        s->hot = n;
    }
}

static enum trace_kind choose_kind(struct swarm *s)
{
    double total = 0, left;
    int kind = 0;
    if (s->c->count && gsl_rng_uniform(s->rng) < s->persists)
        return s->c->ops[s->c->count - 1].kind;
    for (int x = 0; x < TRACE_KINDS; x++)
        total += s->weight[x];
    left = gsl_rng_uniform(s->rng) * total;
    while (kind < TRACE_KINDS - 1 && left >= s->weight[kind])
        left -= s->weight[kind++];
    return (enum trace_kind)kind;
}

/* Any, but often the last, or one beside the edge of a block. */
static size_t choose_index(struct swarm *s, size_t extent)
{
    const size_t habit = random_below(s->rng, 4), any = random_below(s->rng, extent);
    const size_t edge = any / 8 * 8;
    return habit == 0 ? extent - 1 : habit == 1 ? edge - (edge > 0 && any % 2) : any;
}

static void push_query(struct swarm *s, enum trace_kind kind)
{
    const size_t i = choose_index(s, s->model.problem.m), j = choose_index(s, s->model.problem.p);
    case_push(s->c, &(struct trace_op){.kind = kind,
                                       .i = trace_forms[kind].first ? i : 0,
                                       .j = trace_forms[kind].second ? j : 0});
}

static void remember(struct swarm *s, const struct trace_op *op, double before)
{
    if (s->writes == HISTORY)
        memmove(s->history, s->history + 1, --s->writes * sizeof *s->history);
    s->history[s->writes++] = (struct write){trace_set_kind(op->kind), op->i, op->j, before};
}

static void push_write(struct swarm *s, const struct trace_op *op)
{
    const double before = *model_entry(&s->model, op);
    if (model_step(&s->model, op, NULL) == ODAMV_OK)
        remember(s, op, before);
    case_push(s->c, op);
}

/* A value for the entry, as a set or as the update that leads nearly there. */
static void push_value(struct swarm *s, struct trace_op op, double value)
{
    op.value = trace_adds(&op) ? value - *model_entry(&s->model, &op) : value;
    if (isfinite(op.value))
        push_write(s, &op);
}

static void push_update(struct swarm *s, enum trace_kind kind)
{
    const struct odamv_problem *a = &s->model.problem;
    const bool of_q = trace_forms[kind].matrix == TRACE_Q;
    const bool of_v = trace_forms[kind].matrix == TRACE_V;
    struct trace_op op = {.kind = kind,
                          .i = choose_index(s, of_q ? a->m : a->n),
                          .j = choose_index(s, of_v ? a->p : a->d)};
    const size_t habit = random_below(s->rng, 10);
    if (habit < 2 && s->writes) { /* undo */
        const struct write *w = &s->history[--s->writes];
        op = (struct trace_op){.kind = w->kind, .i = w->i, .j = w->j, .value = w->before};
        model_step(&s->model, &op, NULL);
        case_push(s->c, &op);
        return;
    }
    if (habit < 4 && s->writes) { /* the same cell again */
        const struct write *w = &s->history[s->writes - 1];
        op = (struct trace_op){.kind = w->kind, .i = w->i, .j = w->j};
    } else if (!of_q && habit < 7)
        op.i = random_below(s->rng, s->hot);
    if (random_below(s->rng, 40) == 0) {
        op.value = temper_refused(s->rng, of_v);
        push_write(s, &op);
    } else
        push_value(s, op, temper_value(&s->temper, s->rng, &s->model, &op));
}

void generate_case(const struct generate_options *options, unsigned long number,
                   struct check_case *c)
{
    struct swarm s = {.rng = random_open(options->seed, number), .c = c};
    size_t count = 4 + random_size(s.rng, 400);
    temper_problem(&s.temper, s.rng, options, number, c);
    if (s.temper.place == TEMPER_LONG_K || s.temper.place == TEMPER_LONG_V)
        count += 3 * TEMPER_BLOCK;
    model_open(&s.model, &c->input.problem);
    choose_habits(&s);
    for (size_t t = 0; t < s.temper.burst; t++)
        push_update(&s, TRACE_SET_K);
    while (c->count < count) {
        const enum trace_kind kind = choose_kind(&s);
        if (kind >= TRACE_QUERY)
            push_query(&s, kind);
        else
            push_update(&s, kind);
    }
    push_query(&s, TRACE_QUERY_COLUMN);
    push_query(&s, TRACE_QUERY_ROW);
    for (int t = 0; t < TAIL_QUERIES; t++)
        push_query(&s, TRACE_QUERY);
    if (options->fixed_q)
        case_without_q_updates(c);
    model_close(&s.model);
    gsl_rng_free(s.rng);
}
