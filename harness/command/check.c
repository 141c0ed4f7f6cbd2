/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check.c: odamv check, which looks for a case on which an engine is wrong.
 */
#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check_climb.h"
#include "check_run.h"
#include "cli.h"
#include "command.h"
#include "harness/check/examine.h"
#include "harness/ground/allocate.h"
#include "harness/ground/shell.h"
#include "harness/saboteurs/saboteurs.h"

enum {
    OPT_ENGINE,
    OPT_PLUGIN,
    OPT_CASES,
    OPT_TIME,
    OPT_FIRST,
    OPT_SEED,
    OPT_JOBS,
    OPT_LARGEST,
    OPT_ORDINARY,
    OPT_SAMPLE,
    OPT_BUDGET,
    OPT_LIMIT,
    OPT_TOLERANCE,
    OPT_SABOTEURS,
    OPT_POWER,
    OPT_CLIMB,
    OPT_N,
    OPT_D,
    OPT_OPS,
    OPT_CORPUS,
    OPT_OUT,
    OPT_JSON,
};

static const struct cli_option options[] = {
    [OPT_ENGINE] = {"engine", "E", "check engine E; may be repeated (default: all)"},
    [OPT_PLUGIN] = {"plugin", "FILE", "load an engine from a shared object"},
    [OPT_CASES] = {"cases", "N", "play N random cases (default: 2000, or no limit with --time)"},
    [OPT_TIME] = {"time", "S", "play random cases for S seconds"},
    [OPT_FIRST] = {"first", NULL, "end with the first finding"},
    [OPT_SEED] = {"seed", "S", "seed of the cases (default: 1)"},
    [OPT_JOBS] = {"jobs", "N", "worker processes (default: one per processor)"},
    [OPT_LARGEST] = {"largest", "N",
                     "sizes up to N, most of them up to N / 4 or 64 (default: 257)"},
    [OPT_ORDINARY] = {"ordinary", NULL, "no extreme magnitudes"},
    [OPT_SAMPLE] = {"sample", "N",
                    "answers of a column or row query that are compared with exact\n"
                    "ones beside its ends and the edges of blocks of 8 to 128\n"
                    "(default: 8)"},
    [OPT_BUDGET] = {"budget", "W",
                    "exact weights that a case may cost, about 3 microseconds each\n"
                    "(default: 131072)"},
    [OPT_LIMIT] = {"limit", "S", "an engine that needs longer for a case hangs (default: 10)"},
    [OPT_TOLERANCE] = {"tolerance", "T",
                       "judge answers with infinite bounds by error <= T max(1, |exact|)"},
    [OPT_SABOTEURS] = {"saboteurs", NULL,
                       "check the check: engines that are wrong on purpose must all be\n"
                       "caught"},
    [OPT_POWER] = {"power", NULL,
                   "measure how small a mistake is found, on --engine (default: lazy)"},
    [OPT_CLIMB] = {"climb", NULL,
                   "search for the largest error / bound of every engine and scheme;\n"
                   "--cases and --time end it (default: 10^6 answers)"},
    [OPT_N] = {"n", "N", "with --power: m = n = N (default: 256)"},
    [OPT_D] = {"d", "D", "with --power: d = p = D (default: 16)"},
    [OPT_OPS] = {"ops", "T", "with --power: operations (default: 1000)"},
    [OPT_CORPUS] = {"corpus", "DIR", "play the *.trace files of DIR first, too"},
    [OPT_OUT] = {"out", "DIR",
                 "folder for failing cases (default: odamv-failures); those that\n"
                 "it holds are played first; with --climb for the worst cases\n"
                 "(default: odamv-climb)"},
    [OPT_JSON] = {"json", NULL, "print JSON Lines"},
    {NULL, NULL, NULL},
};

static const struct cli_spec spec = {
    "check",
    "[OPTION]...",
    "Looks for a case on which an engine is wrong. Engines play random problems and\n"
    "operations, each in a process of its own; answers are compared with exact ones\n"
    "(ball arithmetic) within the bounds that the engine certifies, and between the\n"
    "engines. A failing case is made as small as possible, saved, and printed with the\n"
    "command that replays it.",
    options,
    "An engine that returns infinity as its bound certifies nothing; it needs a\n"
    "--tolerance, and --ordinary spares it problems on which no fixed tolerance is\n"
    "right.\n\n"
    "A case is a function of the seed and its number. The check fails also when it has\n"
    "not been in every situation that it must have been in (each kind of operation,\n"
    "those that an engine declares, ...), and says which; the default number of cases\n"
    "suffices.\n\n"
    "With --saboteurs, --cases is the most that each may take (default: 20000). With\n"
    "--power it is the number of places (default: 100): at each, one update of a random\n"
    "trace falls short by delta, and the smallest delta that is noticed is searched for.\n\n"
    "Exit status: 0 nothing found, 1 an engine failed or a situation was not reached,\n"
    "2 wrong use or input, 3 memory, disk or processes.",
};

struct check {
    struct cli cli;
    struct cli_engines engines;
    struct check_job job;
    char plugins[8192]; /* " --plugin FILE" for every one */
    size_t cases, seed;
    bool has_cases, has_time, power, climb;
    const struct odamv_engine *saboteurs[HUNT_ENGINES_MAX];
};

static void add_plugin(struct check *k)
{
    if (!cli_engines_plugin(&k->engines, &k->cli))
        return;
    if (!shell_append(k->plugins, sizeof k->plugins, "--plugin") ||
        !shell_append(k->plugins, sizeof k->plugins, k->cli.value))
        cli_wrong(&k->cli, "check: the names of all plug-ins, expected less than %zu bytes",
                  sizeof k->plugins);
}

static void parse_option(struct check *k, int option)
{
    struct hunt_options *o = &k->job.hunt;
    const size_t extent = 1 << 16, any = (size_t)-1;
    const struct cli_target targets[] = {
        [OPT_ENGINE] = {.engine = &k->engines},
        [OPT_CASES] = {.given = &k->has_cases, .size = &k->cases, .least = 1, .most = 1ul << 62},
        [OPT_TIME] = {.given = &k->has_time, .number = &o->seconds, .low = 0, .high = 1e9},
        [OPT_FIRST] = {.given = &o->first},
        [OPT_SEED] = {.size = &k->seed, .least = 0, .most = any},
        [OPT_JOBS] = {.size = &o->jobs, .least = 1, .most = 1024},
        [OPT_LARGEST] = {.size = &o->generate.largest, .least = 1, .most = extent},
        [OPT_ORDINARY] = {.given = &o->generate.ordinary},
        [OPT_SAMPLE] = {.size = &o->sample, .least = 1, .most = any},
        [OPT_BUDGET] = {.number = &o->budget, .low = 1, .high = 1e15},
        [OPT_LIMIT] = {.number = &o->limit, .low = 1e-3, .high = 1e6},
        [OPT_TOLERANCE] = {.number = &o->tolerance, .low = 0, .high = (double)INFINITY},
        [OPT_SABOTEURS] = {.given = &o->alone},
        [OPT_POWER] = {.given = &k->power},
        [OPT_CLIMB] = {.given = &k->climb},
        [OPT_N] = {.size = &k->job.n, .least = 1, .most = extent},
        [OPT_D] = {.size = &k->job.d, .least = 1, .most = extent},
        [OPT_OPS] = {.size = &k->job.operations, .least = 1, .most = 1 << 24},
        [OPT_CORPUS] = {.text = &k->job.corpus},
        [OPT_OUT] = {.text = &o->folder},
        [OPT_JSON] = {.given = &k->job.json},
    };
    if (option == OPT_PLUGIN)
        add_plugin(k);
    else
        cli_take(&k->cli, option, targets, sizeof targets / sizeof *targets);
}

/* An engine without bounds shows it at once: asked for before anything else is done. */
static void check_bounds(struct check *k)
{
    static double entries[] = {0.25, -0.5, 1, 0.75};
    const struct trace_shape shape = {1, 2, 1, 1};
    struct judge_tally ignored = {0};
    struct examiner examiner;
    struct check_case c;
    case_open(&c, &shape);
    memcpy(c.input.k.data, entries, 2 * sizeof *entries);
    memcpy(c.input.v.data, entries + 2, 2 * sizeof *entries);
    c.input.q.data[0] = 1;
    case_push(&c, &(struct trace_op){.kind = TRACE_QUERY});
    examiner_open(&examiner, fmin(k->job.hunt.limit, 1), k->job.hunt.tolerance, false);
    for (size_t e = 0; e < k->engines.count && !k->cli.stop; e++)
        if (examine_alone(&examiner, k->engines.chosen[e], &c, &ignored).kind == FINDING_NO_BOUND)
            cli_wrong(&k->cli,
                      "check: engine %s certifies no bounds, expected --tolerance T to judge its "
                      "answers by (such as --tolerance 1e-6 --ordinary)",
                      k->engines.chosen[e]->name);
    examiner_close(&examiner);
    case_close(&c);
}

static void parse(struct check *k, int argc, char **argv)
{
    int option;
    cli_start(&k->cli, &spec, argc, argv);
    while ((option = cli_next(&k->cli)) >= 0)
        parse_option(k, option);
    if (k->power && !k->engines.name_count && !k->engines.plugin_count)
        k->engines.names[k->engines.name_count++] = "lazy";
    if (k->cli.stop || !cli_no_operands(&k->cli) ||
        !cli_engines_resolve(&k->engines, &k->cli, true))
        return;
    k->job.hunt.cases = k->cases;
    k->job.hunt.generate.seed = k->seed;
    if (!k->has_cases && !k->has_time)
        k->job.hunt.cases = k->power ? 100 : k->job.hunt.alone ? 20000 : 2000;
    if (k->power && (k->job.hunt.alone || k->has_time))
        cli_wrong(&k->cli, "check: --power with --saboteurs or --time, expected it with --cases "
                           "(places) only");
    if (k->climb && (k->job.hunt.alone || k->power || *k->plugins))
        cli_wrong(&k->cli,
                  "check: --climb with --saboteurs, --power or --plugin, expected it without");
    if (k->cli.stop)
        return;
    if (!k->job.hunt.folder)
        k->job.hunt.folder = k->climb ? "odamv-climb" : "odamv-failures";
    if (k->job.hunt.alone) {
        k->job.hunt.engines = k->saboteurs;
        k->job.hunt.engine_count = saboteurs_all(k->saboteurs, HUNT_ENGINES_MAX);
        return;
    }
    k->job.hunt.engines = k->engines.chosen;
    k->job.hunt.engine_count = k->engines.count;
    check_bounds(k);
}

static enum status climb(const struct check *k)
{
    const struct hunt_options *o = &k->job.hunt;
    const struct climb_options climb = {.engines = o->engines,
                                        .engine_count = o->engine_count,
                                        .seed = k->seed,
                                        .answers = k->has_cases  ? (double)k->cases
                                                   : k->has_time ? (double)INFINITY
                                                                 : 1e6,
                                        .seconds = o->seconds,
                                        .jobs = o->jobs,
                                        .folder = o->folder};
    return check_climb(&climb, k->job.json);
}

static enum status command(int argc, char **argv)
{
    struct check *k = allocate_array(1, sizeof *k);
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    enum status status;
    k->seed = 1;
    k->engines.saboteurs = k->engines.apart = true;
    k->job = (struct check_job){.hunt = {.generate = {.largest = 257},
                                         .seconds = (double)INFINITY,
                                         .limit = 10,
                                         .tolerance = (double)NAN,
                                         .sample = 8,
                                         .budget = HUNT_BUDGET,
                                         .jobs = processors > 0 ? (size_t)processors : 1},
                                .plugins = k->plugins,
                                .n = 256,
                                .d = 16,
                                .operations = 1000};
    openblas_set_num_threads(1); /* the workers share the processors */
    parse(k, argc, argv);
    status = k->cli.stop         ? k->cli.status
             : k->climb          ? climb(k)
             : k->power          ? check_run_power(&k->job)
             : k->job.hunt.alone ? check_run_saboteurs(&k->job)
                                 : check_run(&k->job);
    free(k);
    return cli_finish(status);
}

const struct command command_check = {
    .name = "check",
    .summary = "look for a case on which an engine is wrong",
    .multiplies = true,
    .run = command,
};
