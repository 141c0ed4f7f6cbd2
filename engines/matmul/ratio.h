/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rationals in lowest terms, the coefficients of schemes.
 */
#ifndef MATMUL_RATIO_H
#define MATMUL_RATIO_H

#include <stdint.h>

#include "matmul.h"

/* The greatest common divisor, not negative. */
int64_t matmul_gcd(int64_t a, int64_t b);
/* num / den, a b; false where the result leaves MATMUL_COEF_MAX, or den is 0. */
bool matmul_ratio_make(int64_t num, int64_t den, struct matmul_ratio *out);
bool matmul_ratio_times(struct matmul_ratio a, struct matmul_ratio b, struct matmul_ratio *out);
/* The nearest double. */
static inline double matmul_ratio_value(struct matmul_ratio a)
{
    return (double)a.num / a.den;
}
/* Multiplying by it rounds nothing (short of underflow): plus or minus a power of two. */
static inline bool matmul_ratio_exact(struct matmul_ratio a)
{
    int num = a.num < 0 ? -a.num : a.num;
    return !(num & (num - 1)) && !(a.den & (a.den - 1));
}

#endif
