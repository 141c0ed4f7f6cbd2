/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * theory.h: the exponents that the paper and the engines' own descriptions predict, in the case
 * m = n, d = p = n and k = n^a.
 */
#ifndef THEORY_H
#define THEORY_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/ground/say.h"

enum theory_quantity {
    THEORY_UPDATE, /* one K update, amortised */
    THEORY_QUERY,  /* one entry */
    THEORY_COLUMN, /* the n entries of a column: at a = tau, phase 3 of the hinted-Mv problem */
    THEORY_HINT,   /* k K updates, amortised: at a = tau phase 2, a P of n^tau nonzeros */
    THEORY_VALUE,  /* one V update, amortised */
    THEORY_QUANTITIES,
};

/* Queries of one kind or another; the rest are updates. */
static inline bool theory_is_query(enum theory_quantity quantity)
{
    return quantity == THEORY_QUERY || quantity == THEORY_COLUMN;
}

/* "update", "query", "column", "hint", "value". */
extern const char *const theory_quantity_names[];

/* A scheme <m,k,n;r> as far as exponents go: natural logarithms of its sides and of m k n / r, by
 * which one level divides the multiplications. All zero: classical. */
struct theory_scheme {
    double m, k, n, gain;
};

/* Of a multiplication, a name of engines/matmul/matmul.h or a file. BAD: no such scheme; MACHINE:
 * memory. *out is classical then. */
enum status theory_scheme_find(const char *matmul, struct theory_scheme *out, struct say *say);

/* Exponent of a fold of n^a records, divided by n^a: products of n^side x n^a by n^a x n^side that
 * make up n x n, with the scheme on as many levels as its sides leave,
 *
 *     2 - gain min(side / log m, a / log k, side / log n).
 *
 * That is 2 - s a with s = gain / log k as long as a / side <= log k / log max(m, n), and stays
 * there: a plan has one scheme on all levels. 2 - (3 - w) a for square ones. */
double theory_fold(const struct theory_scheme *scheme, double side, double a);

/* The paper's update exponent omega(1,1,a) - a at the best published bounds, and at those that are
 * reported and not peer reviewed. */
double theory_paper_update(double a);
double theory_reported_update(double a);

/* Exponent in n of an operation of a built-in engine with that scheme under it, for d = n^f with f =
 * 1, or f = 0 for a constant d; NaN for an engine that is not known here. */
double theory_operation(const char *engine, enum theory_quantity quantity,
                        const struct theory_scheme *scheme, double a, double f);

#endif
