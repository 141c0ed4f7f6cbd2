/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * expected.c: the parts at one n. t(X) is the measured time of X there, n0 the smallest n that was
 * timed; across and along are the times of one operation from rates.c.
 *
 *     lazy, lazy-wc   entry    t(entry of eager) + k * across
 *                     column   t(column of eager) + n k * along / 2
 *     eager           update   n^2 (its time at n0 / n0^2, and what along has grown by since)
 *     direct          update   n, likewise along; entry: n, across; column: n^2, along / 2
 *
 * Adding along a column reads and writes; only reading it is taken as half of that. eager's answers
 * have no parts here. An update of lazy is split, not expected: expected_fold_seconds.
 */
#include "expected.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/measure/count.h"

void rates_read(const char *folder, struct rates *out)
{
    char path[4096], line[1024];
    *out = (struct rates){0};
    snprintf(path, sizeof path, "%s/rates.tsv", folder);
    FILE *in = fopen(path, "re");
    while (in && out->count < FIT_SIZES_MAX && fgets(line, sizeof line, in)) {
        char *at = line;
        size_t columns = 0;
        if (strstr(line, "# exponents"))
            break;
        out->n[out->count] = strtod(line, &at);
        for (char *end; *line != '#' && columns < FIGURE_RATES; at = end, columns++) {
            out->ns[out->count][columns] = strtod(at, &end);
            if (end == at)
                break;
        }
        out->count += columns == FIGURE_RATES;
    }
    if (in)
        fclose(in);
}

static const double *rates_at(const struct rates *rates, double n)
{
    for (size_t i = 0; i < rates->count; i++)
        if (rates->n[i] == n)
            return rates->ns[i];
    return NULL;
}

/* The median over the seeds of a measured time at n, NaN where there is none. */
static double timed(const struct figure_input *input, const struct series *series,
                    enum metric metric, double n)
{
    struct fit fit;
    if (figure_fit(input, series, metric, &fit))
        for (size_t s = 0; s < fit.sizes; s++)
            if (fit.n[s] == n)
                return fit.cost[s];
    return NAN;
}

static double products(const struct record *r, size_t n)
{
    const struct cell cell = {.engine = odamv_engine_find(r->engine),
                              .matmul = r->matmul,
                              .leaf = r->leaf,
                              .a = r->a,
                              .n = n,
                              .d = r->d,
                              .quantity = THEORY_UPDATE};
    struct count count;
    return cell.engine && count_cell(&cell, &count) ? count.counts.gemm_multiplications : NAN;
}

double expected_fold_seconds(const struct figure_input *input, const struct record *r, double n)
{
    const struct series lazy = {"lazy", "classical", r->a, THEORY_UPDATE};
    const struct series updates = {r->engine, r->matmul, r->a, THEORY_UPDATE};
    const double between = timed(input, &lazy, METRIC_BETWEEN, n);
    return (timed(input, &updates, METRIC_SECONDS, n) - between) / products(r, (size_t)n);
}

/* Of lazy and lazy-wc, seconds of a query. */
static double with_threshold(const struct figure_input *input, const struct record *r, double n,
                             const double *ns)
{
    const double k = (double)odamv_threshold((size_t)n, r->a);
    const struct series eager = {"eager", "classical", 0.5, r->quantity};
    const double answer = timed(input, &eager, METRIC_SECONDS, n);
    size_t a = 0;
    while (a + 1 < FIGURE_A_COUNT && figure_a[a] < r->a)
        a++;
    if (r->quantity == THEORY_UPDATE)
        return NAN;
    return answer +
           k * 1e-9 * (r->quantity == THEORY_QUERY ? ns[RATE_ACROSS + a] : n * ns[RATE_ALONG] / 2);
}

/* Of an engine that folds nothing, from its time at n0. */
static double without_threshold(const struct figure_input *input, const struct record *r, double n,
                                const double *ns, double n0, const double *ns0)
{
    const bool entry = r->quantity == THEORY_QUERY, column = r->quantity == THEORY_COLUMN;
    const size_t rate = entry ? RATE_ALONG - 1 : RATE_ALONG; /* across all n columns, or along */
    const double power = record_prediction(r);
    if ((entry && power != 1) || (column && power != 2)) /* answers that are kept, not computed */
        return NAN;
    const struct series series = {r->engine, "classical", r->a, r->quantity};
    double time0 = timed(input, &series, METRIC_SECONDS, n0);
    double growth = 1e-9 * (ns[rate] - ns0[rate]) / (column ? 2 : 1);
    return pow(n, power) * (time0 / pow(n0, power) + growth);
}

bool expected_fit(const struct figure_input *input, const struct rates *rates,
                  const struct record *series, struct fit *out)
{
    const bool threshold = series->heeds & ODAMV_HEEDS_THRESHOLD;
    const struct fit_options options = {METRIC_OPERATIONS, {0, INFINITY}, 1};
    const struct series name = record_series(series);
    struct record sums[FIT_SIZES_MAX];
    struct fit fit;
    struct say say;
    if (!odamv_engine_find(series->engine) || !figure_fit(input, &name, METRIC_SECONDS, &fit))
        return false;
    const double *first = rates_at(rates, fit.n[0]);
    for (size_t s = 0; s < fit.sizes; s++) {
        const double *ns = rates_at(rates, fit.n[s]);
        if (!ns || !first)
            return false;
        sums[s] = *series;
        sums[s].n = (size_t)fit.n[s];
        sums[s].value[METRIC_OPERATIONS] =
            threshold ? with_threshold(input, series, fit.n[s], ns)
                      : without_threshold(input, series, fit.n[s], ns, fit.n[0], first);
    }
    return fit_series(sums, fit.sizes, &options, out, &say) == STATUS_OK;
}
