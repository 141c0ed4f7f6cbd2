/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * truth.c: the chosen answers of a case, by one pass over its operations.
 */
#include "truth.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "harness/ground/allocate.h"
#include "harness/play/perform.h"
#include "model.h"
#include "script.h"

/* The rows of Q that samples are about, as a problem of their own; place[i] is where row i went. */
static struct odamv_problem only_rows(const struct truth *truth, const struct odamv_problem *a,
                                      size_t *place, double **q)
{
    struct odamv_problem part = *a;
    part.m = 0;
    for (size_t i = 0; i < a->m; i++)
        place[i] = SIZE_MAX;
    for (size_t x = 0; x < truth->count; x++)
        if (place[truth->samples[x].i] == SIZE_MAX)
            place[truth->samples[x].i] = part.m++;
    *q = allocate_array(part.m * a->d, sizeof **q);
    for (size_t i = 0; i < a->m; i++)
        if (place[i] != SIZE_MAX)
            memcpy(*q + place[i] * a->d, a->q + i * a->d, a->d * sizeof **q);
    part.q = *q;
    return part;
}

static void apply(struct oracle *oracle, const struct trace_op *op, double value,
                  const size_t *place)
{
    struct trace_op moved = *op;
    if (trace_forms[op->kind].matrix == TRACE_Q)
        moved.i = place[op->i];
    if (moved.i != SIZE_MAX)
        perform_on_oracle(oracle, &moved, value);
}

void truth_open(struct truth *truth, const struct check_case *c, const struct script *script,
                const struct truth_plan *plan)
{
    size_t *place = allocate_array(c->input.problem.m, sizeof *place), x = 0;
    double *q = NULL;
    struct odamv_problem part;
    struct oracle *oracle;
    *truth = (struct truth){0};
    truth_choose(truth, c, script, plan);
    part = only_rows(truth, &c->input.problem, place, &q);
    oracle = truth->count ? oracle_open(&part) : NULL;
    for (size_t t = 0; oracle && x < truth->count; t++) {
        if (!trace_asks(c->ops + t) && script->expected[t] == ODAMV_OK)
            apply(oracle, c->ops + t, script->values[t], place);
        for (; x < truth->count && truth->samples[x].op == t; x++)
            oracle_query(oracle, place[truth->samples[x].i], truth->samples[x].j,
                         truth->samples[x].exact);
    }
    oracle_close(oracle);
    free(place);
    free(q);
}

void truth_close(struct truth *truth)
{
    for (size_t x = 0; x < truth->count; x++)
        arb_clear(truth->samples[x].exact);
    free(truth->samples);
    *truth = (struct truth){0};
}

void truth_entry(const struct check_case *c, const struct script *script, size_t ops, size_t i,
                 size_t j, arb_t out)
{
    struct model model;
    struct odamv_problem row;
    struct oracle *oracle;
    model_open(&model, &c->input.problem);
    for (size_t t = 0; t < ops; t++)
        if (!trace_asks(c->ops + t) && script->expected[t] == ODAMV_OK)
            *model_entry(&model, c->ops + t) = script->values[t];
    row = model.problem;
    row.m = 1;
    row.q = model.q + i * row.d;
    oracle = oracle_open(&row);
    if (oracle)
        oracle_query(oracle, 0, j, out);
    else
        arb_indeterminate(out);
    oracle_close(oracle);
    model_close(&model);
}
