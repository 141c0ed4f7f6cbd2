/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * odamv bench --leaf L: the exponent of fast multiplication in time. Square products (a = 1) by
 * Strassen's scheme, by Winograd's and by the definition, all with the same blocks of side L and of
 * size n = 512 .. 4096, in turn in one run; per round, the slope of log time against log n. An
 * update's share of a fold is the time over n: its exponent is one less.
 */
#include <gsl/gsl_fit.h>
#include <math.h>

#include "bench.h"
#include "experiments/measure/timing.h"
#include "products.h"

#define SHORTEST 0.05 /* seconds of one sample */

static const size_t sizes[] = {512, 1024, 2048, 4096};
static const char *const schemes[] = {"strassen", "winograd", "plain-2x2x2"};
enum { SIZES = sizeof sizes / sizeof *sizes, SCHEMES = sizeof schemes / sizeof *schemes };

static bool open_scheme(struct products *p, const char *name, size_t n, size_t leaf)
{
    struct matmul_scheme *scheme;
    struct say say;
    if (matmul_scheme_find(name, &scheme, say.text, sizeof say.text) != ODAMV_OK)
        return false;
    const struct matmul_options options = {
        .scheme = scheme, .leaf = leaf, .levels = MATMUL_DEEPEST};
    bool open = products_open(p, &options, n, n);
    matmul_scheme_close(scheme);
    return open;
}

/* Seconds of every scheme at one n, in turn, so many rounds. */
static bool time_size(const struct bench *b, size_t n, size_t leaf,
                      double seconds[SCHEMES][BENCH_ROUNDS_MOST])
{
    struct products p[SCHEMES] = {{0}};
    bool open = true;
    for (int s = 0; s < SCHEMES && open; s++)
        open = open_scheme(&p[s], schemes[s], n, leaf);
    size_t repeats = open ? 1 + (size_t)(SHORTEST / products_time(&p[0], products_by_plan, 1)) : 0;
    for (size_t r = 0; open && r < b->rounds; r++)
        for (int s = 0; s < SCHEMES; s++)
            seconds[s][r] = products_time(&p[s], products_by_plan, repeats);
    for (int s = 0; s < SCHEMES; s++)
        products_close(&p[s]);
    if (!open)
        fprintf(b->messages, "odamv: bench: no memory for %zu x %zu x %zu\n", n, n, n);
    return open;
}

static double slope(const double *log_n, const double *log_seconds, size_t count)
{
    double c0, c1, cov00, cov01, cov11, sumsq;
    gsl_fit_linear(log_n, 1, log_seconds, 1, count, &c0, &c1, &cov00, &cov01, &cov11, &sumsq);
    return c1;
}

static void report(const struct bench *b, const char *scheme, size_t leaf, size_t count,
                   double seconds[SIZES][SCHEMES][BENCH_ROUNDS_MOST], int s)
{
    double slopes[BENCH_ROUNDS_MOST], log_n[SIZES], log_seconds[SIZES];
    for (size_t r = 0; r < b->rounds; r++) {
        for (size_t i = 0; i < count; i++) {
            log_n[i] = log((double)sizes[i]);
            log_seconds[i] = log(seconds[i][s][r]);
        }
        slopes[r] = slope(log_n, log_seconds, count);
    }
    const struct bench_spread x = bench_spread(b->rounds, slopes);
    fprintf(b->table,
            "%-12s leaf %zu, n = %zu .. %zu: exponent %.3f (%.3f to %.3f in %zu rounds)\n", scheme,
            leaf, sizes[0], sizes[count - 1], x.middle, x.low, x.high, b->rounds);
    fprintf(b->file, "%s leaf %zu\t%.6g\texponent\trounds %.6g to %.6g\t\t\n", scheme, leaf,
            x.middle, x.low, x.high);
    for (size_t i = 0; i < count; i++)
        for (size_t r = 0; r < b->rounds; r++)
            fprintf(b->file, "# n %zu round %zu\t%s\t%.6g s\n", sizes[i], r, scheme,
                    seconds[i][s][r]);
}

bool bench_leaf(struct bench *b, size_t leaf)
{
    double seconds[SIZES][SCHEMES][BENCH_ROUNDS_MOST];
    const size_t count = b->quick ? 2 : SIZES;
    b->rounds = b->rounds > BENCH_ROUNDS_MOST ? BENCH_ROUNDS_MOST : b->rounds;
    for (size_t i = 0; i < count; i++)
        if (!time_size(b, sizes[i], leaf, seconds[i]))
            return false;
    fprintf(b->file, "name\tvalue\tunit\tagainst\tratio\tgoal\n");
    for (int s = 0; s < SCHEMES; s++)
        report(b, schemes[s], leaf, count, seconds, s);
    return true;
}
