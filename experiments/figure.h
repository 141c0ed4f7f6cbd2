/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * figure.h: what the figures of plots/ draw, computed from rows, and captions that say what it is.
 *
 * experiments/NAME.c writes NAME.tsv, which plots/NAME.gp draws, and NAME.txt, the caption. A data
 * file is a sequence of blocks, each under a comment line with its name, separated by two empty
 * lines: what gnuplot calls an index.
 */
#ifndef FIGURE_H
#define FIGURE_H

#include <stdio.h>

#include "experiments/results/fit.h"
#include "experiments/results/records.h"

struct figure_input {
    struct records records;
    bool quick; /* small problems, which only show that it runs */
};

struct figure {
    const char *name, *title;
    /* Into open streams, whose errors stay in them. Not OK: what the figure measures by itself went
     * wrong. */
    enum status (*write)(const struct figure_input *input, FILE *data, FILE *caption,
                         struct say *say);
};

/* Begins a block. */
void figure_block(FILE *data, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The exponent of one series, fitted over the n at which it is meant to be asymptotic: products'
 * multiplications from 2^8 to 2^24, all operations of an update from 2^28, of a query from 2^38,
 * seconds everywhere. False: there is no such series, or no fit. */
bool figure_fit(const struct figure_input *input, const struct series *series, enum metric metric,
                struct fit *out);

/* The exponent of the operations counted at the very sizes, d and leaf at which a series was timed:
 * what the timed exponent would be if every operation took the same time. */
bool figure_fit_same_sizes(const struct figure_input *input, const struct series *series,
                           struct fit *out);

/* The thresholds and multiplications of the figures. */
extern const double figure_a[];
#define FIGURE_A_COUNT 4
extern const char *const figure_methods[]; /* ended by null */

/* Columns of rates.tsv behind n: four each, one per a, and one. See rates.c. */
enum {
    RATE_PRODUCT = 0,
    RATE_PIECE = RATE_PRODUCT + FIGURE_A_COUNT,
    RATE_ACROSS = RATE_PIECE + FIGURE_A_COUNT,
    RATE_ALONG = RATE_ACROSS + FIGURE_A_COUNT,
    FIGURE_RATES
};

#endif
