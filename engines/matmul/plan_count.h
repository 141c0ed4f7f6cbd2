/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Operations of a plan without executing it: see plan_count.c.
 */
#ifndef MATMUL_PLAN_COUNT_H
#define MATMUL_PLAN_COUNT_H

#include "plan_levels.h"

/* The counts, work and max_step of plan->prediction. */
void matmul_plan_count(struct matmul_plan *plan);
/* What a run of the plan has executed once it was asked for so much work, in one call of
 * matmul_run_step or in several. */
void matmul_plan_progress(const struct matmul_plan *plan, double work, struct matmul_counts *out);

/* Whether what a step, or a term of it, writes to holds nothing yet: `first` and `place` are its,
 * `fresh` is of the level's whole target. */
bool matmul_step_fresh(bool first, struct matmul_place place, bool fresh);
/* Of a gather or a scatter of so many elements; and the work per element. */
struct matmul_counts matmul_step_counts(const struct matmul_program *program,
                                        const struct matmul_step *step, bool fresh,
                                        double elements);
double matmul_step_work(const struct matmul_program *program, const struct matmul_step *step,
                        bool fresh);
/* Of a plain product of m x k x p, but for `leaves`. */
struct matmul_counts matmul_leaf_counts(double m, double k, double p, bool fresh);

#endif
