/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fit.c: the slope of log cost against log n.
 *
 * Bootstrap: within every n the seeds are drawn with replacement, 500 times, and the line is fitted
 * anew; the interval runs between the 2.5 % and the 97.5 % quantile of the slopes. Seeded, hence
 * the same every time.
 */
#include "fit.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_multifit.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { SIZES_LEAST = 5, DRAWS = 500 };

static const double decade = 10;

/* Points by increasing n, and where the points of each n begin. */
struct points {
    size_t count, sizes;
    double *n, *x, *y; /* n, log n, log cost */
    size_t first[FIT_SIZES_MAX + 1];
};

static void points_close(struct points *p)
{
    free(p->n);
    free(p->x);
    free(p->y);
}

static enum status points_open(struct points *p, const struct record *records, size_t count,
                               const struct fit_options *options, struct say *say)
{
    const struct fit_range *range = &options->range;
    *p = (struct points){.n = calloc(count + 1, sizeof *p->n),
                         .x = calloc(count + 1, sizeof *p->x),
                         .y = calloc(count + 1, sizeof *p->y)};
    if (!p->n || !p->x || !p->y)
        return say_fail(say, STATUS_MACHINE, "no memory");
    for (size_t i = 0; i < count; i++) {
        double n = (double)records[i].n, cost = records[i].value[options->metric];
        if (n < range->least || n > range->most)
            continue;
        if (!(cost > 0) || !isfinite(cost))
            return say_fail(say, STATUS_BAD,
                            "the cost at n = %zu is %g, expected a positive number", records[i].n,
                            cost);
        if (!p->count || n > p->n[p->count - 1]) {
            if (p->sizes == FIT_SIZES_MAX)
                return say_fail(say, STATUS_BAD, "more than %d sizes", FIT_SIZES_MAX);
            p->first[p->sizes++] = p->count;
        }
        p->n[p->count] = n;
        p->x[p->count] = log(n);
        p->y[p->count++] = log(cost);
    }
    p->first[p->sizes] = p->count;
    return STATUS_OK;
}

/* Least squares, made robust where the points scatter. */
static void fit_line(size_t count, const double *x, const double *y, double *intercept,
                     double *slope)
{
    double c00, c01, c11, squares;
    gsl_fit_linear(x, 1, y, 1, count, intercept, slope, &c00, &c01, &c11, &squares);
    if (squares < 1e-20 * (double)count)
        return;
    gsl_multifit_robust_workspace *work =
        gsl_multifit_robust_alloc(gsl_multifit_robust_bisquare, count, 2);
    gsl_matrix *design = gsl_matrix_alloc(count, 2), *covariance = gsl_matrix_alloc(2, 2);
    gsl_vector *coefficient = gsl_vector_alloc(2);
    if (work && design && covariance && coefficient) {
        gsl_vector_const_view values = gsl_vector_const_view_array(y, count);
        for (size_t i = 0; i < count; i++) {
            gsl_matrix_set(design, i, 0, 1);
            gsl_matrix_set(design, i, 1, x[i]);
        }
        int status = gsl_multifit_robust(design, &values.vector, coefficient, covariance, work);
        double c0 = gsl_vector_get(coefficient, 0), c1 = gsl_vector_get(coefficient, 1);
        if ((status == GSL_SUCCESS || status == GSL_EMAXITER) && isfinite(c0) && isfinite(c1)) {
            *intercept = c0;
            *slope = c1;
        }
    }
    gsl_multifit_robust_free(work);
    gsl_matrix_free(design);
    gsl_matrix_free(covariance);
    gsl_vector_free(coefficient);
}

/* Medians, local slopes and residuals; sorts the costs of each n. */
static void describe(struct points *p, struct fit *out)
{
    double squares = 0;
    out->sizes = p->sizes;
    for (size_t s = 0; s < p->sizes; s++) {
        const size_t first = p->first[s], count = p->first[s + 1] - first;
        gsl_sort(p->y + first, 1, count);
        double y = gsl_stats_median_from_sorted_data(p->y + first, 1, count), x = p->x[first];
        out->n[s] = p->n[first];
        out->cost[s] = exp(y);
        out->off[s] = y - out->log_factor - out->exponent * x;
        out->local[s] = s ? (y - log(out->cost[s - 1])) / (x - log(out->n[s - 1])) : NAN;
    }
    for (size_t i = 0; i < p->count; i++) {
        double off = p->y[i] - out->log_factor - out->exponent * p->x[i];
        squares += off * off;
    }
    out->residual = sqrt(squares / (double)p->count);
}

static void interval_of_locals(struct fit *out)
{
    out->low = INFINITY;
    out->high = -INFINITY;
    for (size_t s = 1; s < out->sizes; s++) {
        out->low = fmin(out->low, out->local[s]);
        out->high = fmax(out->high, out->local[s]);
    }
}

static bool interval_by_bootstrap(const struct points *p, unsigned long seed, struct fit *out)
{
    double slope[DRAWS], intercept, *x = calloc(p->count, sizeof *x),
                                    *y = calloc(p->count, sizeof *y);
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    bool fine = x && y && random;
    if (fine)
        gsl_rng_set(random, seed);
    for (size_t draw = 0; fine && draw < DRAWS; draw++) {
        for (size_t s = 0; s < p->sizes; s++) {
            const size_t first = p->first[s], count = p->first[s + 1] - first;
            for (size_t i = first; i < first + count; i++) {
                x[i] = p->x[i];
                y[i] = p->y[first + gsl_rng_uniform_int(random, count)];
            }
        }
        fit_line(p->count, x, y, &intercept, &slope[draw]);
    }
    if (fine) {
        gsl_sort(slope, 1, DRAWS);
        out->low = gsl_stats_quantile_from_sorted_data(slope, 1, DRAWS, 0.025);
        out->high = gsl_stats_quantile_from_sorted_data(slope, 1, DRAWS, 0.975);
    }
    if (random)
        gsl_rng_free(random);
    free(x);
    free(y);
    return fine;
}

enum status fit_series(const struct record *records, size_t count,
                       const struct fit_options *options, struct fit *out, struct say *say)
{
    struct points p;
    enum status status = points_open(&p, records, count, options, say);
    *out = (struct fit){.exponent = NAN, .low = NAN, .high = NAN};
    if (status == STATUS_OK && p.sizes < SIZES_LEAST)
        status = say_fail(say, STATUS_BAD, "%zu sizes, expected at least %d", p.sizes, SIZES_LEAST);
    else if (status == STATUS_OK && p.x[p.count - 1] - p.x[0] < log(decade) * (1 - 1e-12))
        status = say_fail(say, STATUS_BAD, "n from %.0f to %.0f, expected at least one decade",
                          p.n[0], p.n[p.count - 1]);
    if (status == STATUS_OK) {
        fit_line(p.count, p.x, p.y, &out->log_factor, &out->exponent);
        describe(&p, out);
        if (options->metric < METRIC_SECONDS)
            interval_of_locals(out);
        else if (!interval_by_bootstrap(&p, options->seed, out))
            status = say_fail(say, STATUS_MACHINE, "no memory");
    }
    points_close(&p);
    return status;
}
