/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * V and what bounds its entries: for every key s and column j
 *
 *     low_j <= V_sj <= high_j,   |V_sj| <= key_peak_s,   |V_sj| <= peak,   ||V_.j|| <= norm_j
 *
 * folds_j counts the changes of column j that were added to C since C was computed from scratch.
 */
#ifndef ODAMV_VALUES_H
#define ODAMV_VALUES_H

#include "odamv.h"

struct values {
    size_t n, p;
    double *v;        /* n x p */
    double *key_peak; /* n */
    double peak;
    double *low, *high, *norm, *folds; /* p each */
};

/* OK or NOMEM; copies V. The bounds hold once values_measure has been called. */
enum odamv_status values_open(struct values *x, const struct odamv_problem *problem);
void values_close(struct values *x);
double values_memory(const struct odamv_problem *shape);

/* DOMAIN unless V[key,column] = value is in range, finite and within ODAMV_VALUE_MAX. */
enum odamv_status values_allow(const struct values *x, size_t key, size_t column, double value);
/* Widens the bounds to cover `after` instead of `before` in the cell; V itself is not changed. */
void values_cover(struct values *x, size_t key, size_t column, double before, double after);
/* The bounds as tight as V is now; no folds. */
void values_measure(struct values *x);
/* The bounds that a change of the cell may have loosened, as tight as V is now, but for the norm,
 * which is returned. O(n + p). */
double values_measure_cell(struct values *x, size_t key, size_t column);

/* V[:,j] into out (n). */
void values_column(const struct values *x, size_t j, double *out);

/* Adds what so many of values_measure, of values_measure_cell, execute: the squares. */
void values_count_measure(struct odamv_counts *c, double n, double p, double times);
void values_count_measure_cell(struct odamv_counts *c, double n, double times);

bool values_check(const struct values *x, char *message, size_t size);

#endif
