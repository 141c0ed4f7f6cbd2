/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Query exponent against a: an entry against a, a column against 1 + a; counted operations of the
 * dearest query of an epoch, and seconds with their interval.
 */
#include <math.h>

#include "figure.h"

struct largest {
    double off;           /* exponent - predicted */
    double counted_there; /* the same of the operations counted at the timed sizes */
};

static struct largest write_points(const struct figure_input *input, FILE *data, const char *engine,
                                   enum theory_quantity quantity, enum metric metric)
{
    struct largest largest = {0, NAN};
    figure_block(data, "%s %s %s", engine, theory_quantity_names[quantity],
                 metric == METRIC_SECONDS ? "timed" : "counted");
    for (size_t i = 0; i < FIGURE_A_COUNT; i++) {
        const double a = figure_a[i];
        const struct series series = {engine, "classical", a, quantity};
        struct fit fit;
        if (!figure_fit(input, &series, metric, &fit))
            continue;
        double predicted = a + (quantity == THEORY_COLUMN), off = fit.exponent - predicted;
        fprintf(data, "%g\t%.5f\t%.5f\t%.5f\n", a, fit.exponent, fit.low, fit.high);
        if (fabs(off) > fabs(largest.off)) {
            largest.off = off;
            if (figure_fit_same_sizes(input, &series, &fit))
                largest.counted_there = fit.exponent - predicted;
        }
    }
    return largest;
}

static enum status write(const struct figure_input *input, FILE *data, FILE *caption,
                         struct say *say)
{
    static const char *const engines[] = {"lazy", "lazy-wc"};
    struct largest timed = {0, NAN}, here;
    double counted = 0;
    (void)say;
    figure_block(data, "curves: a, entry, column");
    fputs("0\t0\t1\n1\t1\t2\n", data);
    for (size_t e = 0; e < 2; e++)
        for (int q = THEORY_QUERY; q <= THEORY_COLUMN; q++) {
            enum theory_quantity quantity = (enum theory_quantity)q;
            here = write_points(input, data, engines[e], quantity, METRIC_OPERATIONS);
            counted = fmax(counted, fabs(here.off));
            here = write_points(input, data, engines[e], quantity, METRIC_SECONDS);
            timed = fabs(here.off) > fabs(timed.off) ? here : timed;
        }
    fprintf(caption,
            "Exponent of n in the cost of the dearest query of an epoch: counted operations lie "
            "within %.4f of a for an entry and of 1 + a for a column; timed exponents part from "
            "them by up to %+.2f, where the operations counted at the timed sizes part by %+.2f.\n",
            counted, timed.off, timed.counted_there);
    return STATUS_OK;
}

const struct figure figure_query_exponent = {"query_exponent", "Query exponent against a", write};
