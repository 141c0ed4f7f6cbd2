/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Update exponent against a. Curves: 2 with classical multiplication, 2 - 0.1926 a with Strassen's,
 * omega(1,1,a) - a with the best known bounds. Points: counted multiplications inside products, and
 * seconds with their interval.
 */
#include <math.h>
#include <string.h>

#include "figure.h"

static void write_curves(FILE *data)
{
    const double w = theory_strassen();
    figure_block(data, "curves: a, classical, strassen, omega(1,1,a) - a");
    for (int i = 0; i <= 100; i++) {
        double a = i / 100.0;
        fprintf(data, "%g\t%g\t%.6f\t%.6f\n", a, 2.0, theory_rectangular(w, a) - a,
                theory_paper_update(a));
    }
}

/* One block; returns the largest |exponent - predicted|, and where it is. */
static double write_points(const struct figure_input *input, FILE *data, const char *engine,
                           const char *matmul, enum metric metric, double *where)
{
    double largest = 0;
    figure_block(data, "%s %s %s", engine, matmul, metric == METRIC_SECONDS ? "timed" : "counted");
    for (size_t i = 0; i < FIGURE_A_COUNT; i++) {
        const struct series series = {engine, matmul, figure_a[i], THEORY_UPDATE};
        struct fit fit;
        if (!figure_fit(input, &series, metric, &fit))
            continue;
        double off = fit.exponent - record_prediction(records_find(&input->records, &series,
                                                                   metric == METRIC_SECONDS));
        fprintf(data, "%g\t%.5f\t%.5f\t%.5f\n", figure_a[i], fit.exponent, fit.low, fit.high);
        if (fabs(off) > fabs(largest)) {
            largest = off;
            *where = figure_a[i];
        }
    }
    return largest;
}

static enum status write(const struct figure_input *input, FILE *data, FILE *caption,
                         struct say *say)
{
    static const char *const engines[] = {"lazy", "lazy-wc"};
    double counted = 0, timed = 0, timed_at = 0, where = 0;
    const char *timed_by = "";
    (void)say;
    write_curves(data);
    for (size_t e = 0; e < 2; e++)
        for (size_t m = 0; figure_methods[m]; m++) {
            double off = write_points(input, data, engines[e], figure_methods[m],
                                      METRIC_MULTIPLICATIONS, &where);
            counted = fmax(counted, fabs(off));
            off = write_points(input, data, engines[e], figure_methods[m], METRIC_SECONDS, &where);
            if (fabs(off) > fabs(timed)) {
                timed = off;
                timed_at = where;
                timed_by = engines[e];
            }
        }
    fprintf(
        caption,
        "Exponent of n in the cost of a K update: counted multiplications lie within %.4f of the "
        "curve of the multiplication in use, while timed exponents part from it by up to "
        "%+.2f (%s, a = %g), for the reasons measured below; omega(1,1,a) - a is out of reach of "
        "any multiplication that has been implemented.\n",
        counted, timed, timed_by, timed_at);
    return STATUS_OK;
}

const struct figure figure_update_exponent = {"update_exponent", "Update exponent against a",
                                              write};
