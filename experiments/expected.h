/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * expected.h: what timed exponents should be, from the times of the parts that an operation
 * consists of, each measured by itself at the same n.
 */
#ifndef EXPECTED_H
#define EXPECTED_H

#include "figure.h"

struct rates {
    size_t count;
    double n[FIT_SIZES_MAX];
    double ns[FIT_SIZES_MAX][FIGURE_RATES]; /* columns of rates.tsv */
};

/* From FOLDER/rates.tsv; no entries when there is none. */
void rates_read(const char *folder, struct rates *out);

/* The exponent of the sum of the parts over the n that a series was timed at. False: some part was
 * not measured at those n. */
bool expected_fit(const struct figure_input *input, const struct rates *rates,
                  const struct record *series, struct fit *out);

/* Seconds that a series of lazy or lazy-wc spends per multiplication of its products at n: what its
 * update takes longer than one of lazy between two folds, divided by its multiplications. NaN where
 * something was not measured. */
double expected_fold_seconds(const struct figure_input *input, const struct record *series,
                             double n);

#endif
