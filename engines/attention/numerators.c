/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "numerators.h"

#include <stdlib.h>
#include <string.h>

#include "engines/numerics/array.h"
#include "logits.h"

enum odamv_status numerators_open(struct numerators *x, const struct odamv_problem *problem)
{
    const size_t ld = logits_ld(problem->m), p = problem->p;
    *x = (struct numerators){.c = array_alloc(p * ld, sizeof *x->c),
                             .base = array_alloc(ld, sizeof *x->base),
                             .peak = array_alloc(ld, sizeof *x->peak)};
    if (!x->c || !x->base || !x->peak) {
        numerators_close(x);
        return ODAMV_NOMEM;
    }
    memset(x->c, 0, p * ld * sizeof *x->c);
    memset(x->base, 0, ld * sizeof *x->base);
    memset(x->peak, 0, ld * sizeof *x->peak);
    return ODAMV_OK;
}

void numerators_close(struct numerators *x)
{
    free(x->c);
    free(x->base);
    free(x->peak);
    *x = (struct numerators){0};
}

double numerators_memory(const struct odamv_problem *shape)
{
    double ld = (double)logits_ld(shape->m);
    return 8 * ((double)shape->p * ld + 2 * ld);
}
