/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figure.h"

#include <math.h>
#include <stdarg.h>

#include "experiments/measure/count.h"

const double figure_a[] = {0.25, 0.5, 0.75, 1};
const char *const figure_methods[] = {"classical", "strassen", NULL};

void figure_block(FILE *data, const char *format, ...)
{
    va_list arguments;
    if (ftell(data) > 0)
        fputs("\n\n", data);
    fputs("# ", data);
    va_start(arguments, format);
    vfprintf(data, format, arguments);
    va_end(arguments);
    putc('\n', data);
}

static struct fit_range range_of(enum theory_quantity quantity, enum metric metric)
{
    if (metric >= METRIC_SECONDS)
        return (struct fit_range){0, INFINITY};
    if (theory_is_query(quantity))
        return (struct fit_range){0x1p38, INFINITY};
    return metric == METRIC_MULTIPLICATIONS ? (struct fit_range){0x1p8, 0x1p24}
                                            : (struct fit_range){0x1p28, INFINITY};
}

bool figure_fit(const struct figure_input *input, const struct series *series, enum metric metric,
                struct fit *out)
{
    const struct fit_options options = {metric, range_of(series->quantity, metric), 1};
    const struct records *all = &input->records;
    const struct record *first = records_find(all, series, metric >= METRIC_SECONDS);
    struct say say;
    if (!first)
        return false;
    size_t from = (size_t)(first - all->all);
    size_t count = records_series(all, &from);
    return fit_series(first, count, &options, out, &say) == STATUS_OK;
}

bool figure_fit_same_sizes(const struct figure_input *input, const struct series *series,
                           struct fit *out)
{
    const struct record *timed = records_find(&input->records, series, true);
    const struct fit_options options = {METRIC_OPERATIONS, {0, INFINITY}, 1};
    const struct odamv_engine *engine = odamv_engine_find(series->engine);
    struct record counted[FIT_SIZES_MAX];
    struct fit fit;
    struct count count;
    struct say say;
    if (!timed || !engine || !figure_fit(input, series, METRIC_SECONDS, &fit))
        return false;
    for (size_t s = 0; s < fit.sizes; s++) {
        const size_t n = (size_t)fit.n[s];
        const struct cell cell = {.engine = engine,
                                  .matmul = series->matmul,
                                  .leaf = timed->leaf,
                                  .a = series->a,
                                  .n = n,
                                  .d = timed->d == timed->n ? n : timed->d,
                                  .quantity = series->quantity};
        if (!count_cell(&cell, &count))
            return false;
        counted[s] = *timed;
        counted[s].n = n;
        counted[s].value[METRIC_OPERATIONS] = count.operations;
    }
    return fit_series(counted, fit.sizes, &options, out, &say) == STATUS_OK;
}
