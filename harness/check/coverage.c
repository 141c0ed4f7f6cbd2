/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "coverage.h"

#include "harness/ground/allocate.h"

struct list {
    struct coverage_state *states;
    size_t count;
};

static void add(struct list *list, const char *engine, const char *name, double count, bool never)
{
    list->states = allocate_again(list->states, list->count + 1, sizeof *list->states);
    list->states[list->count++] = (struct coverage_state){engine, name, count, never};
}

static void add_engine(struct list *list, const struct odamv_engine *engine,
                       const struct hunt_tally *tally)
{
    for (int kind = 0; kind < TRACE_KINDS; kind++)
        if (engine->set_q || trace_forms[kind].matrix != TRACE_Q)
            add(list, engine->name, trace_kind_name((enum trace_kind)kind),
                tally->judged.operations[kind], false);
    add(list, engine->name, "an operation that must be refused", tally->judged.refused, false);
    add(list, engine->name, "a case without operations", tally->judged.empty, true);
    for (size_t e = 0; engine->events && e < SANDBOX_EVENTS && engine->events[e]; e++)
        add(list, engine->name, engine->events[e], tally->events[e], false);
}

size_t coverage_states(const struct hunt_options *options, const struct hunt_result *result,
                       struct coverage_state **states)
{
    struct list list = {NULL, 0};
    add(&list, NULL, "m = n = d = p = 1", result->shapes_one, false);
    add(&list, NULL, "n equal to the threshold", result->at_threshold, false);
    add(&list, NULL, "not normalised", result->unnormalised, false);
    add(&list, NULL, "a law", result->laws, false);
    for (size_t e = 0; e < options->engine_count; e++)
        add_engine(&list, options->engines[e], &result->tally[e]);
    *states = list.states;
    return list.count;
}
