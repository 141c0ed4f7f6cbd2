/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "coverage.h"

#include "harness/ground/allocate.h"

/* The names of the states of m, n, d and p at each of temper_edges. */
#define EDGE_NAMES(x, side)                                                                        \
    {                                                                                              \
        x side "8", x side "16", x side "64", x side "128", x side "256"                           \
    }
#define EXTENT_NAMES(side)                                                                         \
    EDGE_NAMES("m", side), EDGE_NAMES("n", side), EDGE_NAMES("d", side), EDGE_NAMES("p", side)

struct list {
    struct coverage_state *states;
    size_t count;
};

static void add(struct list *list, const char *engine, const char *name, double count, bool never)
{
    list->states = allocate_again(list->states, list->count + 1, sizeof *list->states);
    list->states[list->count++] = (struct coverage_state){engine, name, count, never};
}

static void add_extents(struct list *list, const struct hunt_options *options,
                        const struct hunt_states *states)
{
    static const char *const below[TEMPER_EXTENTS][TEMPER_EDGES] = {EXTENT_NAMES(" at most ")};
    static const char *const beyond[TEMPER_EXTENTS][TEMPER_EDGES] = {EXTENT_NAMES(" beyond ")};
    static const char *const largest[] = {"m the largest", "n the largest", "d the largest",
                                          "p the largest"};
    for (size_t x = 0; x < TEMPER_EXTENTS; x++) {
        for (size_t e = 0; e < TEMPER_EDGES && temper_edges[e] < options->generate.largest; e++) {
            add(list, NULL, below[x][e], states->below[x][e], false);
            add(list, NULL, beyond[x][e], states->beyond[x][e], false);
        }
        if (options->generate.largest > 1)
            add(list, NULL, largest[x], states->largest[x], false);
    }
}

static void add_run(struct list *list, const struct hunt_options *options,
                    const struct hunt_result *result)
{
    const struct hunt_states *states = &result->states;
    add(list, NULL, "m = n = d = p = 1", states->shape_one, false);
    add(list, NULL, "not normalised", states->unnormalised, false);
    add(list, NULL, "n equal to the threshold", states->at_threshold, false);
    add(list, NULL, "n below the threshold", states->above_n, false);
    add(list, NULL, "a law", result->laws, false);
    add_extents(list, options, states);
    if (options->generate.largest > TEMPER_EDGE_LAST)
        add(list, NULL, "more logits than 2^16", states->many, false);
    if (options->generate.largest > 2 * TEMPER_BLOCK) {
        add(list, NULL, "a list of K longer than a block", states->long_k, false);
        add(list, NULL, "a list of V longer than a block", states->long_v, false);
    }
}

static void add_engine(struct list *list, const struct odamv_engine *engine,
                       const struct hunt_tally *tally)
{
    for (int kind = 0; kind < TRACE_KINDS; kind++)
        if (engine->set_q || trace_forms[kind].matrix != TRACE_Q)
            add(list, engine->name, trace_kind_name((enum trace_kind)kind),
                tally->judged.operations[kind], false);
    add(list, engine->name, "an operation that must be refused", tally->judged.refused, false);
    add(list, engine->name, "an answer compared with the exact one", tally->judged.compared, false);
    if (engine->cost && engine->stats)
        add(list, engine->name, "counts compared with the predicted ones", tally->judged.counted,
            false);
    add(list, engine->name, "a case without operations", tally->empty, true);
    for (size_t e = 0; engine->events && e < SANDBOX_EVENTS && engine->events[e]; e++)
        add(list, engine->name, engine->events[e], tally->events[e], false);
}

size_t coverage_states(const struct hunt_options *options, const struct hunt_result *result,
                       struct coverage_state **states)
{
    struct list list = {NULL, 0};
    add_run(&list, options, result);
    for (size_t e = 0; e < options->engine_count; e++)
        add_engine(&list, options->engines[e], &result->tally[e]);
    *states = list.states;
    return list.count;
}
