/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Why times grow with other exponents than operations: the time of one operation depends on n.
 *
 *     product   per multiplication-addition of a fold's product, n x n^a by n^a x n
 *     piece     the same of a single update's share of it, square, of half the inner dimension
 *     across    per double read across n^a columns of length n, as entry queries do
 *     along     per double of adding a column to all columns of an n x n matrix, as eager does
 *     weight    per exponential in the cache: the same at every n
 *
 * expected.c adds them up to the times of whole queries, and page.c holds the time that folds take
 * per multiplication against that of a bare product.
 */
#include <cblas.h>
#include <gsl/gsl_fit.h>
#include <math.h>
#include <stdlib.h>

#include "engines/numerics/clock.h"
#include "experiments/measure/timing.h"
#include "figure.h"
#include "harness/ground/machine.h"

enum { SIZES = 5, ROUNDS = 9 };

static const double round_seconds = 2e-3, patience = 1; /* seconds */

struct arrays {
    size_t n;
    double *a, *b, *c; /* room for the largest n x n */
};

/* Seconds per multiplication-addition of C += A^T B, C being side x side, A and B k x n. */
static double time_product(const struct arrays *x, size_t side, size_t k)
{
    const blasint n = (blasint)x->n, rows = (blasint)side;
    const double work = (double)side * (double)side * (double)k;
    const size_t calls = 1 + (size_t)(round_seconds * 2e10 / work);
    double samples[ROUNDS], begun = clock_seconds();
    size_t rounds = 0;
    while (rounds < ROUNDS && (!rounds || clock_seconds() - begun < patience)) {
        double start = clock_seconds();
        for (size_t t = 0; t < calls; t++)
            cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, rows, rows, (blasint)k, 1.0, x->a,
                        n, x->b, n, 1.0, x->c, n);
        samples[rounds++] = (clock_seconds() - start) / ((double)calls * work);
    }
    return timing_median(rounds, samples);
}

/* Seconds per double of sums across k columns of length n, rows in scattered order. */
static double time_across(const struct arrays *x, size_t k)
{
    const size_t rows = 64 + 100000 / k;
    double samples[ROUNDS], sum = 0;
    for (size_t r = 0; r < ROUNDS; r++) {
        double start = clock_seconds();
        for (size_t row = 0; row < rows; row++) {
            const double *at = x->c + (row * 997 + r * 61) % x->n;
            for (size_t t = 0; t < k; t++)
                sum += at[t * x->n];
        }
        samples[r] = (clock_seconds() - start) / ((double)rows * (double)k);
    }
    x->b[0] = sum; /* so that the sum is computed */
    return timing_median(ROUNDS, samples);
}

/* Seconds per double of adding a multiple of one column to every column. */
static double time_along(const struct arrays *x)
{
    const size_t columns = 64 + 1000000 / x->n;
    double samples[ROUNDS];
    for (size_t r = 0; r < ROUNDS; r++) {
        double start = clock_seconds();
        for (size_t t = 0; t < columns; t++)
            cblas_daxpy((blasint)x->n, 1e-9, x->a, 1, x->c + t % x->n * x->n, 1);
        samples[r] = (clock_seconds() - start) / ((double)columns * (double)x->n);
    }
    return timing_median(ROUNDS, samples);
}

static double seconds_of(const struct arrays *x, size_t kind)
{
    const size_t k = odamv_threshold(x->n, figure_a[kind % FIGURE_A_COUNT]), half = (k + 1) / 2;
    if (kind < RATE_PIECE)
        return time_product(x, x->n, k);
    if (kind < RATE_ACROSS)
        return time_product(x, (size_t)((double)x->n / sqrt((double)half)), half);
    return kind < RATE_ALONG ? time_across(x, k) : time_along(x);
}

static double slope(const double *log_n, const double *log_time)
{
    double c0, c1, v00, v01, v11, squares;
    gsl_fit_linear(log_n, 1, log_time, 1, SIZES, &c0, &c1, &v00, &v01, &v11, &squares);
    return c1;
}

static void write_rates(struct arrays *x, size_t first, FILE *data, double *exponent)
{
    static const char columns[] = "product, piece, across: a = 0.25, 0.5, 0.75, 1 each; along";
    double log_n[SIZES], log_time[FIGURE_RATES][SIZES];
    figure_block(data, "ns: n; %s", columns);
    for (size_t s = 0; s < SIZES; s++) {
        x->n = first << s;
        log_n[s] = log((double)x->n);
        fprintf(data, "%zu", x->n);
        for (size_t kind = 0; kind < FIGURE_RATES; kind++) {
            double seconds = seconds_of(x, kind);
            log_time[kind][s] = log(seconds);
            fprintf(data, "\t%.4f", seconds * 1e9);
        }
        putc('\n', data);
    }
    figure_block(data, "exponents: %s", columns);
    for (size_t kind = 0; kind < FIGURE_RATES; kind++) {
        exponent[kind] = slope(log_n, log_time[kind]);
        fprintf(data, "%s%.4f", kind ? "\t" : "", exponent[kind]);
    }
    putc('\n', data);
}

static enum status write(const struct figure_input *input, FILE *data, FILE *caption,
                         struct say *say)
{
    const size_t first = input->quick ? 32 : 256, largest = first << (SIZES - 1);
    const size_t entries = largest * largest;
    struct arrays x = {0, calloc(entries, 8), calloc(entries, 8), calloc(entries, 8)};
    double exponent[FIGURE_RATES];
    const char *kernel;
    const bool fine = x.a && x.b && x.c;
    for (size_t i = 0; fine && i < entries; i++)
        x.a[i] = x.b[i] = x.c[i] = 1e-3; /* touches every page */
    if (fine) {
        write_rates(&x, first, data, exponent);
        fprintf(caption,
                "Time of one operation, one thread, n = %zu to %zu: a multiplication-addition of "
                "the fold's product takes a time that grows like n^%+.2f for a = 0.25 and n^%+.2f "
                "for a = 1; adding a double along a column like n^%+.2f, and reading one across "
                "n^a columns like "
                "n^%+.2f for a = 0.25 and n^%+.2f for a = 1, as they leave the caches; a weight in "
                "the cache takes %.1f ns at every n.\n",
                first, largest, exponent[RATE_PRODUCT], exponent[RATE_PIECE - 1],
                exponent[RATE_ALONG], exponent[RATE_ACROSS], exponent[RATE_ALONG - 1],
                1e9 / machine_weight_rate(&kernel));
    }
    free(x.a);
    free(x.b);
    free(x.c);
    return fine ? STATUS_OK : say_fail(say, STATUS_MACHINE, "rates: no memory");
}

const struct figure figure_rates = {"rates", "Why timed exponents differ from counted ones", write};
