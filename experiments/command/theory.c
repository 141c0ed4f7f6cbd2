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

enum { OPT_A, OPT_MATMUL, OPT_REPORTED, OPT_TABLES, OPT_JSON, POINTS_MAX = 64, METHODS_MAX = 8 };

static const struct cli_option options[] = {
    [OPT_A] = {"a", "A",
               "threshold exponent, above 0, at most 1; may be repeated\n"
               "(default 0.25 0.5 0.75 1)"},
    [OPT_MATMUL] = {"matmul", "M",
                    "a multiplication by name, or a file that holds a scheme;\n"
                    "may be repeated (default classical, strassen and hk424)"},
    [OPT_REPORTED] = {"reported", NULL,
                      "print the curve of the bounds that were reported in 2026 and\n"
                      "are not peer reviewed as well, by itself"},
    [OPT_TABLES] = {"tables", NULL,
                    "print the bounds on omega(1,1,a) themselves and the vertices of\n"
                    "their lower convex hull (with --reported, of those)"},
    [OPT_JSON] = {"json", NULL, "print JSON Lines"},
    {NULL, NULL, NULL},
};

static const struct cli_spec spec = {
    "theory",
    "[OPTION]...",
    "Prints the exponents of n that the paper predicts for a K update and for a query\n"
    "with k = n^A, m = n, d = p = n; and what is known of the conjecture at tau = A.",
    options,
    "Update: omega(1,1,A) - A with the least published bound; omega(1,1,A) is convex, so\n"
    "all tables have one lower convex hull; `from` are the ends of the segment at A. With a\n"
    "scheme <m,k,n;r> on all levels: 2 - s A, s = log(m k n / r) / log k, as far as A <= log k\n"
    "/ log max(m, n), the same from there on; lazy-wc has smaller tiles and gets there\n"
    "earlier. 2 with classical multiplication, 2 - (3 - w) A with a square scheme of\n"
    "exponent w. Query: A for an entry, 1 + A for a column.",
};

static const char lemma[] =
    "Lemma C.5, whose proof is one for d = Theta(n): where the conjecture holds at tau = a, no "
    "algorithm has\nan update exponent below the true omega(1,1,a) - a together with a query "
    "exponent "
    "below a. The curves\nabove are upper bounds on that. If the conjecture holds for tau up to 1 "
    "and "
    "omega > 2, then the least\nupdate exponent jumps at query exponent 1, from omega - 1 to at "
    "most "
    "1 (direct).";

struct theory_command {
    double a[POINTS_MAX];
    const char *matmul[METHODS_MAX];
    struct theory_scheme scheme[METHODS_MAX];
    size_t points, methods;
    bool reported, tables, json;
};

static double update(const struct theory_command *r, const char *engine, size_t method, double a)
{
    return theory_operation(engine, THEORY_UPDATE, &r->scheme[method], a, 1);
}

/* --- the bounds themselves -------------------------------------------------------------------- */

static void print_bound(bool json, const char *table, double a, double omega, const char *source)
{
    printf(json ? "{\"table\": \"%s\", \"a\": %g, \"omega\": %.6f, \"source\": \"%s\"}\n"
                : "%s\t%g\t%.6f\t%s\n",
           table, a, omega, source);
}

static const char *source_of(const struct omega_vertex *x)
{
    return x->source ? x->source->name : "trivial";
}

static void print_citations(const struct omega_table *tables, const char *before)
{
    for (const struct omega_table *t = tables; t->name; t++)
        printf("%s%-11s  %s (%s)\n", before, t->name, t->citation, t->status);
}

static void print_tables(const struct omega_table *tables, bool json)
{
    struct omega_vertex hull[OMEGA_VERTICES_MAX];
    const size_t count = omega_hull(tables, hull);
    if (!json)
        print_citations(tables, "# ");
    for (const struct omega_table *t = tables; t->name; t++)
        for (size_t i = 0; i < t->count; i++)
            print_bound(json, t->name, t->points[i].a, t->points[i].omega, t->name);
    for (size_t i = 0; i < count; i++)
        print_bound(json, "hull", hull[i].a, hull[i].omega, source_of(&hull[i]));
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void print_curve_json(const struct omega_table *tables, double a)
{
    struct omega_vertex ends[2];
    const double omega = omega_bound(tables, a, ends);
    printf("\"omega\": %.6f, \"update\": %.6f, \"from\": [", omega, omega - a);
    for (int end = 0; end < 2; end++)
        printf("%s{\"a\": %g, \"omega\": %.6f, \"source\": \"%s\"}", end ? ", " : "", ends[end].a,
               ends[end].omega, source_of(&ends[end]));
    printf("]");
}

static void print_updates_json(const struct theory_command *r, const char *key, const char *engine,
                               double a)
{
    printf(", \"%s\": {", key);
    for (size_t m = 0; m < r->methods; m++) {
        printf("%s", m ? ", " : "");
        json_write_string(stdout, r->matmul[m]);
        printf(": %.6f", update(r, engine, m, a));
    }
    printf("}");
}

static void print_point_json(const struct theory_command *r, double a)
{
    printf("{\"a\": ");
    json_write_number(stdout, a);
    printf(", ");
    print_curve_json(omega_published, a);
    printf(", \"query\": %.6f, \"column\": %.6f", a, 1 + a);
    print_updates_json(r, "update_by", "lazy", a);
    print_updates_json(r, "update_by_lazy_wc", "lazy-wc", a);
    if (r->reported) {
        printf(", \"reported\": {");
        print_curve_json(omega_reported, a);
        printf("}");
    }
    printf(", \"conjecture\": ");
    json_write_string(stdout, conjecture_status(a));
    puts("}");
}

/* --- text ------------------------------------------------------------------------------------- */

static void print_curve(const struct theory_command *r, const struct omega_table *tables)
{
    printf("%-8s  %-12s  %-8s  from\n", "a", "omega(1,1,a)", "update");
    for (size_t i = 0; i < r->points; i++) {
        struct omega_vertex ends[2];
        const double a = r->a[i], omega = omega_bound(tables, a, ends);
        printf("%-8g  %-12.6f  %-8.6f  %g (%s)", a, omega, omega - a, ends[0].a,
               source_of(&ends[0]));
        if (ends[1].a > ends[0].a)
            printf(" to %g (%s)", ends[1].a, source_of(&ends[1]));
        puts("");
    }
    print_citations(tables, "  ");
}

static void print_engine(const struct theory_command *r, const char *engine, size_t method)
{
    printf("%-8s  %-12s", engine, r->matmul[method]);
    for (size_t i = 0; i < r->points; i++)
        printf("  %-8.6f", update(r, engine, method, r->a[i]));
    puts("");
}

static void print_engines(const struct theory_command *r)
{
    printf("%-8s  %-12s", "engine", "update, with");
    for (size_t i = 0; i < r->points; i++)
        printf("  a=%-6g", r->a[i]);
    puts("");
    for (size_t m = 0; m < r->methods; m++) {
        print_engine(r, "lazy", m);
        print_engine(r, "lazy-wc", m);
    }
    puts(
        "query a, column 1 + a; naive: update 0, query 2; direct: update 1, query 1; eager: update "
        "2, query 0");
}

static void print_conjecture(const struct theory_command *r)
{
    puts("hinted-Mv conjecture at tau = a:");
    for (size_t i = 0; i < r->points; i++)
        printf("  %-6g  %s\n", r->a[i], conjecture_words(r->a[i]));
    printf("%s\nsource: %s\n\n", conjecture_naming, conjecture_source);
    puts(lemma);
}

static void print_points(const struct theory_command *r)
{
    puts("published, the lower convex hull of all tables:");
    print_curve(r, omega_published);
    if (r->reported) {
        puts("\nreported in 2026, not peer reviewed, a curve of its own:");
        print_curve(r, omega_reported);
    }
    puts("");
    print_engines(r);
    puts("");
    print_conjecture(r);
}

/* --- options ---------------------------------------------------------------------------------- */

static void read_option(struct cli *cli, int option, struct theory_command *r)
{
    if (option == OPT_TABLES)
        r->tables = true;
    else if (option == OPT_REPORTED)
        r->reported = true;
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
        r.matmul[r.methods++] = "hk424";
    }
    for (size_t m = 0; m < r.methods; m++)
        if (theory_scheme_find(r.matmul[m], &r.scheme[m], &say) != STATUS_OK) {
            cli_wrong(&cli, "theory: --matmul: %s", say.text);
            return cli.status;
        }
    if (r.tables)
        print_tables(r.reported ? omega_reported : omega_published, r.json);
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
