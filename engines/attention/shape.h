/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sizes that the predictions compute with: doubles, since they go beyond what can be run.
 */
#ifndef ODAMV_SHAPE_H
#define ODAMV_SHAPE_H

#include "odamv.h"

struct shape {
    double m, n, d, p;
};

struct shape shape_of_problem(const struct odamv_problem *problem);

/* Terms that one classical product sums, out of so many, before its result is added to the rest: a
 * short chunk keeps the error bound low, a long one the speed high. Between 16 and 256. */
size_t shape_chunk(double terms);

#endif
