/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * replay.c: odamv replay, which plays saved cases and says whether they still fail.
 */
#include <cblas.h>
#include <math.h>
#include <stdlib.h>

#include "cli.h"
#include "command.h"
#include "harness/check/examine.h"
#include "harness/check/script.h"
#include "harness/ground/allocate.h"
#include "harness/ground/json_write.h"
#include "harness/saboteurs/saboteurs.h"

enum { OPT_ENGINE, OPT_PLUGIN, OPT_TOLERANCE, OPT_LIMIT, OPT_BUDGET, OPT_ANSWERS, OPT_JSON };

static const struct cli_option options[] = {
    [OPT_ENGINE] = {"engine", "E", "play on engine E; may be repeated (default: all)"},
    [OPT_PLUGIN] = {"plugin", "FILE", "load an engine from a shared object"},
    [OPT_TOLERANCE] = {"tolerance", "T",
                       "judge answers with infinite bounds by error <= T max(1, |exact|)"},
    [OPT_LIMIT] = {"limit", "S", "an engine that needs longer for a case hangs (default: 60)"},
    [OPT_BUDGET] = {"budget", "W",
                    "exact weights that a trace may cost, about 3 microseconds and 100\n"
                    "bytes each (default: 8388608); beyond that columns and rows are\n"
                    "compared at their ends and at the edges of blocks first, and the\n"
                    "verdict says how many answers were"},
    [OPT_ANSWERS] = {"answers", NULL, "print every answer beside the exact one"},
    [OPT_JSON] = {"json", NULL, "print JSON Lines"},
    {NULL, NULL, NULL},
};

static const struct cli_spec spec = {
    "replay",
    "[OPTION]... FILE...",
    "Plays self-contained traces, such as 'odamv check' saves, and compares the answers\n"
    "with the exact ones. Each engine plays in a process of its own; what it prints goes\n"
    "to standard error.",
    options,
    "Engines that are wrong on purpose may be named too: see 'odamv check --saboteurs'.\n\n"
    "Exit status: 0 all engines are right on all traces, 1 one is not, or gave no answer\n"
    "that could be compared, 2 wrong use or input, 3 memory, disk or processes.",
};

struct replay {
    struct cli cli;
    struct cli_engines engines;
    struct examiner examiner;
    double tolerance, limit, budget;
    bool answers, json, failed;
};

static void parse(struct replay *r, int argc, char **argv)
{
    struct cli *cli = &r->cli;
    const struct cli_target targets[] = {
        [OPT_ENGINE] = {.engine = &r->engines},
        [OPT_PLUGIN] = {.plugin = &r->engines},
        [OPT_TOLERANCE] = {.number = &r->tolerance, .low = 0, .high = (double)INFINITY},
        [OPT_LIMIT] = {.number = &r->limit, .low = 1e-3, .high = 1e6},
        [OPT_BUDGET] = {.number = &r->budget, .low = 1, .high = 1e15},
        [OPT_ANSWERS] = {.given = &r->answers},
        [OPT_JSON] = {.given = &r->json},
    };
    int option;
    cli_start(cli, &spec, argc, argv);
    while ((option = cli_next(cli)) >= 0)
        cli_take(cli, option, targets, sizeof targets / sizeof *targets);
    if (cli->stop)
        return;
    if (cli->first == cli->argc)
        cli_wrong(cli, "replay: no trace, expected FILE...");
    else
        cli_engines_resolve(&r->engines, cli, true);
}

static void print_answers(const struct replay *r, const struct check_case *c,
                          const struct truth *truth)
{
    const struct sandbox *box = &r->examiner.box;
    for (size_t x = 0; x < truth->count; x++) {
        const struct truth_sample *sample = truth->samples + x;
        const struct odamv_answer *answer = box->answers + sample->answer;
        char *exact;
        if (sample->op >= box->report->step || box->statuses[sample->op] != ODAMV_OK)
            continue;
        exact = arb_get_str(sample->exact, 17, ARB_STR_NO_RADIUS);
        printf("    line %zu: B[%zu,%zu] = %.17g +- %.3g, exact %s\n", c->ops[sample->op].line,
               sample->i, sample->j, answer->value, answer->bound, exact);
        flint_free(exact);
    }
}

static void print_result(const struct replay *r, const char *file, const char *engine,
                         const struct finding *finding, const struct judge_tally *tally)
{
    if (r->json) {
        fputs("{\"file\": ", stdout);
        json_write_string(stdout, file);
        fputs(", \"engine\": ", stdout);
        json_write_string(stdout, engine);
        fputs(", \"finding\": ", stdout);
        json_write_string(stdout, finding_name(finding->kind));
        fputs(", \"text\": ", stdout);
        json_write_string(stdout, finding->text);
        printf(", \"declined\": %s, \"answers\": %.17g, \"compared_with_oracle\": %.17g}\n",
               tally->declined > 0 ? "true" : "false", tally->answers, tally->compared);
        return;
    }
    printf("%s: %s: ", file, engine);
    if (finding->kind)
        printf("%s: %s\n", finding_name(finding->kind), finding->text);
    else if (tally->compared == 0)
        printf("%snothing was compared, %.0f answers\n", tally->declined > 0 ? "declined; " : "",
               tally->answers);
    else
        printf("%s%.0f of %.0f answers compared with the exact ones, all right\n",
               tally->declined > 0 ? "declined from some operation on; " : "", tally->compared,
               tally->answers);
}

/* A trace that asks for nothing, such as one of a crash, is asked for its last row in the end: an
 * engine that gets there must be right, too. */
static void ask_something(struct check_case *c)
{
    for (size_t t = 0; t < c->count; t++)
        if (trace_asks(c->ops + t))
            return;
    case_push(c, &(struct trace_op){.kind = TRACE_QUERY_ROW, .i = c->input.problem.m - 1});
}

static void play(struct replay *r, const char *file, const struct check_case *all,
                 const struct odamv_engine *engine)
{
    const struct truth_plan plan = {.sample = (size_t)-1, .budget = r->budget};
    struct judge_tally tally = {0};
    struct finding finding;
    struct script script;
    struct truth truth;
    struct check_case c;
    case_copy(&c, all);
    if (!engine->set_q)
        case_without_q_updates(&c);
    ask_something(&c);
    script_open(&script, &c);
    truth_open(&truth, &c, &script, &plan);
    finding = examine_case(&r->examiner, engine, &c, &script, &truth, &tally);
    r->failed |= finding.kind != FINDING_NONE || tally.compared == 0;
    print_result(r, file, engine->name, &finding, &tally);
    if (r->answers && !r->json)
        print_answers(r, &c, &truth);
    fflush(stdout);
    truth_close(&truth);
    script_close(&script);
    case_close(&c);
}

static enum status replay(struct replay *r)
{
    for (int x = r->cli.first; x < r->cli.argc; x++) {
        struct say say;
        struct check_case c;
        enum status status = case_read(&c, r->cli.argv[x], &say);
        if (status != STATUS_OK) {
            say_line("replay: %s", say.text);
            return status;
        }
        for (size_t e = 0; e < r->engines.count; e++)
            play(r, r->cli.argv[x], &c, r->engines.chosen[e]);
        case_close(&c);
    }
    return r->failed ? STATUS_FAILED : STATUS_OK;
}

static enum status command(int argc, char **argv)
{
    struct replay *r = allocate_array(1, sizeof *r);
    enum status status;
    r->tolerance = (double)NAN;
    r->limit = 60;
    r->budget = EXAMINE_BUDGET;
    r->engines.saboteurs = r->engines.apart = true;
    openblas_set_num_threads(1);
    parse(r, argc, argv);
    examiner_open(&r->examiner, r->limit, r->tolerance, true);
    status = r->cli.stop ? r->cli.status : replay(r);
    examiner_close(&r->examiner);
    free(r);
    return cli_finish(status);
}

const struct command command_replay = {
    .name = "replay",
    .summary = "play saved cases and say whether they still fail",
    .multiplies = true,
    .run = command,
};
