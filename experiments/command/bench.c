/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cmd_bench.c: odamv bench, the table of ratios that `make bench` prints.
 */
#include "experiments/bench/bench.h"
#include "harness/ground/atomic_file.h"
#include "harness/command/cli.h"
#include "harness/command/commands.h"

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

int cmd_bench(int argc, char **argv)
{
    const char *out = "bench.tsv";
    char message[CLI_MESSAGE];
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
    enum input_status status = atomic_open(&file, out, message, sizeof message);
    if (status == INPUT_OK) {
        bench.file = file.stream;
        bool done = leaf       ? bench_leaf(&bench, leaf)
                    : products ? bench_products(&bench)
                               : bench_run(&bench);
        if (!done) {
            atomic_abandon(&file);
            return CLI_MACHINE;
        }
        status = atomic_commit(&file, message, sizeof message);
    }
    if (status != INPUT_OK)
        cli_message("%s", message);
    return cli_finish(status == INPUT_OK ? CLI_FINE : CLI_MACHINE);
}
