/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check_climb.h: `odamv check --climb`.
 */
#ifndef CHECK_CLIMB_H
#define CHECK_CLIMB_H

#include "harness/check/climb_plan.h"

/* Prints, per engine and multiplication, the largest error / bound that an adversary reached, and
 * quantiles of all of them; a violation with the command that repeats it. Returns the exit status:
 * FAILED where a bound was violated, or the climb interrupted. */
enum status check_climb(const struct climb_options *options, bool json);

#endif
