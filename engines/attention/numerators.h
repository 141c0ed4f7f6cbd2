/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * C = A V and the errors of its entries that do not drift; see attention.h for the invariant.
 *
 * C is stored by value columns (p x ld): a value update, a column query and the fold of a K record
 * all run along contiguous rows.
 */
#ifndef ODAMV_NUMERATORS_H
#define ODAMV_NUMERATORS_H

#include "odamv.h"

struct numerators {
    double *c;    /* p x ld */
    double *base; /* ld: error of the row's product from scratch, per unit of a column's norm */
    double *peak; /* ld: at least the largest |C_ij| since the row was computed */
    double fast_error; /* of the fast products since the last refresh, in every entry */
};

/* OK, all 0, or NOMEM. */
enum odamv_status numerators_open(struct numerators *x, const struct odamv_problem *problem);
void numerators_close(struct numerators *x);
double numerators_memory(const struct odamv_problem *shape);

#endif
