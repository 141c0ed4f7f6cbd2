/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * expected.c: the parts, with t(X) the measured time of X at the same n, and the times of one
 * operation from rates.c:
 *
 *     lazy, lazy-wc   update   t(direct update) + multiplications in products * product
 *                     entry    t(eager entry) + k * across
 *                     column   t(eager column) + n k * along
 *     eager           update   t(direct update) + n^2 * along
 *     direct          update   n * along
 *                     entry    n * across
 *                     column   n^2 * along
 *
 * direct's update is the O(n) part of every engine's; eager's answers are those without pending
 * records. eager's answers themselves have no parts here.
 */
#include "expected.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "count.h"

void rates_read(const char *folder, struct rates *out)
{
    char path[4096], line[1024];
    *out = (struct rates){0};
    snprintf(path, sizeof path, "%s/rates.tsv", folder);
    FILE *in = fopen(path, "re");
    while (in && out->count < FIT_SIZES_MAX && fgets(line, sizeof line, in)) {
        char *at = line;
        size_t columns = 0;
        out->n[out->count] = strtod(line, &at);
        for (char *end; *line != '#' && columns < FIGURE_RATES; at = end, columns++) {
            out->ns[out->count][columns] = strtod(at, &end);
            if (end == at)
                break;
        }
        out->count += columns == FIGURE_RATES;
        if (strstr(line, "exponents"))
            break;
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

/* The median time at n, NaN where it was not measured. */
static double timed(const struct figure_input *input, const char *engine,
                    enum theory_quantity quantity, double n)
{
    struct fit fit;
    if (figure_fit(input, engine, "classical", 0.5, quantity, METRIC_SECONDS, &fit))
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

static double parts(const struct figure_input *input, const struct record *r, double n,
                    const double *ns)
{
    const double k = (double)odamv_threshold((size_t)n, r->a), along = 1e-9 * ns[FIGURE_RATES - 1];
    size_t a = 0;
    while (a + 1 < FIGURE_A_COUNT && figure_a[a] < r->a)
        a++;
    const double product = 1e-9 * ns[a], across = 1e-9 * ns[FIGURE_A_COUNT + a];
    if (strncmp(r->engine, "lazy", 4) == 0) {
        if (r->quantity == THEORY_UPDATE)
            return timed(input, "direct", THEORY_UPDATE, n) + products(r, (size_t)n) * product;
        return timed(input, "eager", r->quantity, n) +
               k * (r->quantity == THEORY_QUERY ? across : n * along);
    }
    if (strcmp(r->engine, "eager") == 0 && r->quantity == THEORY_UPDATE)
        return timed(input, "direct", THEORY_UPDATE, n) + n * n * along;
    if (strcmp(r->engine, "direct") != 0)
        return NAN;
    if (r->quantity == THEORY_QUERY)
        return n * 1e-9 * ns[2 * FIGURE_A_COUNT - 1];
    return along * (r->quantity == THEORY_UPDATE ? n : n * n);
}

bool expected_fit(const struct figure_input *input, const struct rates *rates,
                  const struct record *series, struct fit *out)
{
    const struct fit_range all = {0, INFINITY};
    struct record sums[FIT_SIZES_MAX];
    struct fit fit;
    char message[200];
    if (!figure_fit(input, series->engine, series->matmul, series->a, series->quantity,
                    METRIC_SECONDS, &fit))
        return false;
    for (size_t s = 0; s < fit.sizes; s++) {
        const double *ns = rates_at(rates, fit.n[s]);
        if (!ns)
            return false;
        sums[s] = *series;
        sums[s].n = (size_t)fit.n[s];
        sums[s].value[METRIC_OPERATIONS] = parts(input, series, fit.n[s], ns);
    }
    return fit_series(sums, fit.sizes, METRIC_OPERATIONS, &all, 1, out, message, sizeof message);
}
