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
    THEORY_COLUMN, /* the n entries of a column */
};

/* "update", "query", "column". */
extern const char *const theory_quantity_names[];

/* Exponent w of n x n products by a multiplication, a name of engines/matmul/matmul.h or a file: 3
 * for classical, log2 7 for strassen. BAD: no such scheme; MACHINE: memory. *w is NaN then. */
enum status theory_exponent(const char *matmul, double *w, struct say *say);

/* log2 7. */
double theory_strassen(void);

/* omega(1,1,a) of a square scheme with exponent w: n^(2 - 2a) products of n^a x n^a blocks. */
double theory_rectangular(double w, double a);

/* The paper's update exponent omega(1,1,a) - a, at the best published bounds. */
double theory_paper_update(double a);

/* Exponent in n of an operation of a built-in engine whose products have exponent w, for d = n^f
 * with f = 1, or f = 0 for a constant d; NaN for an engine that is not known here. */
double theory_operation(const char *engine, enum theory_quantity quantity, double w, double a,
                        double f);

#endif
