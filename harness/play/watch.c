/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * watch.c: a table of functions around that of a plug-in. The functions that get no state, `open`
 * first of all, are made once for each plug-in, so that they know whose they are.
 */
#include "watch.h"

#include <stdlib.h>
#include <string.h>

#include "harness/ground/process_state.h"

/* The calls that are told apart in what is said. */
enum call {
    CALL_OPEN,
    CALL_SET_K,
    CALL_SET_V,
    CALL_SET_Q,
    CALL_QUERY,
    CALL_QUERY_COLUMN,
    CALL_QUERY_ROW,
    CALL_COST,
    CALL_MEMORY,
    CALL_STATS,
    CALL_CHECK,
    CALL_EVENTS,
    CALL_CLOSE,
    CALLS
};
static const char *const call_names[CALLS] = {
    "open", "set_k",  "set_v", "set_q", "query",        "query_column", "query_row",
    "cost", "memory", "stats", "check", "event_counts", "close"};

static struct watched {
    const char *file;
    const struct odamv_engine *real;
    struct odamv_engine table;
    bool said[CALLS];
} watched[WATCH_MAX];
static size_t watched_count;

/* As it was before the first plug-in: what decides about numbers, which nothing here changes. */
static struct process_state *at_first;

struct watched_state {
    struct watched *engine;
    void *inner;
};

static void look(struct watched *w, enum call call, const struct process_state *before, bool all)
{
    char what[256];
    if (!process_state_changed(before, all, what, sizeof what))
        return;
    process_state_restore(before);
    if (!w->said[call])
        say_line("warning: %s: %s changed %s; it was changed back", w->file, call_names[call],
                 what);
    w->said[call] = true;
}

/* Puts the look between a call and its result. */
#define WATCHED(type, call, expression)                                                            \
    do {                                                                                           \
        const type result = expression;                                                            \
        look(s->engine, call, at_first, false);                                                    \
        return result;                                                                             \
    } while (0)

static enum odamv_status watched_open(struct watched *w, const struct odamv_problem *problem,
                                      const struct odamv_options *options, void **state)
{
    struct watched_state *s = calloc(1, sizeof *s);
    struct process_state *before = process_state_take();
    enum odamv_status status = ODAMV_NOMEM;
    *state = NULL;
    if (s) {
        s->engine = w;
        status = w->real->open(problem, options, &s->inner);
    }
    look(w, CALL_OPEN, before, true);
    process_state_free(before);
    if (status == ODAMV_OK)
        *state = s;
    else
        free(s);
    return status;
}

static enum odamv_status watched_set_k(void *state, size_t key, size_t feature, double value)
{
    struct watched_state *s = state;
    WATCHED(enum odamv_status, CALL_SET_K, s->engine->real->set_k(s->inner, key, feature, value));
}

static enum odamv_status watched_set_v(void *state, size_t key, size_t column, double value)
{
    struct watched_state *s = state;
    WATCHED(enum odamv_status, CALL_SET_V, s->engine->real->set_v(s->inner, key, column, value));
}

static enum odamv_status watched_set_q(void *state, size_t row, size_t feature, double value)
{
    struct watched_state *s = state;
    WATCHED(enum odamv_status, CALL_SET_Q, s->engine->real->set_q(s->inner, row, feature, value));
}

static enum odamv_status watched_query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    struct watched_state *s = state;
    WATCHED(enum odamv_status, CALL_QUERY, s->engine->real->query(s->inner, i, j, out));
}

static enum odamv_status watched_query_column(void *state, size_t j, struct odamv_answer *out)
{
    struct watched_state *s = state;
    WATCHED(enum odamv_status, CALL_QUERY_COLUMN, s->engine->real->query_column(s->inner, j, out));
}

static enum odamv_status watched_query_row(void *state, size_t i, struct odamv_answer *out)
{
    struct watched_state *s = state;
    WATCHED(enum odamv_status, CALL_QUERY_ROW, s->engine->real->query_row(s->inner, i, out));
}

static void watched_stats(const void *state, struct odamv_counts *out)
{
    const struct watched_state *s = state;
    s->engine->real->stats(s->inner, out);
    look(s->engine, CALL_STATS, at_first, false);
}

static bool watched_check(const void *state, char *message, size_t size)
{
    const struct watched_state *s = state;
    WATCHED(bool, CALL_CHECK, s->engine->real->check(s->inner, message, size));
}

static void watched_event_counts(const void *state, double *counts)
{
    const struct watched_state *s = state;
    s->engine->real->event_counts(s->inner, counts);
    look(s->engine, CALL_EVENTS, at_first, false);
}

static void watched_close(void *state)
{
    struct watched_state *s = state;
    struct process_state *before;
    if (!s)
        return;
    before = process_state_take();
    s->engine->real->close(s->inner);
    look(s->engine, CALL_CLOSE, before, true);
    process_state_free(before);
    free(s);
}

/* --- what has no state, once for each ---------------------------------------------------------- */

#define SLOTS(X)                                                                                   \
    X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)

#define DEFINE(slot)                                                                               \
    static enum odamv_status open_##slot(const struct odamv_problem *problem,                      \
                                         const struct odamv_options *options, void **state)        \
    {                                                                                              \
        return watched_open(watched + (slot), problem, options, state);                            \
    }                                                                                              \
    static void cost_##slot(const struct odamv_problem *shape,                                     \
                            const struct odamv_options *options,                                   \
                            const struct odamv_workload *workload, struct odamv_counts *out)       \
    {                                                                                              \
        watched[slot].real->cost(shape, options, workload, out);                                   \
        look(watched + (slot), CALL_COST, at_first, false);                                        \
    }                                                                                              \
    static double memory_##slot(const struct odamv_problem *shape,                                 \
                                const struct odamv_options *options)                               \
    {                                                                                              \
        const double bytes = watched[slot].real->memory(shape, options);                           \
        look(watched + (slot), CALL_MEMORY, at_first, false);                                      \
        return bytes;                                                                              \
    }
SLOTS(DEFINE)

static const struct slot {
    enum odamv_status (*open)(const struct odamv_problem *, const struct odamv_options *, void **);
    void (*cost)(const struct odamv_problem *, const struct odamv_options *,
                 const struct odamv_workload *, struct odamv_counts *);
    double (*memory)(const struct odamv_problem *, const struct odamv_options *);
} slots[WATCH_MAX] = {
#define LIST(slot) {open_##slot, cost_##slot, memory_##slot},
    SLOTS(LIST)};

/* What the plug-in lacks stays null. */
static void fill_table(struct watched *w, const struct slot *slot)
{
    const struct odamv_engine *real = w->real;
    w->table = *real;
    w->table.open = slot->open;
    w->table.set_k = watched_set_k;
    w->table.set_v = watched_set_v;
    w->table.set_q = real->set_q ? watched_set_q : NULL;
    w->table.query = watched_query;
    w->table.query_column = real->query_column ? watched_query_column : NULL;
    w->table.query_row = real->query_row ? watched_query_row : NULL;
    w->table.cost = real->cost ? slot->cost : NULL;
    w->table.memory = real->memory ? slot->memory : NULL;
    w->table.stats = real->stats ? watched_stats : NULL;
    w->table.check = real->check ? watched_check : NULL;
    w->table.event_counts = real->event_counts ? watched_event_counts : NULL;
    w->table.close = watched_close;
}

enum status watch_plugin(const char *file, const struct odamv_engine **engine, struct say *say)
{
    struct watched *w = watched + watched_count;
    struct process_state *before;
    char what[256];
    if (watched_count == WATCH_MAX)
        return say_fail(say, STATUS_BAD, "%s: more than %d plug-ins, expected fewer", file,
                        WATCH_MAX);
    if (!at_first)
        at_first = process_state_take();
    before = process_state_take();
    w->file = file;
    w->real = odamv_plugin_load(file, say->text, sizeof say->text);
    if (process_state_changed(before, true, what, sizeof what)) {
        process_state_restore(before);
        say_line("warning: %s: loading it changed %s; it was changed back", file, what);
    }
    process_state_free(before);
    if (!w->real)
        return STATUS_BAD;
    fill_table(w, slots + watched_count++);
    *engine = &w->table;
    return STATUS_OK;
}
