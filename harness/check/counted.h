/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * counted.h: cases that are a workload of odamv.h, for which `cost` predicts what `stats` counts.
 *
 * Whether a case is one can be seen from the case alone, so that a saved one is judged as it was.
 * Every update must be legal and change its entry; no row may lose its accuracy, hence logits must
 * stay within 4, so that D changes by less than e^8, far from the 2^20 of the engines here, and
 * values between 2^-12 and 2^12, so that errors are measured against something.
 */
#ifndef COUNTED_H
#define COUNTED_H

#include "check_case.h"
#include "temper.h"

/* The case's operations as counts; false: it is no such workload. expected[t] is the status of
 * operation t. */
bool counted_workload(const struct check_case *c, const enum odamv_status *expected,
                      struct odamv_workload *workload);

/* A random one, to be closed by case_close: its lists end beside a fold, or go beyond a refresh. It
 * depends on seed and number only. */
void counted_case(const struct generate_options *options, unsigned long number,
                  struct check_case *c);

#endif
