/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shape.h"

#include <math.h>

struct shape shape_of_problem(const struct odamv_problem *problem)
{
    return (struct shape){(double)problem->m, (double)problem->n, (double)problem->d,
                          (double)problem->p};
}

size_t shape_chunk(double terms)
{
    return (size_t)fmax(16, fmin(256, floor(terms / 16)));
}
