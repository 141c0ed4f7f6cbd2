/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * truth.h: the exact answers of a case, by the oracle: those that truth_choice.h says.
 */
#ifndef TRUTH_H
#define TRUTH_H

#include "truth_choice.h"

/* Without memory the process ends; close accepts a zeroed one. */
void truth_open(struct truth *truth, const struct check_case *c, const struct script *script,
                const struct truth_plan *plan);
void truth_close(struct truth *truth);

/* B[i,j] after the first `ops` operations, at any size: O(n d) in exact arithmetic. `out` is the
 * caller's, and indeterminate when there is no memory. */
void truth_entry(const struct check_case *c, const struct script *script, size_t ops, size_t i,
                 size_t j, arb_t out);

#endif
