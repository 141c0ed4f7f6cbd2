/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sums and dot products carried as pairs. */
#ifndef ODAMV_PAIR_H
#define ODAMV_PAIR_H

#include <stddef.h>

#include "eft.h"

/* sum_s x_s; 10 additions per term, error n 2^-100 of their magnitudes. */
struct pair pair_sum(size_t n, const double *x);

/* sum_s x_s y_s; 12 additions, 2 multiplications per term, error as above. */
struct pair pair_dot(size_t n, const double *x, const double *y);

#endif
