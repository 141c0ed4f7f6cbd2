/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "script.h"

#include <stdlib.h>

#include "counted.h"
#include "harness/ground/allocate.h"
#include "model.h"

void script_open(struct script *script, const struct check_case *c)
{
    const struct odamv_problem *a = &c->input.problem;
    const struct trace_shape shape = trace_shape_of(a);
    struct model model;
    *script = (struct script){.count = c->count,
                              .values = allocate_array(c->count, sizeof(double)),
                              .expected = allocate_array(c->count, sizeof *script->expected),
                              .first = allocate_array(c->count + 1, sizeof *script->first)};
    model_open(&model, a);
    script->opens = model_is_legal(&model) ? ODAMV_OK : ODAMV_DOMAIN;
    for (size_t t = 0; t < c->count; t++) {
        const struct trace_op *op = c->ops + t;
        script->expected[t] = model_step(&model, op, script->values + t);
        script->first[t + 1] = script->first[t] + trace_answers(op, &shape);
        if (!trace_asks(op))
            script->tail = t + 1;
    }
    model_close(&model);
    script->is_workload =
        script->opens == ODAMV_OK && counted_workload(c, script->expected, &script->workload);
}

void script_close(struct script *script)
{
    free(script->values);
    free(script->expected);
    free(script->first);
    *script = (struct script){0};
}
