/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which engine is cheapest, over n and the number r of entry queries per K update: the least of
 * update + r query. Operations with classical multiplication, operations with Strassen's down to
 * single entries, and seconds as measured. lazy-wc is left out: on average it does not beat lazy.
 */
#include <math.h>
#include <string.h>

#include "experiments/measure/count.h"
#include "figure.h"

static const struct {
    const char *engine;
    double a;
} candidates[] = {
    {"naive", 0.5}, {"direct", 0.5}, {"eager", 0.5}, {"lazy", 0.25},
    {"lazy", 0.5},  {"lazy", 0.75},  {"lazy", 1},
};
#define CANDIDATES (sizeof candidates / sizeof *candidates)

struct costs {
    double update[CANDIDATES], query[CANDIDATES]; /* infinite: not measured */
};

static struct costs counted(size_t n, const char *matmul)
{
    struct costs costs;
    for (size_t c = 0; c < CANDIDATES; c++) {
        struct cell cell = {.engine = odamv_engine_find(candidates[c].engine),
                            .matmul = matmul,
                            .leaf = 1,
                            .a = candidates[c].a,
                            .n = n,
                            .d = n,
                            .quantity = THEORY_UPDATE};
        struct count count;
        count_cell(&cell, &count);
        costs.update[c] = count.operations;
        cell.quantity = THEORY_QUERY;
        count_cell(&cell, &count);
        costs.query[c] = count.operations;
    }
    return costs;
}

/* The median of the measured costs at n, of the faster multiplication. */
static double measured_cost(const struct figure_input *input, size_t candidate, size_t n,
                            enum theory_quantity quantity)
{
    double least = INFINITY;
    for (size_t m = 0; figure_methods[m]; m++) {
        const struct series series = {candidates[candidate].engine, figure_methods[m],
                                      candidates[candidate].a, quantity};
        struct fit fit;
        if (!figure_fit(input, &series, METRIC_SECONDS, &fit))
            continue;
        for (size_t s = 0; s < fit.sizes; s++)
            if (fit.n[s] == (double)n)
                least = fmin(least, fit.cost[s]);
    }
    return least;
}

static size_t cheapest(const struct costs *costs, double queries)
{
    size_t best = 0;
    double least = INFINITY;
    for (size_t c = 0; c < CANDIDATES; c++) {
        double cost = costs->update[c] + queries * costs->query[c];
        if (cost < least) {
            least = cost;
            best = c;
        }
    }
    return best;
}

/* Columns: log2 n, log2 r, position of the cheapest. Counts how often each wins. */
static void write_column(FILE *data, int log_n, const struct costs *costs, size_t *wins)
{
    for (int log_r = -4; log_r <= 44; log_r += 2) {
        size_t best = cheapest(costs, ldexp(1, log_r));
        fprintf(data, "%d\t%d\t%zu\n", log_n, log_r, best);
        wins[best]++;
    }
}

/* The least r at which `engine` is the cheapest at n = 2^12, to a power of two; NaN when none. */
static double first_win(const struct costs *costs, const char *engine)
{
    for (int log_r = -4; log_r <= 60; log_r++)
        if (strcmp(candidates[cheapest(costs, ldexp(1, log_r))].engine, engine) == 0)
            return ldexp(1, log_r);
    return NAN;
}

static enum status write(const struct figure_input *input, FILE *data, FILE *caption,
                         struct say *say)
{
    size_t wins[3][CANDIDATES] = {{0}}, last = 0;
    struct costs costs = {{0}, {0}};
    (void)say;
    for (size_t m = 0; figure_methods[m]; m++) {
        figure_block(data, "%s", figure_methods[m]);
        for (int log_n = 8; log_n <= 40; log_n += 2) {
            costs = counted((size_t)1 << log_n, figure_methods[m]);
            write_column(data, log_n, &costs, wins[m]);
        }
    }
    figure_block(data, "measured");
    for (int log_n = 6; log_n <= 14; log_n++) {
        struct costs here;
        bool any = false;
        for (size_t c = 0; c < CANDIDATES; c++) {
            here.update[c] = measured_cost(input, c, (size_t)1 << log_n, THEORY_UPDATE);
            here.query[c] = measured_cost(input, c, (size_t)1 << log_n, THEORY_QUERY);
            any |= isfinite(here.update[c] + here.query[c]);
        }
        if (any) {
            write_column(data, log_n, &here, wins[2]);
            last = (size_t)1 << log_n;
            costs = here;
        }
    }
    fputs(
        "The engine with the least update + r query, over n and the number r of entry queries per "
        "K update, by operations with classical multiplication, with Strassen's, and by measured "
        "seconds",
        caption);
    if (last)
        fprintf(caption,
                ": measured at n = %zu, lazy pays from about %.3g queries per update on and eager "
                "from %.3g; before that direct is cheaper",
                last, first_win(&costs, "lazy"), first_win(&costs, "eager"));
    fprintf(caption, ". Counted with classical multiplication lazy wins %zu of %zu points.\n",
            wins[0][3] + wins[0][4] + wins[0][5] + wins[0][6],
            wins[0][0] + wins[0][1] + wins[0][2] + wins[0][3] + wins[0][4] + wins[0][5] +
                wins[0][6]);
    return STATUS_OK;
}

const struct figure figure_cheapest = {"cheapest", "Which engine is cheapest", write};
