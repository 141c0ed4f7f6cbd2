/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Answers from one row of logits, by the definition: B_ij = sum_s w_s V_sj / sum_s w_s with
 * w_s = exp(L_is - shift), shift = max_s L_is. Sums are carried as pairs; time O(n) per row and
 * O(n) per column. This is how `naive` answers everything, and the other engines answer marked
 * rows.
 *
 * Error. With |w_s / exact - 1| <= eta (kernel.h) and B~ the answer at the computed weights,
 *     |B - B~| <= eta / (1 - eta)^2 sum_s w_s |V_sj - B~| / D,
 * since B - B~ is the mean of V - B~ under the exact weights. Not normalised: the same without B~
 * and D, times exp(shift). Where eta reaches 1/8, or the shift 2^53, the answer is only known to
 * lie between the column's smallest and largest value, or (not normalised) not at all: the bound
 * is then infinite.
 */
#ifndef ODAMV_ROW_H
#define ODAMV_ROW_H

#include "engines/numerics/kernel.h"
#include "odamv.h"

struct row {
    size_t n;
    double *hi; /* n: the row's logits, filled in by the caller */
    float *lo;
    double *w;
    double *v;                       /* n: room for a column of V */
    double shift, sum, sum_low, eta; /* eta: infinite where the weights cannot be relied on */
};

enum odamv_status row_open(struct row *row, size_t n);
void row_close(struct row *row);
double row_memory(size_t n);

/* Weights and their sum from hi and lo, which are within `error` of the logits. */
void row_prepare(struct row *row, const struct kernel *kernel, double error);

/* The answer for the column in row->v. DOMAIN: not normalised and beyond the doubles. */
enum odamv_status row_answer(const struct row *row, bool normalised, struct odamv_answer *out);

/* Beyond this the low part of a logit is no small correction any more: such weights are not relied
 * on. */
#define SHIFT_RELIABLE 0x1p53

/* exp(shift) * (value +- bound), or DOMAIN beyond the doubles. */
enum odamv_status row_unshift(double shift, struct odamv_answer *answer);

/* Adds the operations of preparing so many rows and answering so many of their columns. */
void row_count(struct odamv_counts *counts, double n, double rows, double columns);

#endif
