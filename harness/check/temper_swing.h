/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * temper_swing.h: cases whose bounds have little to hide behind.
 *
 * Most have few keys and one feature, and logits that all rise to about 20 and all fall again, so that
 * what is left of a row after it fell is as large as the roundings from before; V changes in between,
 * its values of one size, of all sizes, or so small that every product with them is rounded to a
 * multiple of 2^-1074. The others multiply fast, down to single entries, and have rows of two sorts: the
 * weights of one grow to e^20, those of the other hardly move, and a product that mixes rows leaves
 * on the second what it lost of the first.
 */
#ifndef TEMPER_SWING_H
#define TEMPER_SWING_H

#include <gsl/gsl_rng.h>

#include "check_case.h"
#include "model.h"

struct temper_swing {
    bool sorts;    /* rows of two sorts; else few keys */
    bool high;     /* where logits are led now */
    int low, wide; /* values are between 2^low and 2^(low + wide) */
};

/* Opens the case, in place of temper_problem; no extent beyond `largest`. Returns how many K updates
 * it is to begin with. */
size_t temper_swing_problem(struct temper_swing *swing, gsl_rng *rng, size_t largest,
                            struct check_case *c);

/* In place of temper_value. */
double temper_swing_value(struct temper_swing *swing, gsl_rng *rng, const struct model *model,
                          const struct trace_op *op);

#endif
