/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cmd_omv.c: odamv omv, online boolean matrix-vector products on matrices from files. See
 * reductions/omv.h. Every column of U is one vector; they are given to the engine one at a time.
 */
#include <stdlib.h>
#include <string.h>

#include "../reductions/baseline.h"
#include "../reductions/bool_read.h"
#include "../reductions/omv.h"
#include "cli.h"
#include "commands.h"
#include "input.h"

enum {
    OPT_A_FILE,
    OPT_U_FILE,
    OPT_ENGINE,
    OPT_PLUGIN,
    OPT_THRESHOLD,
    OPT_VERIFY,
    OPT_NO_VERIFY,
    OPT_JSON,
};

static const struct cli_option options[] = {
    [OPT_A_FILE] = {"a", "FILE", "A, n1 x n2 bits, known from the start"},
    [OPT_U_FILE] = {"u", "FILE", "U, n2 x T bits: its columns are the vectors, in order"},
    [OPT_ENGINE] = {"engine", "E", "answer with engine E (default: lazy)"},
    [OPT_PLUGIN] = {"plugin", "FILE", "load an engine from a shared object"},
    [OPT_THRESHOLD] = {"threshold", "K", "fold after K pending updates (default: ceil(sqrt(n)))"},
    [OPT_VERIFY] = {"verify", "B", "compare with the direct product by B: graphblas or bits"},
    [OPT_NO_VERIFY] = {"no-verify", NULL, "do not compare"},
    [OPT_JSON] = {"json", NULL, "print one JSON object per vector, then a summary"},
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
    "Files: as for odamv hmv. Output: the rows whose bit is 1 for every vector, indices\n"
    "from 0; then what the updates and the queries took.\n\n"
    "Exit status: 0 fine, 1 an undecided or wrong bit, 2 wrong use or input, 3 the\n"
    "machine.",
};

struct omv_run {
    struct cli cli;
    struct cli_engines engines;
    const char *a_file, *u_file;
    bool no_verify, json;
    const struct baseline *baseline;
    struct odamv_options engine_options;
    struct bitmatrix a, u;
    struct omv *omv;
    void *direct;
    bool *vector;       /* n2 */
    enum verdict *bits; /* n1 */
    bool *truth;        /* n1 */
    struct bit_summary total;
    size_t updates, wrong;
    double direct_seconds;
    char message[CLI_MESSAGE];
};

static void parse_option(struct omv_run *r, int option)
{
    struct cli *cli = &r->cli;
    char quoted[64];
    switch (option) {
    case OPT_A_FILE:
        r->a_file = cli->value;
        break;
    case OPT_U_FILE:
        r->u_file = cli->value;
        break;
    case OPT_ENGINE:
        cli_engines_name(&r->engines, cli);
        break;
    case OPT_PLUGIN:
        cli_engines_plugin(&r->engines, cli);
        break;
    case OPT_THRESHOLD:
        cli_size(cli, option, 1, (size_t)-1, &r->engine_options.threshold);
        break;
    case OPT_VERIFY:
        r->baseline = baseline_find(cli->value);
        if (!r->baseline)
            cli_wrong(cli, "omv: --verify: %s, expected %s",
                      input_quote(cli->value, strlen(cli->value), quoted, sizeof quoted),
                      baselines[1] ? "graphblas or bits"
                                   : "bits; this program was built without GraphBLAS");
        break;
    case OPT_NO_VERIFY:
        r->no_verify = true;
        break;
    case OPT_JSON:
        r->json = true;
        break;
    }
}

static void check_options(struct omv_run *r)
{
    struct cli *cli = &r->cli;
    if (cli->stop || !cli_no_operands(cli))
        return;
    if (!r->a_file || !r->u_file)
        cli_wrong(cli, "omv: no --%s, expected both --a and --u", r->a_file ? "u" : "a");
    else if (strcmp(r->a_file, "-") == 0 && strcmp(r->u_file, "-") == 0)
        cli_wrong(cli, "omv: '-' more than once, expected one input from standard input");
    else if (r->no_verify && r->baseline)
        cli_wrong(cli, "omv: both --verify and --no-verify, expected one of them");
    else {
        if (!r->engines.name_count && !r->engines.plugin_count)
            r->engines.names[r->engines.name_count++] = "lazy";
        if (cli_engines_resolve(&r->engines, cli, false) && r->engines.count != 1)
            cli_wrong(cli, "omv: %zu engines, expected one", r->engines.count);
    }
    if (!r->baseline && !r->no_verify)
        r->baseline = baselines[0];
}

static enum reduction_status read_input(struct omv_run *r)
{
    void *vector = NULL, *bits = NULL, *truth = NULL;
    enum reduction_status status = bool_read(r->a_file, &r->a, r->message, sizeof r->message);
    if (status == REDUCTION_OK)
        status = bool_read(r->u_file, &r->u, r->message, sizeof r->message);
    if (status != REDUCTION_OK)
        return status;
    if (!r->a.rows || !r->a.cols)
        return reduction_fail(REDUCTION_BAD, r->message, sizeof r->message,
                              "%.300s: A is %zu x %zu, expected at least one row and one column",
                              r->a_file, r->a.rows, r->a.cols);
    if (r->u.rows != r->a.cols)
        return reduction_fail(REDUCTION_BAD, r->message, sizeof r->message,
                              "%.300s: U has %zu rows, expected %zu, the columns of A", r->u_file,
                              r->u.rows, r->a.cols);
    status = reduction_zeros(r->a.cols, 1, sizeof *r->vector, "omv", &vector, r->message,
                             sizeof r->message);
    if (status == REDUCTION_OK)
        status = reduction_zeros(r->a.rows, 1, sizeof *r->bits, "omv", &bits, r->message,
                                 sizeof r->message);
    if (status == REDUCTION_OK)
        status = reduction_zeros(r->a.rows, 1, sizeof *r->truth, "omv", &truth, r->message,
                                 sizeof r->message);
    r->vector = vector;
    r->bits = bits;
    r->truth = truth;
    return status;
}

/* The direct product is hinted Mv with P = I and V = U. */
static enum reduction_status open_direct(struct omv_run *r)
{
    struct bitcells identity = {.rows = r->a.cols, .cols = r->a.cols, .count = r->a.cols};
    void *cells;
    enum reduction_status status =
        r->baseline->open(&r->a, &r->u, &r->direct, r->message, sizeof r->message);
    if (status == REDUCTION_OK)
        status = reduction_zeros(r->a.cols, 1, sizeof(struct bitcell), "omv", &cells, r->message,
                                 sizeof r->message);
    if (status != REDUCTION_OK)
        return status;
    identity.cells = cells;
    for (size_t k = 0; k < identity.count; k++)
        identity.cells[k] = (struct bitcell){k, k};
    status = r->baseline->hint(r->direct, &identity, r->message, sizeof r->message);
    bitcells_free(&identity);
    return status;
}

static void print_rows(const struct omv_run *r, enum verdict which, const char *between)
{
    const char *separator = "";
    for (size_t j = 0; j < r->a.rows; j++)
        if (r->bits[j] == which) {
            printf("%s%zu", separator, j);
            separator = between;
        }
}

static void print_answer(const struct omv_run *r, size_t t, const struct bit_summary *answer,
                         size_t updates)
{
    if (r->json) {
        printf("{\"vector\": %zu, \"rows\": [", t);
        print_rows(r, VERDICT_YES, ", ");
        printf("], \"undecided\": [");
        print_rows(r, VERDICT_UNDECIDED, ", ");
        printf("], \"impossible\": [");
        print_rows(r, VERDICT_IMPOSSIBLE, ", ");
        printf("], \"updates\": %zu, \"margin\": ", updates);
        cli_json_number(stdout, answer->half_gap);
        printf(", \"bound\": ");
        cli_json_number(stdout, answer->error);
        puts("}");
        return;
    }
    printf("vector %zu: ", t);
    print_rows(r, VERDICT_YES, " ");
    if (!answer->yes)
        putchar('-');
    if (answer->undecided) {
        printf("; undecided: ");
        print_rows(r, VERDICT_UNDECIDED, " ");
    }
    if (answer->impossible) {
        printf("; contradictory: ");
        print_rows(r, VERDICT_IMPOSSIBLE, " ");
    }
    putchar('\n');
}

static enum reduction_status compare(struct omv_run *r, size_t t)
{
    double start = reduction_seconds();
    enum reduction_status status =
        r->baseline->column(r->direct, t, r->truth, r->message, sizeof r->message);
    r->direct_seconds += reduction_seconds() - start;
    for (size_t j = 0; status == REDUCTION_OK && j < r->a.rows; j++)
        r->wrong += (r->bits[j] == VERDICT_YES && !r->truth[j]) ||
                    (r->bits[j] == VERDICT_NO && r->truth[j]);
    return status;
}

static enum reduction_status run(struct omv_run *r)
{
    struct cli_progress progress;
    enum reduction_status status = read_input(r);
    if (status == REDUCTION_OK && r->baseline)
        status = open_direct(r);
    if (status == REDUCTION_OK)
        status = omv_open(r->engines.chosen[0], &r->engine_options, &r->a, &r->omv, r->message,
                          sizeof r->message);
    cli_progress_start(&progress, "omv", true);
    for (size_t t = 0; status == REDUCTION_OK && t < r->u.cols && !cli_output_failed(); t++) {
        struct bit_summary answer;
        size_t updates;
        for (size_t k = 0; k < r->u.rows; k++)
            r->vector[k] = bitmatrix_get(&r->u, k, t);
        status = omv_answer(r->omv, r->vector, r->bits, &answer, &updates, r->message,
                            sizeof r->message);
        if (status != REDUCTION_OK)
            break;
        bit_summary_merge(&r->total, &answer);
        r->updates += updates;
        print_answer(r, t, &answer, updates);
        if (r->baseline)
            status = compare(r, t);
        cli_progress_step(&progress, (double)(t + 1), (double)r->u.cols);
    }
    cli_progress_end(&progress);
    return status;
}

/* Charged per phase: what the definition of the problem and the lazy engine's costs say. */
static void print_summary(const struct omv_run *r)
{
    static const char *const names[] = {"1: A", "2: updates", "3: queries"};
    const struct phase *phases = omv_phases(r->omv);
    double n1 = (double)r->a.rows, n2 = (double)r->a.cols, vectors = (double)r->u.cols;
    const double charged[] = {n1 * n2 * n2 + n1 * n2, (double)r->updates * n1,
                              vectors * n1 * (double)odamv_threshold(r->a.cols, 0.5)};
    if (r->json)
        printf("{\"summary\": \"omv\", \"engine\": ");
    else
        printf("\nomv via %s: A %zu x %zu, %zu vectors\n", r->engines.chosen[0]->name, r->a.rows,
               r->a.cols, r->u.cols);
    if (r->json) {
        cli_json_string(stdout, r->engines.chosen[0]->name);
        printf(", \"n1\": %zu, \"n2\": %zu, \"vectors\": %zu, \"yes\": %zu, \"no\": %zu, "
               "\"undecided\": %zu, \"impossible\": %zu, \"updates\": %zu, \"margin\": ",
               r->a.rows, r->a.cols, r->u.cols, r->total.yes, r->total.no, r->total.undecided,
               r->total.impossible, r->updates);
        cli_json_number(stdout, r->total.half_gap);
        printf(", \"bound\": ");
        cli_json_number(stdout, r->total.error);
        if (r->baseline)
            printf(", \"verified_by\": \"%s\", \"agrees\": %s, \"wrong\": %zu, "
                   "\"direct_seconds\": %.9g",
                   r->baseline->name, r->wrong ? "false" : "true", r->wrong, r->direct_seconds);
        else
            printf(", \"verified_by\": null, \"agrees\": null");
        printf(", \"phases\": [");
        for (size_t i = 0; i < OMV_PHASES; i++) {
            printf("%s{\"phase\": \"%zu\", \"seconds\": %.9g, \"updates\": %zu, \"queries\": %zu, "
                   "\"charged\": %.17g, \"counts\": ",
                   i ? ", " : "", i + 1, phases[i].seconds, phases[i].updates, phases[i].queries,
                   charged[i]);
            if (phases[i].counted)
                cli_json_counts(stdout, &phases[i].counts);
            else
                printf("null");
            putchar('}');
        }
        puts("]}");
        return;
    }
    printf("bits: %zu YES, %zu NO, %zu undecided, %zu contradictory; largest certified error %.3g, "
           "to stay below %.3g\n",
           r->total.yes, r->total.no, r->total.undecided, r->total.impossible, r->total.error,
           r->total.half_gap);
    if (r->baseline)
        printf("direct product by %s: %zu of %zu bits differ; %.3g s\n", r->baseline->name,
               r->wrong, r->a.rows * r->u.cols, r->direct_seconds);
    printf("\n%-10s %10s %9s %9s %12s %12s\n", "phase", "seconds", "updates", "queries",
           "operations", "charged");
    for (size_t i = 0; i < OMV_PHASES; i++) {
        const struct odamv_counts *c = &phases[i].counts;
        printf("%-10s %10.3g %9zu %9zu ", names[i], phases[i].seconds, phases[i].updates,
               phases[i].queries);
        if (phases[i].counted)
            printf("%12.5g", c->additions + c->multiplications + c->exponentials +
                                 c->gemm_additions + c->gemm_multiplications);
        else
            printf("%12s", "-");
        printf(" %12.5g\n", charged[i]);
    }
    printf("\ncharged: n1 per update of V, n1 ceil(sqrt(n2)) per column asked; conjectured "
           "impossible: O(n^(2-e))\nper vector over n vectors, here n1 n2 = %.4g per vector\n",
           n1 * n2);
}

static int report(const struct omv_run *r)
{
    print_summary(r);
    if (!r->total.yes || !r->total.no)
        cli_message("omv: no bit is %s: this run says nothing about such bits",
                    r->total.yes  ? "NO"
                    : r->total.no ? "YES"
                                  : "YES and none NO");
    if (r->wrong)
        cli_message("omv: %zu bits differ from the product by %s", r->wrong, r->baseline->name);
    if (r->total.undecided)
        cli_message("omv: %zu bits undecided: the certified error is %.3g, expected below %.3g",
                    r->total.undecided, r->total.error, r->total.half_gap);
    if (r->total.impossible)
        cli_message("omv: %zu bits contradict the bounds that %s certified", r->total.impossible,
                    r->engines.chosen[0]->name);
    return r->wrong || r->total.undecided || r->total.impossible ? CLI_FAILED : CLI_FINE;
}

static void release(struct omv_run *r)
{
    omv_close(r->omv);
    if (r->baseline)
        r->baseline->close(r->direct);
    bitmatrix_free(&r->a);
    bitmatrix_free(&r->u);
    free(r->vector);
    free(r->bits);
    free(r->truth);
    free(r);
}

int cmd_omv(int argc, char **argv)
{
    struct omv_run *r = calloc(1, sizeof *r);
    int result, option;
    if (!r) {
        cli_message("omv: no memory");
        return CLI_MACHINE;
    }
    cli_start(&r->cli, &spec, argc, argv);
    while ((option = cli_next(&r->cli)) >= 0)
        parse_option(r, option);
    check_options(r);
    if (r->cli.stop)
        result = r->cli.status;
    else {
        result = (int)run(r);
        if (result == CLI_FINE)
            result = report(r);
        else
            cli_message("%s", r->message);
        result = cli_finish(result);
    }
    release(r);
    return result;
}
