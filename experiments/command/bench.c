/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench.c: odamv bench, the table of ratios that `make bench` prints.
 */
#include "experiments/bench/bench.h"
#include "harness/command/cli.h"
#include "harness/command/command.h"
#include "harness/ground/atomic_file.h"

enum { OPT_OUT, OPT_ROUNDS, OPT_PRODUCTS, OPT_LEAF, OPT_QUICK };

static const struct cli_option options[] = {
    [OPT_OUT] = {"out", "FILE", "write the table and the raw rounds to FILE (default bench.tsv)"},
    [OPT_ROUNDS] = {"rounds", "N", "rounds per ratio, 1 to 31 (default 15)"},
    [OPT_PRODUCTS] = {"products", NULL, "the products of --matmul auto against dgemm instead"},
    [OPT_LEAF] = {"leaf", "L", "exponents in time of products with blocks of side L instead"},
    [OPT_QUICK] = {"quick", NULL, "small sizes, which only show that it runs"},
    {NULL, NULL, NULL},
};

static const struct cli_spec spec = {
    "bench",
    "[OPTION]...",
    "Times updates against what they are held against, in turn in this one run, and\n"
    "prints the median ratio over the rounds, its range and its goal.",
    options,
    "Missing a goal is not an error: the exit status tells whether it was measured.\n"
    "The sizes need 4 GiB of memory and a few minutes.",
};

static enum status command(int argc, char **argv)
{
    const char *out = "bench.tsv";
    struct say say;
    struct bench bench = {.table = stdout, .messages = stderr, .rounds = 15};
    bool products = false;
    size_t leaf = 0;
    struct atomic_file file;
    struct cli cli;
    int option;
    cli_start(&cli, &spec, argc, argv);
    while ((option = cli_next(&cli)) >= 0) {
        if (option == OPT_OUT)
            out = cli.value;
        else if (option == OPT_ROUNDS)
            cli_size(&cli, option, 1, 31, &bench.rounds);
        else if (option == OPT_PRODUCTS)
            products = true;
        else if (option == OPT_LEAF)
            cli_size(&cli, option, 1, 1024, &leaf);
        else
            bench.quick = true;
    }
    if (cli.stop || !cli_no_operands(&cli))
        return cli.status;
    enum status status = atomic_open(&file, out, &say);
    if (status == STATUS_OK) {
        bench.file = file.stream;
        bool done = leaf       ? bench_leaf(&bench, leaf)
                    : products ? bench_products(&bench)
                               : bench_run(&bench);
        if (!done) {
            atomic_abandon(&file);
            return STATUS_MACHINE;
        }
        status = atomic_commit(&file, &say);
    }
    if (status != STATUS_OK)
        say_line("%s", say.text);
    return cli_finish(status == STATUS_OK ? STATUS_OK : STATUS_MACHINE);
}

const struct command command_bench = {
    .name = "bench",
    .summary = "time updates against what they are held against",
    .multiplies = true,
    .run = command,
};
