/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fit.c: odamv fit, exponents from the rows of odamv curve.
 */
#include <math.h>

#include "experiments/results/fit.h"
#include "harness/command/cli.h"
#include "harness/command/command.h"
#include "harness/ground/json_write.h"

enum { OPT_LEAST, OPT_MOST, OPT_LOCAL, OPT_TSV, OPT_SEED, OPT_JSON };

static const struct cli_option options[] = {
    [OPT_LEAST] = {"least", "N", "leave out smaller n"},
    [OPT_MOST] = {"most", "N", "leave out larger n"},
    [OPT_LOCAL] = {"local", NULL, "also print each n with its cost, residual and local slope"},
    [OPT_TSV] = {"tsv", NULL, "print the medians as a table for gnuplot instead of fits"},
    [OPT_SEED] = {"seed", "S", "of the bootstrap (default 1)"},
    [OPT_JSON] = {"json", NULL, "print JSON Lines"},
    {NULL, NULL, NULL},
};

static const struct cli_spec spec = {
    "fit",
    "FILE... [OPTION]...",
    "Fits cost = c n^e to the rows that `odamv curve` wrote, one exponent e for each\n"
    "engine, multiplication, a, quantity and measure.",
    options,
    "Robust regression of log cost on log n (bisquare). Interval: timed, 95 % bootstrap\n"
    "over the seeds; counted, where there is no error, the range of the local slopes.\n"
    "Predicted: for the multiplication used; paper: omega(1,1,a) - a with the published\n"
    "bounds, a and 1 + a.\n\n"
    "Less than one decade of n, or fewer than five sizes, is not fitted; the message says\n"
    "so, and the exit status is 1, or 2 when nothing was fitted.",
};

struct fit_command {
    struct cli cli;
    struct fit_range range;
    bool local, tsv, json;
    size_t seed;
    size_t fitted, refused;
};

static double paper(const struct record *r)
{
    const double update = theory_paper_update(r->a);
    const double of[THEORY_QUANTITIES] = {update, r->a, 1 + r->a, update + r->a, 1};
    return of[r->quantity];
}

static void print_array(const char *name, size_t count, const double *values)
{
    printf(", \"%s\": [", name);
    for (size_t i = 0; i < count; i++) {
        printf("%s", i ? ", " : "");
        json_write_number(stdout, values[i]);
    }
    printf("]");
}

static void print_json(const struct fit_command *q, const struct record *r, enum metric metric,
                       const struct fit *fit)
{
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"a", r->a},
                   {"exponent", fit->exponent},
                   {"low", fit->low},
                   {"high", fit->high},
                   {"predicted", record_prediction(r)},
                   {"paper", paper(r)},
                   {"log_factor", fit->log_factor},
                   {"residual", fit->residual}};
    printf("{\"seed\": %zu, \"engine\": ", q->seed);
    json_write_string(stdout, r->engine);
    printf(", \"matmul\": ");
    json_write_string(stdout, r->matmul);
    printf(", \"leaf\": %zu, \"quantity\": \"%s\", \"metric\": \"%s\"", r->leaf,
           theory_quantity_names[r->quantity], record_metric_names[metric]);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        printf(", \"%s\": ", numbers[i].name);
        json_write_number(stdout, numbers[i].value);
    }
    print_array("n", fit->sizes, fit->n);
    print_array("cost", fit->sizes, fit->cost);
    print_array("residuals", fit->sizes, fit->off);
    print_array("local_slopes", fit->sizes - 1, fit->local + 1);
    puts("}");
}

static void print_text(const struct fit_command *q, const struct record *r, enum metric metric,
                       const struct fit *fit)
{
    if (!q->fitted)
        puts("engine    matmul      a       quantity  metric           sizes  exponent  interval"
             "              predicted  paper");
    printf("%-9s %-11s %-7.4g %-9s %-16s %-6zu %-9.4f [%8.4f, %8.4f]  %-9.4f  %.4f\n", r->engine,
           r->matmul, r->a, theory_quantity_names[r->quantity], record_metric_names[metric],
           fit->sizes, fit->exponent, fit->low, fit->high, record_prediction(r), paper(r));
    for (size_t s = 0; q->local && s < fit->sizes; s++) {
        printf("    n %-16.0f cost %-12.6g residual %+.4f", fit->n[s], fit->cost[s], fit->off[s]);
        if (s)
            printf("  local slope %.4f", fit->local[s]);
        putchar('\n');
    }
}

static void print_tsv(const struct fit_command *q, const struct record *r, enum metric metric,
                      const struct fit *fit)
{
    if (!q->fitted)
        puts("engine\tmatmul\ta\tquantity\tmetric\tn\tcost\tfitted");
    for (size_t s = 0; s < fit->sizes; s++)
        printf("%s\t%s\t%g\t%s\t%s\t%.0f\t%.9g\t%.9g\n", r->engine, r->matmul, r->a,
               theory_quantity_names[r->quantity], record_metric_names[metric], fit->n[s],
               fit->cost[s], exp(fit->log_factor + fit->exponent * log(fit->n[s])));
}

static void fit_one(struct fit_command *q, const struct record *series, size_t count,
                    enum metric metric)
{
    const struct fit_options how = {metric, q->range, (unsigned long)q->seed};
    struct fit fit;
    struct say say;
    if (isnan(series->value[metric]))
        return;
    if (fit_series(series, count, &how, &fit, &say) != STATUS_OK) {
        say_line("fit: %s %s a=%g %s %s: not fitted: %s", series->engine, series->matmul, series->a,
                 theory_quantity_names[series->quantity], record_metric_names[metric], say.text);
        q->refused++;
        return;
    }
    if (q->json)
        print_json(q, series, metric, &fit);
    else if (q->tsv)
        print_tsv(q, series, metric, &fit);
    else
        print_text(q, series, metric, &fit);
    q->fitted++;
}

static void read_option(struct fit_command *q, int option)
{
    if (option == OPT_LEAST)
        cli_number(&q->cli, option, 0, INFINITY, &q->range.least);
    else if (option == OPT_MOST)
        cli_number(&q->cli, option, 0, INFINITY, &q->range.most);
    else if (option == OPT_SEED)
        cli_size(&q->cli, option, 0, 0xffffffffu, &q->seed);
    else if (option == OPT_LOCAL)
        q->local = true;
    else if (option == OPT_TSV)
        q->tsv = true;
    else
        q->json = true;
}

static enum status command(int argc, char **argv)
{
    struct fit_command q = {.range = {0, INFINITY}, .seed = 1};
    struct records records = {0};
    struct say say;
    enum status status = STATUS_OK;
    int option;
    cli_start(&q.cli, &spec, argc, argv);
    while ((option = cli_next(&q.cli)) >= 0)
        read_option(&q, option);
    if (!q.cli.stop && q.cli.first == argc)
        cli_wrong(&q.cli, "fit: no file, expected files that `odamv curve` wrote");
    if (q.cli.stop)
        return q.cli.status;
    for (int i = q.cli.first; status == STATUS_OK && i < argc; i++)
        status = records_read(&records, argv[i], &say);
    if (status != STATUS_OK)
        say_line("%s", say.text);
    else
        records_sort(&records);
    for (size_t from = 0; status == STATUS_OK && from < records.count;) {
        const struct record *series = records.all + from;
        size_t count = records_series(&records, &from);
        for (int metric = 0; metric < METRICS_FITTED; metric++)
            fit_one(&q, series, count, (enum metric)metric);
    }
    if (status == STATUS_OK && !records.count)
        say_line("fit: no rows in the file");
    if (q.fitted && !q.json && !q.tsv)
        printf("intervals of seconds: 95 %%, bootstrap over the seeds of each n, seed %zu\n",
               q.seed);
    records_close(&records);
    if (status != STATUS_OK)
        return cli_finish(status);
    return cli_finish(!q.fitted ? STATUS_BAD : q.refused ? STATUS_FAILED : STATUS_OK);
}

const struct command command_fit = {
    .name = "fit",
    .summary = "fit exponents to what curve measured",
    .run = command,
};
