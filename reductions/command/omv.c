/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * omv.c: odamv omv, online boolean matrix-vector products from files.
 */
#include <math.h>
#include <string.h>

#include "harness/command/command.h"
#include "harness/ground/progress.h"
#include "reduction_options.h"
#include "reductions/omv_run.h"

enum { OPT_A_FILE, OPT_U_FILE, OPT_W_FILE, OPT_HINTED, OPT_REDUCTION };

static const struct cli_option options[] = {
    [OPT_A_FILE] = {"a", "FILE", "A, n1 x n2 bits, known from the start"},
    [OPT_U_FILE] = {"u", "FILE", "U, n2 x T bits: its columns are the vectors, in order"},
    [OPT_W_FILE] = {"w", "FILE",
                    "W, T x n1 bits: answer w A u for every row w of W and the\n"
                    "column u beside it, as updates of queries and values"},
    [OPT_HINTED] = {"hinted", NULL,
                    "give all of U at once, then answer A U column by column:\n"
                    "the v-hinted form"},
    REDUCTION_TABLE(OPT_REDUCTION),
    {NULL, NULL, NULL},
};

static const struct cli_spec spec = {
    "omv",
    "--a FILE --u FILE [OPTION]...",
    "Answers A u for one boolean vector u after the other with a dynamic attention\n"
    "engine: A is in its queries, u comes as updates of its values, and every bit is\n"
    "decoded with a certificate. Every bit is compared with the product computed\n"
    "directly.",
    options,
    "Files: as for odamv hmv. Output: for every vector the rows whose bit is 1, indices\n"
    "from 0, with --w for every pair its bit; then what the updates and the queries took: "
    "operations that the engine\n"
    "counted beside the multiplications that are charged, n1 per update and n1 k per\n"
    "vector for the threshold k in use.\n\n"
    "Exit status: 0 fine, 1 an undecided or wrong bit, 2 wrong use or input, 3 the\n"
    "machine.",
};

struct omv_command {
    struct cli cli;
    struct reduction_options reduction;
    struct progress progress;
    struct omv_run_request request;
};

static void parse_options(struct omv_command *r, int argc, char **argv)
{
    int option;
    cli_start(&r->cli, &spec, argc, argv);
    while ((option = cli_next(&r->cli)) >= 0)
        if (option == OPT_A_FILE)
            r->request.a_file = r->cli.value;
        else if (option == OPT_U_FILE)
            r->request.u_file = r->cli.value;
        else if (option == OPT_W_FILE)
            r->request.w_file = r->cli.value;
        else if (option == OPT_HINTED)
            r->request.hinted = true;
        else
            reduction_options_option(&r->reduction, &r->cli, option, OPT_REDUCTION);
}

static void check_options(struct omv_command *r)
{
    struct cli *cli = &r->cli;
    const struct omv_run_request *q = &r->request;
    const char *const files[] = {q->a_file, q->u_file, q->w_file};
    size_t standard = 0;
    for (size_t f = 0; f < sizeof files / sizeof *files; f++)
        standard += files[f] && strcmp(files[f], "-") == 0;
    if (cli->stop || !cli_no_operands(cli))
        return;
    if (!q->a_file || !q->u_file)
        cli_wrong(cli, "omv: no --%s, expected both --a and --u", q->a_file ? "u" : "a");
    else if (q->w_file && q->hinted)
        cli_wrong(cli, "omv: both --w and --hinted, expected one of them");
    else if (standard > 1)
        cli_wrong(cli, "omv: '-' more than once, expected one input from standard input");
    else if (reduction_options_check(&r->reduction, cli))
        r->request.setting = r->reduction.setting;
}

static bool print_vector(void *context, const struct omv_run *run, size_t vector,
                         const enum verdict *bits, const struct bit_summary *summary,
                         size_t updates)
{
    struct omv_command *r = context;
    const bool pairs = r->request.w_file != NULL;
    if (r->reduction.json && pairs)
        reduction_bit_json("pair", vector, bits[0], summary);
    else if (r->reduction.json)
        reduction_bits_json("vector", vector, bits, run->n1, summary);
    else if (pairs)
        reduction_bit_text("pair", vector, bits[0]);
    else
        reduction_bits_text("vector", vector, bits, run->n1, summary);
    if (r->reduction.json)
        printf(", \"updates\": %zu}\n", updates);
    progress_step(&r->progress, (double)run->done, (double)run->vectors);
    return !cli_output_failed();
}

static const char *form_of(const struct omv_run_request *q)
{
    return q->w_file ? "oumv" : q->hinted ? "v-hinted" : "omv";
}

static void print_text(const struct omv_command *r, const struct omv_run *run)
{
    static const char *const names[] = {"1: A", "2: updates", "3: queries"};
    const struct omv_run_request *q = &r->request;
    printf("\n%s via %s: A %zu x %zu, %zu %s\n", form_of(q), q->setting.engine->name, run->n1,
           run->n2, run->vectors,
           q->w_file   ? "pairs"
           : q->hinted ? "columns"
                       : "vectors");
    reduction_outcome_text(&r->request.setting, &run->outcome);
    reduction_phase_head();
    puts("");
    for (size_t i = 0; i < OMV_PHASES; i++) {
        reduction_phase_text(&run->phases[i], names[i], run->theorem[i]);
        puts("");
    }
    puts("\noperations: additions, multiplications and exponentials that the engine counted");
    if (q->w_file)
        printf("theorem: none, it has no updates of Q\n"
               "conjectured impossible: n^(2-e) per pair over n pairs; n1 n2 = %.4g\n",
               (double)run->n1 * (double)run->n2);
    else
        printf(
            "theorem: multiplications charged, n1 per update of V and n1 k per vector, k = %zu\n",
            run->outcome.threshold);
    if (q->hinted)
        printf(
            "conjectured impossible, both at once, with n2 = n^tau: updates in n^(w(1,1,tau)-e),\n"
            "n^2 = %.4g at least, and n^(1+tau-e) per column, n1 n2 = %.4g\n",
            (double)run->n1 * (double)run->n1, (double)run->n1 * (double)run->n2);
    else if (!q->w_file)
        printf("conjectured impossible: n^(2-e) per vector over n vectors; n1 n2 = %.4g\n",
               (double)run->n1 * (double)run->n2);
}

static void print_json(const struct omv_command *r, const struct omv_run *run)
{
    static const char *const names[] = {"1", "2", "3"};
    printf("{\"summary\": \"%s\", \"n1\": %zu, \"n2\": %zu, \"vectors\": %zu, ",
           form_of(&r->request), run->n1, run->n2, run->vectors);
    reduction_outcome_json(&r->request.setting, &run->outcome);
    printf(", \"updates\": %zu, \"phases\": [", run->phases[1].updates);
    for (size_t i = 0; i < OMV_PHASES; i++) {
        printf("%s", i ? ", " : "");
        reduction_phase_json(&run->phases[i], names[i], run->theorem[i], run->theorem[i]);
    }
    puts("]}");
}

static enum status report(const struct omv_command *r, const struct omv_run *run)
{
    char place[64];
    if (r->reduction.json)
        print_json(r, run);
    else
        print_text(r, run);
    snprintf(place, sizeof place, r->request.w_file ? "pair %zu" : "vector %zu",
             run->outcome.verified.wrong_column);
    return reduction_outcome_status(&r->cli, &r->request.setting, &run->outcome, place);
}

static enum status command(int argc, char **argv)
{
    struct omv_command r = {0};
    struct omv_run run;
    struct say say;
    enum status result;
    parse_options(&r, argc, argv);
    check_options(&r);
    if (r.cli.stop)
        return r.cli.status;
    r.request.answered = print_vector;
    r.request.context = &r;
    progress_start(&r.progress, "omv", true);
    result = omv_run(&r.request, &run, &say);
    progress_end(&r.progress);
    if (result != STATUS_OK)
        say_line("%s", say.text);
    else
        result = report(&r, &run);
    return cli_finish(result);
}

const struct command command_omv = {
    .name = "omv",
    .summary = "answer online boolean matrix-vector products through an engine",
    .multiplies = true,
    .run = command,
};
