/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * omega.h: upper bounds on omega(1,1,a), the exponent of the time T(n, n^a, n) that the product of
 * an n x n^a matrix and an n^a x n one takes.
 */
#ifndef OMEGA_H
#define OMEGA_H

#include <stddef.h>

struct omega_point {
    double a, omega;
};

struct omega_table {
    const char *name, *citation;
    size_t count;
    const struct omega_point *points; /* by increasing a, the last at a = 1 */
};

/* The latest first; ended by a null name. */
extern const struct omega_table omega_tables[];

/* The bound of one table, and the least bound of all tables, at 0 <= a <= 1; else NaN. */
double omega_of_table(const struct omega_table *table, double a);
double omega_least(double a);

#endif
