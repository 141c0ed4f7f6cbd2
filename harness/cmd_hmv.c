/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cmd_hmv.c: odamv hmv, the hinted-Mv problem on boolean matrices from files. See
 * reductions/hmv_run.h.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../reductions/conjecture.h"
#include "../reductions/hmv_run.h"
#include "cli.h"
#include "commands.h"
#include "input.h"

enum {
    OPT_M,
    OPT_P,
    OPT_V,
    OPT_COLUMN,
    OPT_ALL,
    OPT_GADGET,
    OPT_ENGINE,
    OPT_PLUGIN,
    OPT_A,
    OPT_THRESHOLD,
    OPT_NO_COALESCE,
    OPT_VERIFY,
    OPT_NO_VERIFY,
    OPT_JSON,
};

static const struct cli_option options[] = {
    [OPT_M] = {"m", "FILE", "M, n1 x n2 bits, given in phase 1"},
    [OPT_P] = {"p", "FILE",
               "P, n2 x n3 bits, given in phase 2; repeat it to give\n"
               "several in turn, each undone by updates before the next"},
    [OPT_V] = {"v", "FILE", "V, n3 x n4 bits, given in phase 1"},
    [OPT_COLUMN] = {"column", "I", "answer M P V[:,I], I from 0"},
    [OPT_ALL] = {"all", NULL, "answer every column"},
    [OPT_GADGET] = {"gadget", "G", "odamv-probe (default), odamv-diagonal or oamv"},
    [OPT_ENGINE] = {"engine", "E", "answer with engine E (default: lazy)"},
    [OPT_PLUGIN] = {"plugin", "FILE", "load an engine from a shared object"},
    [OPT_A] = {"a", "A", "fold after ceil(n^A) pending updates, 0 <= A <= 1"},
    [OPT_THRESHOLD] = {"threshold", "K", "fold after K pending updates (default: ceil(sqrt(n)))"},
    [OPT_NO_COALESCE] = {"no-coalesce", NULL, "never merge pending updates of one key"},
    [OPT_VERIFY] = {"verify", "B", "compare with the direct product by B: graphblas or bits"},
    [OPT_NO_VERIFY] = {"no-verify", NULL, "do not compare"},
    [OPT_JSON] = {"json", NULL, "print one JSON object per column, then a summary"},
    {NULL, NULL, NULL},
};

static const struct cli_spec spec = {
    "hmv",
    "--m FILE --p FILE --v FILE (--column I | --all) [OPTION]...",
    "Turns a hinted matrix-vector instance into dynamic attention, runs an engine under\n"
    "it, and decodes the boolean product M P V[:,I] with a certificate: a bit is given\n"
    "only when the certified error of what it is read from is below half the distance\n"
    "between the values that stand for 0 and for 1. Every bit is compared with the\n"
    "product computed directly.",
    options,
    "Files: Matrix Market (coordinate or array; pattern, integer or real; general or\n"
    "symmetric), NPY of bool or uint8, or text with rows of 0 and 1; - for standard input.\n"
    "A nonzero is 1. Example, who is tied to whom through a tie between the two clubs:\n"
    "  odamv hmv --m karate.mtx --p karate_split.mtx --v karate.mtx --all\n\n"
    "Output: the rows whose bit is 1 for every column, indices from 0; then what each\n"
    "phase took, beside what the theorem charges at a = tau with classical products and\n"
    "what the hinted-Mv conjecture says cannot be had. In JSON \"bound\" is the largest\n"
    "certified error of the column and \"margin\" what it has to stay below.\n\n"
    "Exit status: 0 fine, 1 an undecided or wrong bit, 2 wrong use or input, 3 the\n"
    "machine.",
};

struct hmv_command {
    struct cli cli;
    struct cli_engines engines;
    struct cli_progress progress;
    struct hmv_run_request request;
    bool has_column, has_threshold, no_verify, json;
};

/* --- options ---------------------------------------------------------------------------------- */

static void choose_gadget(struct hmv_command *r)
{
    char quoted[64];
    r->request.gadget = hmv_gadget_find(r->cli.value);
    if (!r->request.gadget)
        cli_wrong(&r->cli, "hmv: --gadget: %s, expected odamv-probe, odamv-diagonal or oamv",
                  input_quote(r->cli.value, strlen(r->cli.value), quoted, sizeof quoted));
}

static void choose_baseline(struct hmv_command *r)
{
    char quoted[64];
    r->request.baseline = baseline_find(r->cli.value);
    if (!r->request.baseline)
        cli_wrong(&r->cli, "hmv: --verify: %s, expected %s",
                  input_quote(r->cli.value, strlen(r->cli.value), quoted, sizeof quoted),
                  baselines[1] ? "graphblas or bits"
                               : "bits; this program was built without GraphBLAS");
}

static void parse_option(struct hmv_command *r, int option)
{
    struct cli *cli = &r->cli;
    switch (option) {
    case OPT_M:
        r->request.m_file = cli->value;
        break;
    case OPT_P:
        if (r->request.p_count == HMV_RUN_HINTS_MAX)
            cli_wrong(cli, "hmv: --p: more than %d, expected fewer", HMV_RUN_HINTS_MAX);
        else
            r->request.p_files[r->request.p_count++] = cli->value;
        break;
    case OPT_V:
        r->request.v_file = cli->value;
        break;
    case OPT_COLUMN:
        r->has_column = cli_size(cli, option, 0, (size_t)-1, &r->request.column);
        break;
    case OPT_ALL:
        r->request.all = true;
        break;
    case OPT_GADGET:
        choose_gadget(r);
        break;
    case OPT_ENGINE:
        cli_engines_name(&r->engines, cli);
        break;
    case OPT_PLUGIN:
        cli_engines_plugin(&r->engines, cli);
        break;
    case OPT_A:
        cli_number(cli, option, 0, 1, &r->request.exponent);
        break;
    case OPT_THRESHOLD:
        r->has_threshold = cli_size(cli, option, 1, (size_t)-1, &r->request.options.threshold);
        break;
    case OPT_NO_COALESCE:
        r->request.options.no_coalesce = true;
        break;
    case OPT_VERIFY:
        choose_baseline(r);
        break;
    case OPT_NO_VERIFY:
        r->no_verify = true;
        break;
    case OPT_JSON:
        r->json = true;
        break;
    }
}

static void check_options(struct hmv_command *r)
{
    struct cli *cli = &r->cli;
    size_t standard = 0;
    if (cli->stop || !cli_no_operands(cli))
        return;
    for (size_t h = 0; h < r->request.p_count; h++)
        standard += strcmp(r->request.p_files[h], "-") == 0;
    if (!r->request.m_file || !r->request.p_count || !r->request.v_file)
        cli_wrong(cli, "hmv: no --%s, expected all of --m, --p and --v",
                  !r->request.m_file    ? "m"
                  : !r->request.p_count ? "p"
                                        : "v");
    else if (r->request.all == r->has_column)
        cli_wrong(cli, r->request.all ? "hmv: both --column I and --all, expected one of them"
                                      : "hmv: neither --column I nor --all, expected one of them");
    else if (!isnan(r->request.exponent) && r->has_threshold)
        cli_wrong(cli, "hmv: both --a and --threshold, expected one of them");
    else if (r->no_verify && r->request.baseline)
        cli_wrong(cli, "hmv: both --verify and --no-verify, expected one of them");
    else if (standard + (strcmp(r->request.m_file, "-") == 0) +
                 (strcmp(r->request.v_file, "-") == 0) >
             1)
        cli_wrong(cli, "hmv: '-' more than once, expected one input from standard input");
    else {
        if (!r->engines.name_count && !r->engines.plugin_count)
            r->engines.names[r->engines.name_count++] = "lazy";
        if (cli_engines_resolve(&r->engines, cli, false) && r->engines.count != 1)
            cli_wrong(cli, "hmv: %zu engines, expected one", r->engines.count);
    }
    if (!r->request.gadget)
        r->request.gadget = hmv_gadgets[0];
    if (!r->request.baseline && !r->no_verify)
        r->request.baseline = baselines[0];
}

/* --- output ----------------------------------------------------------------------------------- */

static void print_rows(const enum verdict *bits, size_t n1, enum verdict which, const char *between)
{
    const char *separator = "";
    for (size_t j = 0; j < n1; j++)
        if (bits[j] == which) {
            printf("%s%zu", separator, j);
            separator = between;
        }
}

static void print_column_json(size_t n1, size_t hint, size_t column, const enum verdict *bits,
                              const struct bit_summary *summary)
{
    printf("{\"hint\": %zu, \"column\": %zu, \"rows\": [", hint, column);
    print_rows(bits, n1, VERDICT_YES, ", ");
    printf("], \"undecided\": [");
    print_rows(bits, n1, VERDICT_UNDECIDED, ", ");
    printf("], \"impossible\": [");
    print_rows(bits, n1, VERDICT_IMPOSSIBLE, ", ");
    printf("], \"margin\": ");
    cli_json_number(stdout, summary->half_gap);
    printf(", \"bound\": ");
    cli_json_number(stdout, summary->error);
    puts("}");
}

static void print_column_text(size_t n1, size_t column, const enum verdict *bits,
                              const struct bit_summary *summary)
{
    printf("column %zu: ", column);
    print_rows(bits, n1, VERDICT_YES, " ");
    if (!summary->yes)
        putchar('-');
    if (summary->undecided) {
        printf("; undecided: ");
        print_rows(bits, n1, VERDICT_UNDECIDED, " ");
    }
    if (summary->impossible) {
        printf("; contradictory: ");
        print_rows(bits, n1, VERDICT_IMPOSSIBLE, " ");
    }
    putchar('\n');
}

static bool print_column(void *context, const struct hmv_run *run, size_t hint, size_t column,
                         const enum verdict *bits, const struct bit_summary *summary)
{
    struct hmv_command *r = context;
    const struct hmv_run_request *q = &r->request;
    size_t columns = q->all ? run->shape.n4 : 1;
    if (!r->json && q->p_count > 1 && run->columns == hint * columns + 1)
        printf("%sP = %s\n", hint ? "\n" : "", q->p_files[hint]);
    if (r->json)
        print_column_json(run->shape.n1, hint, column, bits, summary);
    else
        print_column_text(run->shape.n1, column, bits, summary);
    cli_progress_step(&r->progress, (double)run->columns, (double)(columns * q->p_count));
    return !cli_output_failed();
}

static void print_phase(const struct phase *phase, const char *name, double theorem)
{
    const struct odamv_counts *c = &phase->counts;
    printf("%-10s %10.3g %9zu %9zu ", name, phase->seconds, phase->updates, phase->queries);
    if (phase->counted)
        printf("%12.5g ", c->additions + c->multiplications + c->exponentials + c->gemm_additions +
                              c->gemm_multiplications);
    else
        printf("%12s ", "-");
    if (isnan(theorem))
        printf("%12s", "-");
    else
        printf("%12.5g", theorem);
}

static void print_phases_text(const struct hmv_run *run)
{
    const struct hmv_bounds *b = &run->bounds;
    printf("\n%-10s %10s %9s %9s %12s %12s  %s\n", "phase", "seconds", "updates", "queries",
           "operations", "theorem", "conjectured impossible, both at once");
    print_phase(&run->phases[0], "1: M, V", b->theorem[0]);
    puts("");
    print_phase(&run->phases[1], "2: P", b->theorem[1]);
    printf("  n^(w(1,1,tau)-e): n^2 = %.4g to n^(2+tau) = %.4g\n", b->hint_least, b->hint_most);
    print_phase(&run->phases[2], "3: columns", b->theorem[2]);
    printf("  n^(1+tau-e) per column: n^(1+tau) = %.4g in all\n", b->columns);
    if (run->phases[3].updates) {
        print_phase(&run->phases[3], "undo P", NAN);
        puts("");
    }
}

static void print_summary_text(const struct hmv_command *r, const struct hmv_run *run)
{
    const struct hmv_run_request *q = &r->request;
    const struct hmv_shape *s = &run->shape;
    printf("\nhmv via %s(%s): M %zu x %zu, P %zu x %zu with %zu nonzeros%s, V %zu x %zu\n",
           q->gadget->name, q->engine->name, s->n1, s->n2, s->n2, s->n3, run->nonzeros,
           q->p_count > 1 ? " in all" : "", s->n3, s->n4);
    printf("bits: %zu YES, %zu NO, %zu undecided, %zu contradictory; largest certified error %.3g, "
           "to stay below %.3g\n",
           run->total.yes, run->total.no, run->total.undecided, run->total.impossible,
           run->total.error, run->total.half_gap);
    if (q->baseline)
        printf("direct product by %s: %zu of %zu bits differ; hints %.3g s, columns %.3g s\n",
               q->baseline->name, run->wrong, run->columns * s->n1, run->direct_hint_seconds,
               run->direct_column_seconds);
    print_phases_text(run);
    printf("\nn = %zu, tau = log(nnz P) / log n = %.4g: %s\n", hmv_extent(s), run->tau,
           conjecture_status(run->tau));
}

static void print_phase_json(const struct phase *phase, const char *name, double theorem)
{
    printf("{\"phase\": \"%s\", \"seconds\": ", name);
    cli_json_number(stdout, phase->seconds);
    printf(", \"updates\": %zu, \"queries\": %zu, \"theorem\": ", phase->updates, phase->queries);
    cli_json_number(stdout, theorem);
    printf(", \"counts\": ");
    if (phase->counted)
        cli_json_counts(stdout, &phase->counts);
    else
        printf("null");
    putchar('}');
}

static void print_summary_json(const struct hmv_command *r, const struct hmv_run *run)
{
    static const char *const names[] = {"1", "2", "3", "undo"};
    const struct hmv_run_request *q = &r->request;
    const struct hmv_shape *s = &run->shape;
    printf("{\"summary\": \"hmv\", \"gadget\": \"%s\", \"engine\": ", q->gadget->name);
    cli_json_string(stdout, q->engine->name);
    printf(
        ", \"n1\": %zu, \"n2\": %zu, \"n3\": %zu, \"n4\": %zu, \"hints\": %zu, \"nonzeros\": %zu, "
        "\"yes\": %zu, \"no\": %zu, \"undecided\": %zu, \"impossible\": %zu, \"margin\": ",
        s->n1, s->n2, s->n3, s->n4, q->p_count, run->nonzeros, run->total.yes, run->total.no,
        run->total.undecided, run->total.impossible);
    cli_json_number(stdout, run->total.half_gap);
    printf(", \"bound\": ");
    cli_json_number(stdout, run->total.error);
    if (q->baseline)
        printf(", \"verified_by\": \"%s\", \"agrees\": %s, \"wrong\": %zu, "
               "\"direct_hint_seconds\": %.9g, \"direct_column_seconds\": %.9g",
               q->baseline->name, run->wrong ? "false" : "true", run->wrong,
               run->direct_hint_seconds, run->direct_column_seconds);
    else
        printf(", \"verified_by\": null, \"agrees\": null");
    printf(", \"phases\": [");
    for (size_t i = 0; i < HMV_PHASES; i++) {
        printf("%s", i ? ", " : "");
        print_phase_json(&run->phases[i], names[i], i < 3 ? run->bounds.theorem[i] : NAN);
    }
    printf("], \"n\": %zu, \"tau\": ", hmv_extent(s));
    cli_json_number(stdout, run->tau);
    printf(", \"conjecture\": ");
    cli_json_string(stdout, conjecture_status(run->tau));
    puts("}");
}

static int report(const struct hmv_command *r, const struct hmv_run *run)
{
    const struct hmv_run_request *q = &r->request;
    const struct bit_summary *t = &run->total;
    if (r->json)
        print_summary_json(r, run);
    else
        print_summary_text(r, run);
    if (!t->yes || !t->no)
        cli_message("hmv: no bit is %s: this run says nothing about such bits",
                    t->yes  ? "NO"
                    : t->no ? "YES"
                            : "YES and none NO");
    if (run->wrong)
        cli_message("hmv: %zu bits differ from the product by %s, the first in row %zu of column "
                    "%zu with %s",
                    run->wrong, q->baseline->name, run->wrong_row, run->wrong_column,
                    q->p_files[run->wrong_hint]);
    if (t->undecided)
        cli_message("hmv: %zu bits undecided: the certified error is %.3g, expected below %.3g",
                    t->undecided, t->error, t->half_gap);
    if (t->impossible)
        cli_message("hmv: %zu bits contradict the bounds that %s certified", t->impossible,
                    q->engine->name);
    return run->wrong || t->undecided || t->impossible ? CLI_FAILED : CLI_FINE;
}

int cmd_hmv(int argc, char **argv)
{
    struct hmv_command *r = calloc(1, sizeof *r);
    struct hmv_run run;
    char message[CLI_MESSAGE];
    int result, option;
    if (!r) {
        cli_message("hmv: no memory");
        return CLI_MACHINE;
    }
    r->request.exponent = NAN;
    cli_start(&r->cli, &spec, argc, argv);
    while ((option = cli_next(&r->cli)) >= 0)
        parse_option(r, option);
    check_options(r);
    if (r->cli.stop) {
        result = r->cli.status;
        free(r);
        return result;
    }
    r->request.engine = r->engines.chosen[0];
    r->request.answered = print_column;
    r->request.context = r;
    cli_progress_start(&r->progress, "hmv", true);
    result = (int)hmv_run(&r->request, &run, message, sizeof message);
    cli_progress_end(&r->progress);
    if (result != CLI_FINE)
        cli_message("%s", message);
    else
        result = report(r, &run);
    free(r);
    return cli_finish(result);
}
