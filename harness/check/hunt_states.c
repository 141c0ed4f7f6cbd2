/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hunt_states.h"

#include <stdlib.h>
#include <string.h>

#include "harness/ground/allocate.h"

/* The longest list of updates of K (else of V) that a query meets: of different keys (cells), or of
 * any when they are not merged; a full list is folded. */
static size_t longest_list(const struct check_case *c, const struct script *script, bool of_k)
{
    const struct odamv_problem *a = &c->input.problem;
    const size_t columns = of_k ? 1 : a->p, threshold = c->input.options.threshold;
    const enum trace_matrix matrix = of_k ? TRACE_K : TRACE_V;
    unsigned char *listed = allocate_array(a->n * columns, 1);
    size_t length = 0, longest = 0;
    for (size_t t = 0; t < c->count; t++) {
        const struct trace_op *op = c->ops + t;
        unsigned char *cell = listed + op->i * columns + (of_k ? 0 : op->j);
        if (trace_asks(op) && length > longest)
            longest = length;
        if (trace_forms[op->kind].matrix != matrix || script->expected[t] != ODAMV_OK)
            continue;
        if (length == threshold) {
            memset(listed, 0, a->n * columns);
            length = 0;
        }
        length += !*cell || c->input.options.no_coalesce;
        *cell = 1;
    }
    free(listed);
    return longest;
}

static void count_extents(struct hunt_states *states, const size_t extents[TEMPER_EXTENTS])
{
    for (size_t x = 0; x < TEMPER_EXTENTS; x++) {
        bool largest = true;
        for (size_t e = 0; e < TEMPER_EDGES; e++) {
            states->below[x][e] +=
                extents[x] == temper_edges[e] || extents[x] + 1 == temper_edges[e];
            states->beyond[x][e] += extents[x] == temper_edges[e] + 1;
        }
        for (size_t y = 0; y < TEMPER_EXTENTS; y++)
            largest &= x == y || extents[x] > extents[y];
        states->largest[x] += largest;
    }
}

void hunt_states_count(struct hunt_states *states, const struct check_case *c,
                       const struct script *script)
{
    const struct odamv_problem *a = &c->input.problem;
    const size_t extents[TEMPER_EXTENTS] = {a->m, a->n, a->d, a->p};
    const size_t threshold = c->input.options.threshold;
    states->shape_one += a->m == 1 && a->n == 1 && a->d == 1 && a->p == 1;
    states->unnormalised += !a->normalised;
    states->at_threshold += a->n == threshold;
    states->above_n += threshold > a->n;
    states->many += a->m * a->n > TEMPER_MANY_LOGITS;
    count_extents(states, extents);
    if (threshold > TEMPER_BLOCK) {
        states->long_k += longest_list(c, script, true) > TEMPER_BLOCK;
        states->long_v += longest_list(c, script, false) > TEMPER_BLOCK;
    }
}
