/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A bound on the rounding errors of a plan: see plan_error.c.
 */
#ifndef MATMUL_PLAN_ERROR_H
#define MATMUL_PLAN_ERROR_H

#include "plan_levels.h"

/* OK or NOMEM. */
enum odamv_status matmul_plan_bound(const struct matmul_plan *plan, struct matmul_error *out);

#endif
