/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hmv.c: odamv hmv, the hinted-Mv problem on boolean matrices from files.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "harness/command/command.h"
#include "harness/ground/progress.h"
#include "harness/ground/say.h"
#include "hmv_print.h"
#include "reduction_options.h"

enum {
    OPT_M,
    OPT_P,
    OPT_V,
    OPT_COLUMN,
    OPT_ALL,
    OPT_ROW,
    OPT_P_ROWS,
    OPT_P_COLS,
    OPT_GADGET,
    OPT_EXPONENT,
    OPT_REDUCTION
};

enum { LINES_MOST = 1 << 20 };

static const struct cli_option options[] = {
    [OPT_M] = {"m", "FILE", "M, n1 x n2 bits, given in phase 1"},
    [OPT_P] = {"p", "FILE",
               "P, n2 x n3 bits, given in phase 2; repeat it to give\n"
               "several in turn, each undone by updates before the next"},
    [OPT_V] = {"v", "FILE", "V, n3 x n4 bits, given in phase 1"},
    [OPT_COLUMN] = {"column", "I", "answer M P V[:,I], I from 0"},
    [OPT_ALL] = {"all", NULL, "answer every column"},
    [OPT_ROW] = {"row", "J", "of the columns answer row J only, by one query each"},
    [OPT_P_ROWS] = {"p-rows", "LIST",
                    "give, in phase 2, of P only what is in these rows, for\n"
                    "example 0,3,8-11; with --p-cols and --row the uMv-hinted form"},
    [OPT_P_COLS] = {"p-cols", "LIST", "only what is in these columns"},
    [OPT_GADGET] = {"gadget", "G", "odamv-probe (default), odamv-diagonal or oamv"},
    [OPT_EXPONENT] = CLI_EXPONENT,
    REDUCTION_TABLE(OPT_REDUCTION),
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
    "symmetric), NPY of any number type, or text with rows of 0 and 1; - for standard input.\n"
    "A nonzero is 1. Example, who is tied to whom through a tie between the two clubs:\n"
    "  odamv hmv --m karate.mtx --p karate_split.mtx --v karate.mtx --all\n\n"
    "Output: for every column the rows whose bit is 1, indices from 0; then what each\n"
    "phase took: operations that the engine counted, beside the multiplications that the\n"
    "theorem charges with classical products, at a = tau and at the engine's own a, and\n"
    "what the Mv-hinted conjecture says cannot be had, both at once, for families of P\n"
    "with n^tau nonzeros; of one finite P it says nothing. In JSON \"bound\" is the largest "
    "certified error of\n"
    "the column and \"margin\" what it has to stay below; \"hint\" counts the P from 0.\n\n"
    "Exit status: 0 fine, 1 an undecided or wrong bit, 2 wrong use or input, 3 the\n"
    "machine.",
};

struct hmv_command {
    struct cli cli;
    struct reduction_options reduction;
    struct progress progress;
    struct hmv_run_request request;
    bool has_column;
    struct lines {
        size_t count, *index; /* null: not given */
    } rows, cols;
};

/* --- options ---------------------------------------------------------------------------------- */

static void choose_gadget(struct hmv_command *r)
{
    char quoted[64];
    r->request.gadget = hmv_gadget_find(r->cli.value);
    if (!r->request.gadget)
        cli_wrong(&r->cli, "hmv: --gadget: %s, expected odamv-probe, odamv-diagonal or oamv",
                  say_word(r->cli.value, quoted, sizeof quoted));
}

static void add_hint(struct hmv_command *r)
{
    struct hmv_run_request *q = &r->request;
    if (q->p_count == HMV_RUN_HINTS_MAX)
        cli_wrong(&r->cli, "hmv: --p more than %d times, expected at most that often",
                  HMV_RUN_HINTS_MAX);
    else
        q->p_files[q->p_count++] = r->cli.value;
}

/* One more range of indices. False: no memory, or more than LINES_MOST. */
static bool add_range(struct lines *lines, size_t from, size_t to)
{
    const size_t count = to - from + 1;
    size_t *grown;
    if (count > LINES_MOST || lines->count + count > LINES_MOST)
        return false;
    grown = realloc(lines->index, (lines->count + count) * sizeof *grown);
    if (!grown)
        return false;
    lines->index = grown;
    for (size_t i = from; i <= to; i++)
        lines->index[lines->count++] = i;
    return true;
}

/* A list such as 0,3,8-11. */
static void choose_lines(struct hmv_command *r, struct lines *lines)
{
    const char *at = r->cli.value;
    char quoted[64];
    bool good = true;
    free(lines->index);
    *lines = (struct lines){0};
    while (good) {
        char *end;
        size_t from, to;
        good = isdigit((unsigned char)*at);
        from = to = good ? strtoul(at, &end, 10) : 0;
        if (good && *end == '-' && isdigit((unsigned char)end[1]))
            to = strtoul(end + 1, &end, 10);
        good = good && from <= to && add_range(lines, from, to) && (!*end || *end == ',');
        if (!good || !*end)
            break;
        at = end + 1;
    }
    if (!good)
        cli_wrong(&r->cli, "hmv: %s, expected at most %d indices and ranges such as 0,3,8-11",
                  say_word(r->cli.value, quoted, sizeof quoted), LINES_MOST);
}

static void parse_options(struct hmv_command *r, int argc, char **argv)
{
    struct cli *cli = &r->cli;
    struct hmv_run_request *q = &r->request;
    const struct cli_target targets[] = {
        [OPT_M] = {.text = &q->m_file},
        [OPT_V] = {.text = &q->v_file},
        [OPT_COLUMN] = {.given = &r->has_column,
                        .size = &q->column,
                        .least = 0,
                        .most = (size_t)-1},
        [OPT_ALL] = {.given = &q->all},
        [OPT_ROW] = {.given = &q->one_row, .size = &q->row, .least = 0, .most = (size_t)-1},
    };
    int option;
    cli_start(cli, &spec, argc, argv);
    while ((option = cli_next(cli)) >= 0)
        if (option == OPT_P)
            add_hint(r);
        else if (option == OPT_P_ROWS || option == OPT_P_COLS)
            choose_lines(r, option == OPT_P_ROWS ? &r->rows : &r->cols);
        else if (option == OPT_GADGET)
            choose_gadget(r);
        else if (option == OPT_EXPONENT)
            cli_tuning_exponent(&r->reduction.tuning, cli, option);
        else if (!cli_take(cli, option, targets, sizeof targets / sizeof *targets))
            reduction_options_option(&r->reduction, cli, option, OPT_REDUCTION);
}

static void check_options(struct hmv_command *r)
{
    struct cli *cli = &r->cli;
    struct hmv_run_request *q = &r->request;
    size_t standard = 0;
    if (cli->stop || !cli_no_operands(cli))
        return;
    if (!q->m_file || !q->p_count || !q->v_file) {
        cli_wrong(cli, "hmv: no --%s, expected all of --m, --p and --v",
                  !q->m_file    ? "m"
                  : !q->p_count ? "p"
                                : "v");
        return;
    }
    for (size_t h = 0; h < q->p_count; h++)
        standard += strcmp(q->p_files[h], "-") == 0;
    standard += (strcmp(q->m_file, "-") == 0) + (strcmp(q->v_file, "-") == 0);
    if (q->all == r->has_column)
        cli_wrong(cli, q->all ? "hmv: both --column I and --all, expected one of them"
                              : "hmv: neither --column I nor --all, expected one of them");
    else if (standard > 1)
        cli_wrong(cli, "hmv: '-' more than once, expected one input from standard input");
    else if (reduction_options_check(&r->reduction, cli))
        q->setting = r->reduction.setting;
    if (!q->gadget)
        q->gadget = hmv_gadgets[0];
}

/* --- output ----------------------------------------------------------------------------------- */

static bool print_column(void *context, const struct hmv_run *run, size_t hint, size_t column,
                         const enum verdict *bits, const struct bit_summary *summary)
{
    struct hmv_command *r = context;
    const struct hmv_run_request *q = &r->request;
    size_t columns = q->all ? run->shape.n4 : 1;
    if (!r->reduction.json && q->p_count > 1 && run->columns == hint * columns + 1)
        printf("%sP = %s\n", hint ? "\n" : "", q->p_files[hint]);
    if (r->reduction.json) {
        reduction_bits_json("column", column, bits, run->shape.n1, summary);
        printf(", \"hint\": %zu}\n", hint);
    } else
        reduction_bits_text("column", column, bits, run->shape.n1, summary);
    progress_step(&r->progress, (double)run->columns, (double)(columns * q->p_count));
    return !cli_output_failed();
}

static enum status report(const struct hmv_command *r, const struct hmv_run *run)
{
    const struct hmv_run_request *q = &r->request;
    const struct verify_result *v = &run->outcome.verified;
    char place[sizeof(struct say)];
    if (r->reduction.json)
        hmv_print_json(q, run);
    else
        hmv_print_text(q, run);
    snprintf(place, sizeof place, "column %zu with %.600s", v->wrong_column,
             q->p_files[v->wrong_hint]);
    return reduction_outcome_status(&r->cli, &q->setting, &run->outcome, place);
}

static enum status answer(struct hmv_command *r)
{
    struct hmv_run run;
    struct say say;
    enum status result;
    r->request.p_rows = (struct bitindex){r->rows.count, r->rows.index};
    r->request.p_cols = (struct bitindex){r->cols.count, r->cols.index};
    r->request.answered = print_column;
    r->request.context = r;
    progress_start(&r->progress, "hmv", true);
    result = hmv_run(&r->request, &run, &say);
    progress_end(&r->progress);
    if (result == STATUS_OK)
        return report(r, &run);
    say_line("%s", say.text);
    return result;
}

static enum status command(int argc, char **argv)
{
    struct hmv_command r = {0};
    enum status result;
    parse_options(&r, argc, argv);
    check_options(&r);
    result = r.cli.stop ? r.cli.status : cli_finish(answer(&r));
    free(r.rows.index);
    free(r.cols.index);
    return result;
}

const struct command command_hmv = {
    .name = "hmv",
    .summary = "answer hinted boolean matrix-vector products through an engine",
    .multiplies = true,
    .run = command,
};
