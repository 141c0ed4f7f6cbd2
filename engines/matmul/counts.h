/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sums of struct matmul_counts, none of which can forget a field.
 */
#ifndef MATMUL_COUNTS_H
#define MATMUL_COUNTS_H

#include "matmul.h"

/* *to += times * *x, field by field. */
void matmul_counts_madd(struct matmul_counts *to, double times, const struct matmul_counts *x);
double matmul_counts_work(const struct matmul_counts *c); /* all but leaves */

#endif
