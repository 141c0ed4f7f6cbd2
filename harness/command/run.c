/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * run.c: odamv run, which plays a trace and prints the answers.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"
#include "command.h"
#include "harness/files/matrix_read.h"
#include "harness/files/trace.h"
#include "harness/ground/progress.h"
#include "harness/play/play.h"
#include "harness/play/play_print.h"

enum {
    OPT_ENGINE,
    OPT_PLUGIN,
    OPT_Q,
    OPT_K,
    OPT_V,
    OPT_TRACE,
    OPT_A,
    OPT_TUNING,
    OPT_SCALE = OPT_TUNING + CLI_TUNING_OPTIONS,
    OPT_UNNORMALISED,
    OPT_JSON,
    OPT_STATS,
};

static const struct cli_option options[] = {
    [OPT_ENGINE] = {"engine", "E", "play on engine E; repeat it to compare several in lockstep"},
    [OPT_PLUGIN] = {"plugin", "FILE", "load an engine from a shared object"},
    [OPT_Q] = {"q", "FILE", "Q, queries x features: NPY or text"},
    [OPT_K] = {"k", "FILE", "K, keys x features"},
    [OPT_V] = {"v", "FILE", "V, keys x value columns"},
    [OPT_TRACE] = {"trace", "FILE",
                   "operations; - for standard input, then every answer is\n"
                   "printed as soon as its operation has come"},
    [OPT_A] = CLI_EXPONENT,
    CLI_TUNING_TABLE(OPT_TUNING),
    [OPT_SCALE] = {"scale", "S", "logits are S <q, k> (default: 1)"},
    [OPT_UNNORMALISED] = {"unnormalised", NULL, "answer A V instead of D^-1 A V"},
    [OPT_JSON] = {"json", NULL, "print one JSON object per query"},
    [OPT_STATS] = {"stats", NULL, "print counted operations at the end"},
    {NULL, NULL, NULL},
};

static const struct cli_spec spec = {
    "run",
    "--engine E --q FILE --k FILE --v FILE --trace FILE [OPTION]...\n"
    "  or:  odamv run --engine E [OPTION]... FILE",
    "Plays a trace of updates and queries on an engine and prints every answer with\n"
    "its certified error bound. The second form takes a self-contained trace, which\n"
    "carries its matrices. With several engines the first one's answers are printed,\n"
    "and at the end the largest difference between any two, over their bounds.",
    options,
    "Trace, one operation per line, # for comments, indices from 0:\n"
    "  odamv-trace 1\n"
    "  update_k KEY FEATURE DELTA      K[KEY,FEATURE] += DELTA; update_v, update_q alike\n"
    "  set_k KEY FEATURE VALUE         K[KEY,FEATURE] = VALUE; set_v, set_q alike\n"
    "  query I J                       B[I,J]\n"
    "  query_column J                  B[0,J], B[1,J], ...\n"
    "  query_row I                     B[I,0], B[I,1], ...\n\n"
    "Output: LINE KIND I J VALUE +- BOUND, one entry per line, LINE being the line of\n"
    "the trace. In JSON a bound that is not finite is null.\n\n"
    "Exit status: 0 fine, 1 two engines contradict each other, 2 wrong use or input,\n"
    "3 memory or disk.",
};

struct run {
    struct cli cli;
    struct cli_engines engines;
    const char *q, *k, *v, *trace;
    struct cli_tuning tuning;
    bool has_scale, unnormalised, json, stats;
    struct trace_problem input;
    struct trace reader;
    struct play play;
    struct say say;
};

static void parse_options(struct run *r, int argc, char **argv)
{
    struct cli *cli = &r->cli;
    const double any = (double)INFINITY;
    const struct cli_target targets[] = {
        [OPT_ENGINE] = {.engine = &r->engines},
        [OPT_PLUGIN] = {.plugin = &r->engines},
        [OPT_Q] = {.text = &r->q},
        [OPT_K] = {.text = &r->k},
        [OPT_V] = {.text = &r->v},
        [OPT_TRACE] = {.text = &r->trace},
        [OPT_SCALE] = {.given = &r->has_scale,
                       .number = &r->input.problem.scale,
                       .low = -any,
                       .high = any},
        [OPT_UNNORMALISED] = {.given = &r->unnormalised},
        [OPT_JSON] = {.given = &r->json},
        [OPT_STATS] = {.given = &r->stats},
    };
    int option;
    cli_start(cli, &spec, argc, argv);
    while ((option = cli_next(cli)) >= 0)
        if (option == OPT_A)
            cli_tuning_exponent(&r->tuning, cli, option);
        else if (!cli_take(cli, option, targets, sizeof targets / sizeof *targets))
            cli_tuning_option(&r->tuning, cli, option, OPT_TUNING);
    r->input.problem.normalised = !r->unnormalised;
}

static void check_options(struct run *r)
{
    struct cli *cli = &r->cli;
    int matrices = !!r->q + !!r->k + !!r->v;
    if (cli->stop)
        return;
    if (!r->trace && cli->first + 1 == cli->argc)
        r->trace = cli->argv[cli->first++];
    if (!cli_no_operands(cli))
        return;
    if (!r->trace)
        cli_wrong(cli, "run: no trace, expected --trace FILE");
    else if (matrices != 0 && matrices != 3)
        cli_wrong(cli,
                  "run: no --%s, expected all of --q, --k and --v, or none of them and a "
                  "self-contained trace",
                  !r->q   ? "q"
                  : !r->k ? "k"
                          : "v");
    else if (r->q && (strcmp(r->q, "-") == 0) + (strcmp(r->k, "-") == 0) +
                             (strcmp(r->v, "-") == 0) + (strcmp(r->trace, "-") == 0) >
                         1)
        cli_wrong(cli, "run: '-' more than once, expected one input from standard input");
    else if (cli_tuning_check(&r->tuning, cli))
        cli_engines_resolve(&r->engines, cli, false);
}

/* Three matrices that fit together. */
static enum status read_matrices(struct run *r)
{
    struct trace_problem *in = &r->input;
    struct {
        const char *file;
        struct matrix *out;
    } inputs[] = {{r->q, &in->q}, {r->k, &in->k}, {r->v, &in->v}};
    for (size_t i = 0; i < 3; i++) {
        enum status status = matrix_read(inputs[i].file, inputs[i].out, &r->say);
        if (status != STATUS_OK)
            return status;
    }
    if (in->k.cols != in->q.cols)
        return say_fail(&r->say, STATUS_BAD, "%s: K has %zu columns, expected %zu as Q in %s", r->k,
                        in->k.cols, in->q.cols, r->q);
    if (in->v.rows != in->k.rows)
        return say_fail(&r->say, STATUS_BAD, "%s: V has %zu rows, expected %zu as K in %s", r->v,
                        in->v.rows, in->k.rows, r->k);
    in->problem = (struct odamv_problem){.m = in->q.rows,
                                         .n = in->k.rows,
                                         .d = in->q.cols,
                                         .p = in->v.cols,
                                         .q = in->q.data,
                                         .k = in->k.data,
                                         .v = in->v.data,
                                         .scale = in->problem.scale,
                                         .normalised = in->problem.normalised};
    return STATUS_OK;
}

/* The trace's own problem; options of the command line go before what it says. */
static enum status read_own_problem(struct run *r)
{
    struct trace_problem given = r->input, *in = &r->input;
    enum status status = trace_read_problem(&r->reader, in, &r->say);
    if (status != STATUS_OK)
        return status;
    if (r->has_scale)
        in->problem.scale = given.problem.scale;
    if (!given.problem.normalised)
        in->problem.normalised = false;
    if (!r->tuning.has_threshold)
        r->tuning.options.threshold = in->options.threshold;
    if (in->options.no_coalesce)
        r->tuning.options.no_coalesce = true;
    if (!r->tuning.options.matmul)
        r->tuning.options.matmul = in->options.matmul;
    if (!r->tuning.options.leaf)
        r->tuning.options.leaf = in->options.leaf;
    return STATUS_OK;
}

static enum status open_everything(struct run *r)
{
    struct trace_problem *in = &r->input;
    enum status status = STATUS_OK;
    if (r->q)
        status = read_matrices(r);
    if (status == STATUS_OK)
        status = trace_open(&r->reader, r->trace, &r->say);
    if (status == STATUS_OK && !r->q)
        status = read_own_problem(r);
    if (status != STATUS_OK)
        return status;
    if (r->q)
        trace_begin(&r->reader, &(struct trace_shape){.m = in->problem.m,
                                                      .n = in->problem.n,
                                                      .d = in->problem.d,
                                                      .p = in->problem.p});
    status = say_library(odamv_problem_check(&in->problem, r->say.text, sizeof r->say.text));
    if (status != STATUS_OK)
        return say_where(&r->say, status, r->q ? "the problem" : r->trace);
    in->options = r->tuning.options;
    if (r->tuning.has_exponent)
        in->options.threshold = odamv_threshold(in->problem.n, r->tuning.exponent);
    const struct play_setting setting = {
        r->engines.chosen, r->engines.count, &in->problem, &in->q, &in->k, &in->v, &in->options};
    return play_open(&r->play, &setting, &r->say);
}

/* Size of the trace in bytes, for the time left; NaN when it is not a regular file. */
static double trace_bytes(const struct run *r)
{
    struct stat info;
    if (fstat(fileno(r->reader.scanner.stream), &info) != 0 || !S_ISREG(info.st_mode))
        return NAN;
    return (double)info.st_size;
}

static enum status play_trace(struct run *r)
{
    bool streaming = strcmp(r->trace, "-") == 0, end = false;
    double total = trace_bytes(r);
    struct progress progress;
    enum status result = STATUS_OK;
    progress_start(&progress, "run", true);
    while (result == STATUS_OK) {
        struct trace_op op;
        result = trace_next(&r->reader, &op, &end, &r->say);
        if (result != STATUS_OK || end)
            break;
        result = play_op(&r->play, &op, &r->say);
        if (result != STATUS_OK) {
            char where[300];
            snprintf(where, sizeof where, "%.250s:%zu", r->reader.scanner.name, op.line);
            say_where(&r->say, result, where);
        } else if (r->play.answer_count) {
            if (r->json)
                play_print_json(&r->play, &op);
            else
                play_print_text(&r->play, &op);
            if (streaming)
                fflush(stdout);
            if (cli_output_failed())
                break; /* cli_finish says so */
        }
        progress_step(&progress, r->reader.scanner.bytes, total);
    }
    progress_end(&progress);
    return result;
}

static enum status report_disagreement(const struct run *r)
{
    const struct play_disagreement *w = &r->play.worst;
    if (r->play.count < 2)
        return STATUS_OK;
    if (!w->line) {
        say_line("%zu engines, largest difference / sum of bounds: 0", r->play.count);
        return STATUS_OK;
    }
    say_line("%zu engines, %s difference / sum of bounds: %.3g, %s and %s at %s:%zu, entry "
             "[%zu,%zu]: %.17g +- %.3g and %.17g +- %.3g",
             r->play.count, w->failed ? "contradiction;" : "largest", w->quotient,
             r->play.engines[w->one]->name, r->play.engines[w->other]->name, r->reader.scanner.name,
             w->line, w->i, w->j, w->one_answer.value, w->one_answer.bound, w->other_answer.value,
             w->other_answer.bound);
    return w->failed ? STATUS_FAILED : STATUS_OK;
}

static enum status command(int argc, char **argv)
{
    struct run *r = calloc(1, sizeof *r);
    enum status result;
    if (!r) {
        say_line("run: no memory");
        return STATUS_MACHINE;
    }
    r->input.problem.scale = 1.0;
    r->input.problem.normalised = true;
    parse_options(r, argc, argv);
    check_options(r);
    if (r->cli.stop) {
        result = r->cli.status;
        free(r);
        return result;
    }
    result = open_everything(r);
    if (result == STATUS_OK) {
        result = play_trace(r);
        if (result == STATUS_OK && r->stats)
            play_print_stats(&r->play, r->json);
    }
    if (result != STATUS_OK)
        say_line("%s", r->say.text);
    else
        result = report_disagreement(r);
    play_close(&r->play);
    trace_close(&r->reader);
    trace_problem_free(&r->input);
    free(r);
    return cli_finish(result);
}

const struct command command_run = {
    .name = "run",
    .summary = "play a trace on one or more engines and print the answers",
    .multiplies = true,
    .run = command,
};
