/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The plane of query exponent q and update exponent u (entries, K updates).
 *
 * The Mv-hinted conjecture at tau forbids u < omega(1,1,tau) - tau together with q < tau. All tau
 * together forbid what lies below omega(1,1,q) - q, left of q = 1. omega is known from above only:
 * the region below a curve of upper bounds contains the forbidden one, and need not be it. With
 * tau* = ln 4 / (5 ln 10), what only tau < tau* forbid is no longer forbidden if the preprint that
 * reductions/conjecture.c cites is right: q < tau*, and u between omega(1,1,tau*) - tau* and the
 * curve. That it is possible does not follow.
 */
#include <math.h>
#include <string.h>

#include "experiments/measure/count.h"
#include "figure.h"
#include "reductions/conjecture.h"

static enum status write_curves(FILE *data, struct say *say)
{
    struct theory_scheme strassen;
    const enum status status = theory_scheme_find("strassen", &strassen, say);
    figure_block(data, "curves: q, published omega(1,1,q) - q, strassen, classical, reported");
    for (int i = 0; i <= 200; i++) {
        double q = i / 200.0;
        fprintf(data, "%g\t%.6f\t%.6f\t2\t%.6f\n", q, theory_paper_update(q),
                theory_fold(&strassen, 1, q), theory_reported_update(q));
    }
    figure_block(data, "no longer forbidden: q, lower end, upper end");
    for (int i = 0; i <= 20; i++) {
        double q = conjecture_false_below() * i / 20;
        fprintf(data, "%.6f\t%.6f\t%.6f\n", q, theory_paper_update(conjecture_false_below()),
                theory_paper_update(q));
    }
    return status;
}

/* Whether an update only stores a number. */
static bool update_is_free(const char *engine)
{
    const struct cell cell = {.engine = odamv_engine_find(engine),
                              .matmul = "classical",
                              .a = 0.5,
                              .n = 1024,
                              .d = 1024,
                              .quantity = THEORY_UPDATE};
    struct count count;
    return count_cell(&cell, &count) && count.operations == 0;
}

static size_t write_points(const struct figure_input *input, FILE *data, const char *engine,
                           const char *matmul, enum metric metric)
{
    size_t points = 0;
    const bool threshold = odamv_engine_find(engine)->heeds & ODAMV_HEEDS_THRESHOLD;
    for (size_t i = 0; i < FIGURE_A_COUNT; i++) {
        struct fit u, q;
        const double a = threshold ? figure_a[i] : 0.5;
        const struct series query = {engine, threshold ? "classical" : matmul, a, THEORY_QUERY};
        const struct series update = {engine, matmul, a, THEORY_UPDATE};
        const bool free_update = update_is_free(engine);
        if (!figure_fit(input, &query, metric, &q) ||
            (!free_update && !figure_fit(input, &update, metric, &u)))
            continue;
        fprintf(data, "%.5f\t%.5f\t%s\n", q.exponent, free_update ? 0 : u.exponent, engine);
        points++;
        if (!threshold)
            break;
    }
    return points;
}

static enum status write(const struct figure_input *input, FILE *data, FILE *caption,
                         struct say *say)
{
    static const char *const others[] = {"naive", "direct", "eager"};
    static const enum metric metrics[] = {METRIC_OPERATIONS, METRIC_SECONDS};
    const struct series update = {"direct", "classical", 0.5, THEORY_UPDATE};
    const struct series query = {"direct", "classical", 0.5, THEORY_QUERY};
    struct fit direct_u, direct_q;
    const enum status status = write_curves(data, say);
    for (size_t t = 0; t < 2; t++) {
        const char *measure = t ? "timed" : "counted";
        for (size_t m = 0; figure_methods[m]; m++) {
            figure_block(data, "lazy %s %s", figure_methods[m], measure);
            write_points(input, data, "lazy", figure_methods[m], metrics[t]);
        }
        figure_block(data, "others %s", measure);
        for (size_t e = 0; e < sizeof others / sizeof *others; e++)
            write_points(input, data, others[e], "classical", metrics[t]);
    }
    fputs("Query exponent across, update exponent up: counted engines lie on the line of their "
          "multiplication (classical 2, Strassen 2 - 0.1926 a)",
          caption);
    if (figure_fit(input, &update, METRIC_OPERATIONS, &direct_u) &&
        figure_fit(input, &query, METRIC_OPERATIONS, &direct_q))
        fprintf(caption,
                ", and direct at (%.2f, %.2f) lies below the end point (1, %.2f) of the published "
                "bounds, which contradicts no lower bound: those are about q < 1",
                direct_q.exponent, direct_u.exponent, theory_paper_update(1));
    fprintf(caption,
            ". Grey: where the Mv-hinted conjecture may forbid to be, since it speaks of the true "
            "omega and the curves are upper bounds: all of it below the published ones (peer "
            "reviewed), the dark part below those reported in 2026 (%.2f at q = 1; not peer "
            "reviewed). Hatched, q < %.4f: no longer forbidden, if a refutation holds that is not "
            "peer reviewed, which is not yet an engine there. Timed exponents, at the n of a "
            "machine, are "
            "no asymptotics and may lie anywhere.\n",
            theory_reported_update(1), conjecture_false_below());
    return status;
}

const struct figure figure_trade_off = {"trade_off", "The trade-off plane", write};
