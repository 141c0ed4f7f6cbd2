/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hunt_states.h: which of the required situations a case is in.
 */
#ifndef HUNT_STATES_H
#define HUNT_STATES_H

#include "hunt_plan.h"

/* Adds the case to the counts. */
void hunt_states_count(struct hunt_states *states, const struct check_case *c,
                       const struct script *script);

#endif
