/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * theory.c: odamv theory, the predicted exponents and what is known of the conjecture.
 */
#include "experiments/theory/theory.h"
#include "experiments/theory/omega.h"
#include "harness/command/cli.h"
#include "harness/command/command.h"
#include "harness/ground/json_write.h"
#include "reductions/conjecture.h"

enum { OPT_A, OPT_MATMUL, OPT_TABLES, OPT_JSON, POINTS_MAX = 64, METHODS_MAX = 8 };

static const struct cli_option options[] = {
    [OPT_A] = {"a", "A",
               "threshold exponent, above 0, at most 1; may be repeated\n"
               "(default 0.25 0.5 0.75 1)"},
    [OPT_MATMUL] = {"matmul", "M",
                    "a multiplication by name, or a file that holds a scheme;\n"
                    "may be repeated (default classical and strassen)"},
    [OPT_TABLES] = {"tables", NULL, "print the published bounds on omega(1,1,a) themselves"},
    [OPT_JSON] = {"json", NULL, "print JSON Lines"},
    {NULL, NULL, NULL},
};

static const struct cli_spec spec = {
    "theory",
    "[OPTION]...",
    "Prints the exponents of n that the paper predicts for a K update and for a query\n"
    "with k = n^A, m = n, d = p = n; and what is known of the conjecture at tau = A.",
    options,
    "Update: omega(1,1,A) - A with the least published bound; omega(1,1,A) is convex,\n"
    "so straight lines between published bounds are bounds too. 2 with classical\n"
    "multiplication, 2 - (3 - w) A with a square scheme of exponent w. Query: A for an\n"
    "entry, 1 + A for a column.",
};

struct theory_command {
    double a[POINTS_MAX];
    const char *matmul[METHODS_MAX];
    double w[METHODS_MAX]; /* exponents of the methods */
    size_t points, methods;
    bool tables, json;
};

static void print_tables(bool json)
{
    for (const struct omega_table *table = omega_tables; table->name; table++) {
        if (!json)
            printf("# %s: %s\n", table->name, table->citation);
        for (size_t i = 0; i < table->count; i++)
            printf(json ? "{\"table\": \"%s\", \"a\": %g, \"omega\": %.6f}\n" : "%s\t%g\t%.6f\n",
                   table->name, table->points[i].a, table->points[i].omega);
    }
}

static void print_point_json(const struct theory_command *r, double a)
{
    printf("{\"a\": ");
    json_write_number(stdout, a);
    printf(", \"omega\": %.6f, \"update\": %.6f, \"query\": %.6f, \"column\": %.6f, "
           "\"update_by\": {",
           omega_least(a), theory_paper_update(a), a, 1 + a);
    for (size_t m = 0; m < r->methods; m++) {
        printf("%s", m ? ", " : "");
        json_write_string(stdout, r->matmul[m]);
        printf(": %.6f", theory_rectangular(r->w[m], a) - a);
    }
    printf("}, \"conjecture\": ");
    json_write_string(stdout, conjecture_status(a));
    puts("}");
}

static void print_points(const struct theory_command *r)
{
    printf("%-8s  %-12s  %-14s", "a", "omega(1,1,a)", "update, paper");
    for (size_t m = 0; m < r->methods; m++)
        printf("  %-9s", r->matmul[m]);
    printf("  %-6s  %s\n", "query", "column");
    for (size_t i = 0; i < r->points; i++) {
        double a = r->a[i];
        printf("%-8g  %-12.6f  %-14.6f", a, omega_least(a), theory_paper_update(a));
        for (size_t m = 0; m < r->methods; m++)
            printf("  %-9.6f", theory_rectangular(r->w[m], a) - a);
        printf("  %-6g  %g\n", a, 1 + a);
    }
    puts("\nomega(1,1,a): the least of");
    for (const struct omega_table *table = omega_tables; table->name; table++)
        printf("  %-9s  %s\n", table->name, table->citation);
    puts("\nengines: naive update 0, query 2; direct update 1, query 1; eager update 2, query 0;\n"
         "lazy and lazy-wc as above, with the multiplication that they use\n\n"
         "hinted-Mv conjecture at tau = a:");
    for (size_t i = 0; i < r->points; i++)
        printf("  %-6g  %s\n", r->a[i], conjecture_words(r->a[i]));
    printf("\nsource: %s\n", conjecture_source);
}

static void read_option(struct cli *cli, int option, struct theory_command *r)
{
    if (option == OPT_TABLES)
        r->tables = true;
    else if (option == OPT_JSON)
        r->json = true;
    else if (option == OPT_A && r->points == POINTS_MAX)
        cli_wrong(cli, "theory: more than %d values of --a", POINTS_MAX);
    else if (option == OPT_A && cli_number(cli, option, 1e-9, 1, &r->a[r->points]))
        r->points++;
    else if (option == OPT_MATMUL && r->methods == METHODS_MAX)
        cli_wrong(cli, "theory: more than %d values of --matmul", METHODS_MAX);
    else if (option == OPT_MATMUL)
        r->matmul[r->methods++] = cli->value;
}

static enum status command(int argc, char **argv)
{
    static const double usual[] = {0.25, 0.5, 0.75, 1};
    struct theory_command r = {0};
    struct say say;
    struct cli cli;
    int option;
    cli_start(&cli, &spec, argc, argv);
    while ((option = cli_next(&cli)) >= 0)
        read_option(&cli, option, &r);
    if (cli.stop || !cli_no_operands(&cli))
        return cli.status;
    if (!r.points)
        for (; r.points < sizeof usual / sizeof *usual; r.points++)
            r.a[r.points] = usual[r.points];
    if (!r.methods) {
        r.matmul[r.methods++] = "classical";
        r.matmul[r.methods++] = "strassen";
    }
    for (size_t m = 0; m < r.methods; m++)
        if (theory_exponent(r.matmul[m], &r.w[m], &say) != STATUS_OK) {
            cli_wrong(&cli, "theory: --matmul: %s", say.text);
            return cli.status;
        }
    if (r.tables)
        print_tables(r.json);
    for (size_t i = 0; r.json && !r.tables && i < r.points; i++)
        print_point_json(&r, r.a[i]);
    if (!r.json && !r.tables)
        print_points(&r);
    return cli_finish(STATUS_OK);
}

const struct command command_theory = {
    .name = "theory",
    .summary = "print the predicted exponents and the status of the conjecture",
    .run = command,
};
