/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cost of a K update against n for each engine at a = 1/2, with the fitted lines: operations as far
 * as the counts reach, seconds as far as was measured.
 */
#include <math.h>

#include "figure.h"

static const struct series lines[] = {
    {"direct", "classical", 0.5, THEORY_UPDATE}, {"eager", "classical", 0.5, THEORY_UPDATE},
    {"lazy", "classical", 0.5, THEORY_UPDATE},   {"lazy", "classical", 1, THEORY_UPDATE},
    {"lazy", "strassen", 1, THEORY_UPDATE},      {"lazy-wc", "classical", 0.5, THEORY_UPDATE},
};
enum { EAGER = 1, LAZY_ONE = 3 };

static void write_series(const struct figure_input *input, FILE *data, const struct series *line,
                         enum metric metric, const struct fit *fit)
{
    const struct records *all = &input->records;
    const struct record *x = records_find(all, line, metric == METRIC_SECONDS);
    if (!x)
        return;
    size_t from = (size_t)(x - all->all), count = records_series(all, &from);
    for (size_t i = 0; i < count; i++)
        fprintf(data, "%zu\t%.9g\t%.9g\n", x[i].n, x[i].value[metric],
                exp(fit->log_factor + fit->exponent * log((double)x[i].n)));
}

static enum status write(const struct figure_input *input, FILE *data, FILE *caption,
                         struct say *say)
{
    static const enum metric metrics[] = {METRIC_OPERATIONS, METRIC_SECONDS};
    struct fit eager, lazy;
    (void)say;
    for (size_t t = 0; t < 2; t++)
        for (size_t l = 0; l < sizeof lines / sizeof *lines; l++) {
            struct fit fit;
            figure_block(data, "%s %s a=%g %s", lines[l].engine, lines[l].matmul, lines[l].a,
                         record_metric_names[metrics[t]]);
            if (figure_fit(input, &lines[l], metrics[t], &fit))
                write_series(input, data, &lines[l], metrics[t], &fit);
        }
    fputs("Cost of a K update with the fitted lines (operations fitted from 2^28 on, where lower "
          "orders have died out)",
          caption);
    if (figure_fit(input, &lines[EAGER], METRIC_SECONDS, &eager) &&
        figure_fit(input, &lines[LAZY_ONE], METRIC_SECONDS, &lazy))
        fprintf(caption,
                ": counted, lazy with classical multiplication costs what eager costs; timed at "
                "n = %.0f it is %.0f times as fast, which is what one product gains over as many "
                "rank-1 updates",
                eager.n[eager.sizes - 1], eager.cost[eager.sizes - 1] / lazy.cost[lazy.sizes - 1]);
    fputs(".\n", caption);
    return STATUS_OK;
}

const struct figure figure_cost = {"cost", "Cost against n", write};
