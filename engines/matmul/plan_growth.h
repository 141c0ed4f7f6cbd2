/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How large what a plan computes can become: see plan_growth.c.
 */
#ifndef MATMUL_PLAN_GROWTH_H
#define MATMUL_PLAN_GROWTH_H

#include "plan_count.h"

/* In units of |A||B|, into an empty target; infinite where a coefficient is no integer. OK or NOMEM. */
enum odamv_status matmul_plan_growth(const struct matmul_plan *plan, double *growth);

#endif
