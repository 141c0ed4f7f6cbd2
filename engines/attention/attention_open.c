/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attention.h"

#include "restore.h"

enum odamv_status attention_open(struct attention *a, const struct odamv_problem *problem,
                                 const struct odamv_options *options)
{
    *a = (struct attention){.shape = shape_of_problem(problem), .normalised = problem->normalised};
    enum odamv_status status = weights_open(&a->weights, problem, options);
    if (status == ODAMV_OK)
        status = values_open(&a->values, problem);
    if (status == ODAMV_OK)
        status = numerators_open(&a->numerators, problem);
    if (status == ODAMV_OK)
        status = workspace_open(&a->workspace, problem, options);
    if (status != ODAMV_OK) {
        attention_close(a);
        return status;
    }
    restore_all(a);
    a->weights.counts.refreshes = 0;
    return ODAMV_OK;
}

void attention_close(struct attention *a)
{
    weights_close(&a->weights);
    values_close(&a->values);
    numerators_close(&a->numerators);
    workspace_close(&a->workspace);
    *a = (struct attention){0};
}

double attention_memory(const struct odamv_problem *shape, const struct odamv_options *options)
{
    return weights_memory(shape) + values_memory(shape) + numerators_memory(shape) +
           workspace_memory(shape, options);
}

void attention_count_open(struct odamv_counts *c, const struct odamv_problem *shape,
                          const struct odamv_options *options)
{
    logits_count_open(c, shape, options);
    restore_count_all(c, shape, options, 1);
}
