/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * oracle.h: the exact answer of the problem of odamv.h, in ball arithmetic.
 *
 * After any number of single-entry updates oracle_query encloses B_ij in an Arb ball that is far
 * smaller than one unit in the last place of a double; oracle_error encloses |value - B_ij|. Both
 * hold rigorously: there is no rounding that the ball does not contain. Logits and values of any
 * size are taken, also such as no engine accepts, since Arb's exponents have no limit.
 *
 * FLINT ends the process when memory is short; oracle_open returns null only for its own arrays.
 */
#ifndef ODAMV_ORACLE_H
#define ODAMV_ORACLE_H

#include "odamv.h"

#if __has_include(<flint/arb.h>)
#include <flint/arb.h> /* FLINT 3 and later */
#else
#include <arb.h>
#endif

struct oracle;

/* Both ends of an interval that contains the error, in doubles rounded outwards. */
struct oracle_error {
    double lower, upper;
};

/* The entries are copied. The problem is valid (odamv_problem_check). Null: no memory. */
struct oracle *oracle_open(const struct odamv_problem *problem);

/* K[key,feature] = value and so on. Not checked: index in range, value finite. */
void oracle_set_k(struct oracle *o, size_t key, size_t feature, double value);
void oracle_set_v(struct oracle *o, size_t key, size_t column, double value);
void oracle_set_q(struct oracle *o, size_t row, size_t feature, double value);

/* B[i,j]. The radius is at most 2^-64 |B[i,j]|, or, where the terms of the sum cancel, at most
 * 2^-480 times the sum of their absolute values. */
void oracle_query(struct oracle *o, size_t i, size_t j, arb_t out);

/* |value - B[i,j]|. Both ends are NaN when value is, so that !(lower <= bound) holds. */
struct oracle_error oracle_error(struct oracle *o, size_t i, size_t j, double value);

/* |value - exact| for a ball that the caller keeps. */
struct oracle_error oracle_distance(const arb_t exact, double value);

void oracle_close(struct oracle *o); /* accepts null */

#endif
