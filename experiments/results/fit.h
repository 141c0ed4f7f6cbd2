/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fit.h: the exponent e in cost = c n^e, from measured costs.
 */
#ifndef FIT_H
#define FIT_H

#include "records.h"

#define FIT_SIZES_MAX 64

struct fit_range {
    double least, most; /* values of n that take part */
};

struct fit_options {
    enum metric metric; /* the cost */
    struct fit_range range;
    unsigned long seed; /* of the bootstrap */
};

struct fit {
    double exponent, log_factor; /* log cost = log_factor + exponent log n, natural logarithms */
    /* timed: 95 % bootstrap interval over seeds. Counts, which are exact: the smallest and the
     * largest local slope. */
    double low, high;
    double residual; /* root mean square of log cost - line */
    size_t sizes;
    double n[FIT_SIZES_MAX];
    double cost[FIT_SIZES_MAX];  /* median over seeds */
    double off[FIT_SIZES_MAX];   /* log cost - line */
    double local[FIT_SIZES_MAX]; /* local[s]: slope from n[s-1] to n[s]; local[0] is unused */
};

/* Robust regression of log cost on log n (GSL, Tukey's bisquare), least squares where the points
 * are on a line. The records are one series. BAD: fewer than five sizes, less than one decade of n,
 * or a cost that is not positive; MACHINE: no memory. */
enum status fit_series(const struct record *records, size_t count,
                       const struct fit_options *options, struct fit *out, struct say *say);

#endif
