/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * temper_tiny.h: cases whose values lie where products underflow, for fast products, which have no
 * other error to hide behind what is lost there.
 *
 * Values have 2^-1074 to 2^-900 as their magnitude; weights are up to e^60 times what they were when
 * their row was computed; mostly not normalised; always a scheme and small leaves. Most cases are small,
 * of any scheme. The others are so broad that folds of a scheme with fractions take fewer
 * multiplications than the definition, and begin with as many K updates as fill a list.
 */
#ifndef TEMPER_TINY_H
#define TEMPER_TINY_H

#include <gsl/gsl_rng.h>

#include "check_case.h"
#include "model.h"

struct temper_tiny {
    int power; /* values are below 2^power */
};

/* Opens the case, in place of temper_problem; no extent beyond `largest`. Returns how many K updates
 * it is to begin with. */
size_t temper_tiny_problem(struct temper_tiny *tiny, gsl_rng *rng, size_t largest,
                           struct check_case *c);

/* In place of temper_value. */
double temper_tiny_value(const struct temper_tiny *tiny, gsl_rng *rng, const struct model *model,
                         const struct trace_op *op);

#endif
