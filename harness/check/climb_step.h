/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * climb_step.h: where a climb begins, and its steps: cases that ask columns or entries at several
 * moments, and small changes of everything in them.
 */
#ifndef CLIMB_STEP_H
#define CLIMB_STEP_H

#include <gsl/gsl_rng.h>

#include "check_case.h"

/* Opens the case: a random one (generate.h) of few operations, all of them sets that are legal, with
 * queries among and behind them. */
void climb_step_start(gsl_rng *rng, unsigned long seed, unsigned long number, struct check_case *c);

/* Changes a value, an entry, an operation, an index, an option, or several of these. The contract
 * may then refuse some of the operations, or the problem. */
void climb_step(gsl_rng *rng, struct check_case *c);

#endif
