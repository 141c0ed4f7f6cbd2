/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Update exponent against a. Curves: what lazy has with the multiplications below, and
 * omega(1,1,a) - a with the published bounds and with those reported in 2026. Points: counted
 * multiplications inside products, and seconds with their interval. hk424 is rectangular: more than
 * Strassen's scheme saves up to a = 1/2, where its m and n are used up, and nothing more from there.
 */
#include <math.h>
#include <string.h>

#include "figure.h"

static const char *const methods[] = {"classical", "strassen", "hk424", NULL};

static enum status write_curves(FILE *data, struct say *say)
{
    struct theory_scheme strassen, hk424;
    enum status status = theory_scheme_find("strassen", &strassen, say);
    if (status == STATUS_OK)
        status = theory_scheme_find("hk424", &hk424, say);
    figure_block(data, "curves: a, classical, strassen, published omega(1,1,a) - a, reported, "
                       "hk424");
    for (int i = 0; status == STATUS_OK && i <= 100; i++) {
        double a = i / 100.0;
        fprintf(data, "%g\t%g\t%.6f\t%.6f\t%.6f\t%.6f\n", a, 2.0, theory_fold(&strassen, 1, a),
                theory_paper_update(a), theory_reported_update(a), theory_fold(&hk424, 1, a));
    }
    return status;
}

/* One block unless it would be empty: gnuplot gives the name of an empty one to the next. Returns
 * the largest |exponent - predicted|, and where it is. */
static double write_points(const struct figure_input *input, FILE *data, const char *engine,
                           const char *matmul, enum metric metric, double *where)
{
    double largest = 0;
    bool begun = false;
    for (size_t i = 0; i < FIGURE_A_COUNT; i++) {
        const struct series series = {engine, matmul, figure_a[i], THEORY_UPDATE};
        struct fit fit;
        if (!figure_fit(input, &series, metric, &fit))
            continue;
        if (!begun)
            figure_block(data, "%s %s %s", engine, matmul,
                         metric == METRIC_SECONDS ? "timed" : "counted");
        begun = true;
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
    const enum status status = write_curves(data, say);
    for (size_t e = 0; e < 2; e++)
        for (size_t m = 0; methods[m]; m++) {
            double off =
                write_points(input, data, engines[e], methods[m], METRIC_MULTIPLICATIONS, &where);
            counted = fmax(counted, fabs(off));
            off = write_points(input, data, engines[e], methods[m], METRIC_SECONDS, &where);
            if (fabs(off) > fabs(timed)) {
                timed = off;
                timed_at = where;
                timed_by = engines[e];
            }
        }
    fprintf(
        caption,
        "Exponent of n in the cost of a K update: counted multiplications lie within %.4f of what "
        "the engine has with the multiplication in use (with hk424 the tiles of lazy-wc leave "
        "fewer levels than the whole fold of lazy), while timed exponents part from it by up to "
        "%+.2f (%s, a = %g), for the reasons measured below; omega(1,1,a) - a is an upper bound, "
        "published (peer reviewed) or reported in 2026 (not peer reviewed), and out of reach of "
        "any multiplication that has been implemented.\n",
        counted, timed, timed_by, timed_at);
    return status;
}

const struct figure figure_update_exponent = {"update_exponent", "Update exponent against a",
                                              write};
