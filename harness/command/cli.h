/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cli.h: what every command shares: options, help, wrong use, the choice of engines, the end.
 *
 * Data goes to standard output, everything else to standard error. Messages are single lines that
 * begin with "odamv: ". A command looks like this:
 *
 *     enum { OPT_ENGINE, OPT_JSON };
 *     static const struct cli_option options[] = {
 *         [OPT_ENGINE] = {"engine", "E", "play on engine E"},
 *         [OPT_JSON] = {"json", NULL, "print JSON Lines"},
 *         {NULL, NULL, NULL}};
 *     static const struct cli_spec spec = {"run", "--engine E FILE", "Plays it.", options, NULL};
 *
 *     struct cli cli;
 *     int option;
 *     cli_start(&cli, &spec, argc, argv);
 *     while ((option = cli_next(&cli)) >= 0)
 *         if (!cli_take(&cli, option, targets, count))
 *             switch (option) { ... cli.value ... }
 *     if (cli.stop)
 *         return cli.status;
 *     ... cli.argv[cli.first] .. cli.argv[cli.argc - 1] are the operands ...
 *     return cli_finish(status);
 */
#ifndef CLI_H
#define CLI_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "harness/ground/say.h"
#include "odamv.h"

#define CLI_OPTIONS_MAX 40

struct cli_option {
    const char *name;     /* without the dashes; null ends the table */
    const char *argument; /* its name in the help; null: takes none */
    const char *help;
};

struct cli_spec {
    const char *command;
    const char *usage; /* what follows "odamv COMMAND " */
    const char *about; /* paragraphs, wrapped at 78 columns by hand */
    const struct cli_option *options;
    const char *notes; /* printed after the options; may be null */
};

struct cli {
    const struct cli_spec *spec;
    int argc;
    char **argv;
    const char *value; /* of the option that cli_next returned; null when it takes none */
    int first;         /* first operand, once cli_next has returned -1 */
    bool stop; /* --help or --version was printed, or an option was wrong: end with `status` */
    enum status status;
    struct option table[CLI_OPTIONS_MAX + 3];
};

void cli_start(struct cli *cli, const struct cli_spec *spec, int argc, char **argv);

/* Position of the next option in the table; -1 after the last one or when `stop` was set. */
int cli_next(struct cli *cli);

void cli_print_version(void);

/* Prints a message about wrong use and where help is; sets stop and STATUS_BAD. */
void cli_wrong(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The value of option number `option` as a whole number or as a finite number, both from `least` to
 * `most`. False: a message was printed, stop is set. */
bool cli_size(struct cli *cli, int option, size_t least, size_t most, size_t *out);
bool cli_number(struct cli *cli, int option, double least, double most, double *out);

struct cli_engines; /* below */

/* Where the value of an option goes. At most one of text, size, number, engine and
 * plugin is set, none for a flag. */
struct cli_target {
    bool *given;       /* becomes true with the option; may be null beside another target */
    const char **text; /* the value as it is, borrowed from argv */
    size_t *size;      /* a whole number from least to most */
    size_t least, most;
    double *number; /* a finite number from low to high */
    double low, high;
    struct cli_engines *engine, *plugin; /* values of --engine, of --plugin */
};

/* Takes option number `option` by its target, targets[option] of so many. False: it has none, and
 * is left to the command. A value that is wrong prints a message and sets stop. */
bool cli_take(struct cli *cli, int option, const struct cli_target *targets, size_t count);

/* Wrong use when there are operands. */
bool cli_no_operands(struct cli *cli);

/* Flushes standard output; if anything that was written to it is lost, says so and returns
 * STATUS_MACHINE, else returns `status`. The last call of every command. */
enum status cli_finish(enum status status);

/* Whether writing to standard output has failed. Does not flush. */
bool cli_output_failed(void);

/* --- engines ---------------------------------------------------------------------------------- */

#define CLI_ENGINES_MAX 32

/* Engines chosen by --engine and --plugin. A plug-in goes before a built-in engine of its name. */
struct cli_engines {
    bool saboteurs; /* names may also be of engines that are wrong on purpose; set by the command */
    bool apart;     /* plug-ins are only played in processes of their own: standin.h; likewise */
    const struct odamv_engine *plugins[CLI_ENGINES_MAX];
    size_t plugin_count;
    const char *names[CLI_ENGINES_MAX];
    size_t name_count;
    const struct odamv_engine *chosen[CLI_ENGINES_MAX]; /* by cli_engines_resolve */
    size_t count;
};

/* Values of --plugin and --engine. False: a message was printed, stop is set. */
bool cli_engines_plugin(struct cli_engines *engines, struct cli *cli);
bool cli_engines_name(struct cli_engines *engines, struct cli *cli);

/* After the last option: what was named; or, when nothing was, the plug-ins; or, without plug-ins
 * either, every built-in engine when `all_by_default`, else wrong use. */
bool cli_engines_resolve(struct cli_engines *engines, struct cli *cli, bool all_by_default);

/* --- options of engines ----------------------------------------------------------------------- */

/* What --a, --threshold, --no-coalesce, --matmul and --leaf have set. All zero to begin with. */
struct cli_tuning {
    struct odamv_options options;
    double exponent; /* --a, if has_exponent; the threshold follows once the keys are known */
    bool has_exponent, has_threshold;
};

/* The lines of a command's table, the first where the command has no other --a, the others from
 * position `first` on:
 *     enum { OPT_X, OPT_EXPONENT, OPT_TUNING, OPT_Y = OPT_TUNING + CLI_TUNING_OPTIONS }; */
#define CLI_EXPONENT                                                                               \
    {                                                                                              \
        "a", "A", "fold after ceil(n^A) pending updates, 0 <= A <= 1"                              \
    }
#define CLI_TUNING_OPTIONS 4
#define CLI_TUNING_TABLE(first)                                                                    \
    [(first)] = {"threshold", "K", "fold after K pending updates (default: ceil(sqrt(n)))"},       \
    [(first) + 1] = {"no-coalesce", NULL, "never merge pending updates of one key"},               \
    [(first) + 2] = {"matmul", "M",                                                                \
                     "how lazy multiplies: classical (default), strassen, winograd,\n"             \
                     "dps222, hk323, hk424, auto (the fastest here), or a FILE with a scheme"},    \
    [(first) + 3] = {"leaf", "L", "side of the blocks at which a scheme stops (default: 64)"}

/* Option number `option`: the exponent; or one of a table with CLI_TUNING_TABLE(first). */
void cli_tuning_exponent(struct cli_tuning *tuning, struct cli *cli, int option);
void cli_tuning_option(struct cli_tuning *tuning, struct cli *cli, int option, int first);

/* Wrong use when both --a and --threshold were given. */
bool cli_tuning_check(const struct cli_tuning *tuning, struct cli *cli);

#endif
