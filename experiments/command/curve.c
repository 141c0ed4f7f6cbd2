/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * curve.c: odamv curve, which measures what updates and queries cost over a range of n.
 */
#include <stdlib.h>
#include <string.h>

#include "experiments/measure/curve.h"
#include "experiments/measure/environment.h"
#include "harness/command/cli.h"
#include "harness/command/command.h"
#include "harness/ground/allocate.h"
#include "harness/ground/number.h"
#include "harness/ground/progress.h"

enum {
    OPT_ENGINE,
    OPT_PLUGIN,
    OPT_A,
    OPT_SIZES,
    OPT_MEASURE,
    OPT_QUANTITY,
    OPT_MATMUL,
    OPT_LEAF,
    OPT_FEATURES,
    OPT_SEED,
    OPT_SEEDS,
    OPT_SHARD,
    OPT_FORCE,
    OPT_OUT,
};

static const struct cli_option options[] = {
    [OPT_ENGINE] = {"engine", "E", "measure engine E; may be repeated"},
    [OPT_PLUGIN] = {"plugin", "FILE", "load an engine from a shared object"},
    [OPT_A] = {"a", "LIST", "thresholds are ceil(n^A) (default 0.5)"},
    [OPT_SIZES] = {"sizes", "LIST",
                   "values of n: numbers, or FROM..TO, or FROM..TO*FACTOR\n"
                   "(factor 2 when not given); 2^X is understood"},
    [OPT_MEASURE] = {"measure", "WHAT", "ops (default; predicted, exact, any n) or time"},
    [OPT_QUANTITY] = {"quantity", "LIST",
                      "update (of K, the default), value (an update of V),\n"
                      "query, column, hint; hint and column are the phases\n"
                      "of the hinted-Mv problem at a = tau"},
    [OPT_MATMUL] = {"matmul", "LIST",
                    "multiplications (default classical); names, or files that\n"
                    "hold a scheme"},
    [OPT_LEAF] = {"leaf", "L",
                  "side of the blocks at which a scheme stops (default: the\n"
                  "engine's own)"},
    [OPT_FEATURES] = {"d", "D", "features (default: d = n)"},
    [OPT_SEED] = {"seed", "S", "first seed (default 1)"},
    [OPT_SEEDS] = {"seeds", "N", "independent problems per timed cell (default 1)"},
    [OPT_SHARD] = {"shard", "I/N", "only the I-th of N parts, counted from 0"},
    [OPT_FORCE] = {"force", NULL, "start anew: delete what the file holds"},
    [OPT_OUT] = {"out", "FILE", "append rows to this file"},
    {NULL, NULL, NULL},
};

static const struct cli_spec spec = {
    "curve",
    "--engine E --sizes LIST --out FILE [OPTION]...",
    "Measures what an update or a query costs for every combination of the values given,\n"
    "in shuffled order, with m = p = n. Lists are separated by commas.",
    options,
    "The file holds JSON Lines, one row per cell with its raw samples and everything the\n"
    "measurement was made with. Cells that it has already are left out, so a sweep that\n"
    "was stopped or killed goes on where it was. The files of shards are merged by\n"
    "concatenation. `odamv fit FILE...` fits exponents.\n\n"
    "Counted: the mean of an update over whole refresh periods, and the dearest query of\n"
    "an epoch. Timed: whole epochs of k updates; answers are compared with the exact ones\n"
    "before the clock starts. OPENBLAS_NUM_THREADS=1 gives times without the threads'.\n\n"
    "Example: odamv curve --engine lazy --a 0.5,1 --matmul strassen --leaf 1 \\\n"
    "             --sizes 2^8..2^40*16 --out rows.jsonl",
};

struct curve_command {
    struct cli cli;
    struct cli_engines engines;
    struct curve curve;
    const char *out;
    char *methods; /* the value of --matmul, cut at its commas; owned */
    bool force;
};

/* The next item of a list into item[0..size-1]; false at its end. */
static bool next_item(const char **list, char *item, size_t size)
{
    size_t length = strcspn(*list, ",");
    if (!**list)
        return false;
    snprintf(item, size, "%.*s", (int)length, *list);
    *list += length + ((*list)[length] == ',');
    return true;
}

static void wrong_list(struct curve_command *r, int option, const char *item, const char *expected)
{
    char quoted[64];
    cli_wrong(&r->cli, "curve: --%s: %s, expected %s", options[option].name,
              say_word(item, quoted, sizeof quoted), expected);
}

/* A whole number or 2^X, from 1 to 2^50. */
static bool parse_size(const char *text, size_t *out)
{
    size_t x;
    if (strncmp(text, "2^", 2) == 0) {
        if (number_parse_index(text + 2, 50, &x))
            return false;
        *out = (size_t)1 << x;
        return true;
    }
    return !number_parse_index(text, (size_t)1 << 50, out) && *out >= 1;
}

static bool add_size(struct curve *c, size_t n)
{
    if (c->n_count == CURVE_LIST_MAX)
        return false;
    c->n[c->n_count++] = n;
    return true;
}

/* N, FROM..TO or FROM..TO*FACTOR. */
static bool parse_sizes(struct curve *c, char *item)
{
    size_t from, to, factor = 2;
    char *dots = strstr(item, ".."), *star = strchr(item, '*');
    if (!dots)
        return parse_size(item, &from) && add_size(c, from);
    *dots = '\0';
    if (star)
        *star++ = '\0';
    if (!parse_size(item, &from) || !parse_size(dots + 2, &to) || from > to ||
        (star && (!parse_size(star, &factor) || factor < 2)))
        return false;
    for (; from <= to; from *= factor)
        if (!add_size(c, from))
            return false;
    return true;
}

static void read_sizes(struct curve_command *r)
{
    const char *list = r->cli.value;
    char item[64];
    r->curve.n_count = 0;
    while (next_item(&list, item, sizeof item)) {
        char whole[64];
        memcpy(whole, item, sizeof whole);
        if (!parse_sizes(&r->curve, item)) {
            wrong_list(r, OPT_SIZES, whole,
                       "N, FROM..TO or FROM..TO*FACTOR, up to 2^50, 64 sizes at most");
            return;
        }
    }
}

static void read_exponents(struct curve_command *r)
{
    const char *list = r->cli.value;
    char item[64];
    struct curve *c = &r->curve;
    c->a_count = 0;
    while (next_item(&list, item, sizeof item)) {
        double a;
        if (c->a_count == CURVE_LIST_MAX || number_parse(item, &a) || !(a >= 0 && a <= 1)) {
            wrong_list(r, OPT_A, item, "numbers from 0 to 1, 64 at most");
            return;
        }
        c->a[c->a_count++] = a;
    }
}

static void read_quantities(struct curve_command *r)
{
    const char *list = r->cli.value;
    char item[64];
    memset(r->curve.quantity, 0, sizeof r->curve.quantity);
    while (next_item(&list, item, sizeof item)) {
        size_t q = 0;
        while (q < THEORY_QUANTITIES && strcmp(item, theory_quantity_names[q]) != 0)
            q++;
        if (q == THEORY_QUANTITIES) {
            wrong_list(r, OPT_QUANTITY, item, "update, query, column, hint or value");
            return;
        }
        r->curve.quantity[q] = true;
    }
}

/* The curve's names are those of r->methods. */
static void read_methods(struct curve_command *r)
{
    struct curve *c = &r->curve;
    char *rest = NULL;
    struct say say;
    free(r->methods);
    r->methods = allocate_copy(r->cli.value, strlen(r->cli.value) + 1, 1);
    c->matmul_count = 0;
    for (char *name = strtok_r(r->methods, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
        struct theory_scheme scheme;
        if (c->matmul_count == CURVE_LIST_MAX) {
            wrong_list(r, OPT_MATMUL, name, "64 multiplications at most");
            return;
        }
        if (strcmp(name, "auto") != 0 && theory_scheme_find(name, &scheme, &say) != STATUS_OK) {
            cli_wrong(&r->cli, "curve: --matmul: %s", say.text);
            return;
        }
        c->matmul[c->matmul_count++] = name;
    }
}

static void read_shard(struct curve_command *r)
{
    char text[64], *slash;
    snprintf(text, sizeof text, "%s", r->cli.value);
    slash = strchr(text, '/');
    if (slash)
        *slash = '\0';
    if (!slash || number_parse_index(slash + 1, 1000000, &r->curve.shards) || !r->curve.shards ||
        number_parse_index(text, r->curve.shards - 1, &r->curve.shard))
        wrong_list(r, OPT_SHARD, r->cli.value, "I/N with 0 <= I < N");
}

static void read_measure(struct curve_command *r)
{
    r->curve.timed = strcmp(r->cli.value, "time") == 0;
    if (!r->curve.timed && strcmp(r->cli.value, "ops") != 0)
        wrong_list(r, OPT_MEASURE, r->cli.value, "ops or time");
}

/* What reads the options whose values are not taken as they are. */
static void (*const readers[])(struct curve_command *r) = {
    [OPT_A] = read_exponents,         [OPT_SIZES] = read_sizes,    [OPT_MEASURE] = read_measure,
    [OPT_QUANTITY] = read_quantities, [OPT_MATMUL] = read_methods, [OPT_SHARD] = read_shard,
};

static void read_options(struct curve_command *r, int argc, char **argv)
{
    struct curve *c = &r->curve;
    size_t first_seed = c->first_seed, seeds = c->seeds;
    const struct cli_target targets[] = {
        [OPT_ENGINE] = {.engine = &r->engines},
        [OPT_PLUGIN] = {.plugin = &r->engines},
        [OPT_LEAF] = {.size = &c->leaf, .least = 1, .most = 1u << 20},
        [OPT_FEATURES] = {.size = &c->d, .least = 1, .most = (size_t)1 << 50},
        [OPT_SEED] = {.size = &first_seed, .least = 0, .most = 0xfffff000u},
        [OPT_SEEDS] = {.size = &seeds, .least = 1, .most = 1000},
        [OPT_FORCE] = {.given = &r->force},
        [OPT_OUT] = {.text = &r->out},
    };
    int option;
    cli_start(&r->cli, &spec, argc, argv);
    while ((option = cli_next(&r->cli)) >= 0)
        if (!cli_take(&r->cli, option, targets, sizeof targets / sizeof *targets))
            readers[option](r);
    c->first_seed = (unsigned long)first_seed;
    c->seeds = (unsigned long)seeds;
}

static void step(void *context, double done, double total)
{
    progress_step(context, done, total);
}

static enum status sweep(struct curve_command *r)
{
    struct rows rows;
    struct progress progress;
    struct say say;
    enum status status = rows_open(&rows, r->out, r->force, &say);
    if (status == STATUS_OK) {
        if (rows.torn)
            say_line("%s: %zu bytes of an unfinished row were cut off", r->out, rows.torn);
        progress_start(&progress, "curve", false);
        r->curve.progress = step;
        r->curve.context = &progress;
        status = curve_run(&r->curve, &rows, &say);
        progress_end(&progress);
        rows_close(&rows);
    }
    if (status != STATUS_OK)
        say_line("%s", say.text);
    else
        say_line("%s: %zu cells measured, %zu were there; seed %lu", r->out, r->curve.measured,
                 r->curve.present, r->curve.first_seed);
    return cli_finish(r->curve.wrong ? STATUS_FAILED : status);
}

static enum status command(int argc, char **argv)
{
    struct curve_command r = {.curve = {.a = {0.5},
                                        .a_count = 1,
                                        .matmul = {"classical"},
                                        .matmul_count = 1,
                                        .quantity = {[THEORY_UPDATE] = true},
                                        .first_seed = 1,
                                        .seeds = 1,
                                        .shards = 1}};
    json_t *made_with = environment_collect(argc, argv);
    enum status status;
    read_options(&r, argc, argv);
    if (!r.cli.stop && cli_no_operands(&r.cli))
        cli_engines_resolve(&r.engines, &r.cli, false);
    if (!r.cli.stop && (!r.out || !r.curve.n_count))
        cli_wrong(&r.cli, "curve: no --%s", r.out ? "sizes" : "out");
    r.curve.engines = r.engines.chosen;
    r.curve.engine_count = r.engines.count;
    r.curve.environment = made_with;
    status = r.cli.stop ? r.cli.status : sweep(&r);
    json_decref(made_with);
    free(r.methods);
    return status;
}

const struct command command_curve = {
    .name = "curve",
    .summary = "measure what updates and queries cost over a range of n",
    .multiplies = true,
    .run = command,
};
