/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engines.c: odamv engines, the table of engines.
 */
#include <string.h>

#include "cli.h"
#include "command.h"
#include "harness/ground/json_write.h"

enum { OPT_PLUGIN, OPT_JSON };

static const struct cli_option options[] = {
    [OPT_PLUGIN] = {"plugin", "FILE", "list the engine of this shared object too"},
    [OPT_JSON] = {"json", NULL, "print one JSON object per engine"},
    {NULL, NULL, NULL},
};

static const struct cli_spec spec = {
    "engines",
    "[OPTION]...",
    "Lists the engines: the cost of a K update and of an entry query for d = p = n\n"
    "and m = n, where each comes from, and what it does.",
    options,
    "Costs: k is the threshold, k = ceil(n^A) with --a A.",
};

static const char condition[] =
    "O(k): of rows whose logits stay within R of each other since the row was last computed,\n"
    "T updates of K ago, V staying as it is: e^R <= 2^20 n / (T (c + 4 + n ceil(k/c) / k)) with\n"
    "c = min(k, max(16, min(256, n/16))), T being at most 64 n with classical folds, in lazy,\n"
    "where C has at most 2^18 entries; R <= 13.8 in lazy-wide for T up to 254 n with\n"
    "classical folds; where-k-holds.md in paper-notes has that of lazy-wc, and the rest. A row\n"
    "that has lost its accuracy is answered in O(n) until it is computed afresh.";

#define COLUMNS 5

static const char *cell(const struct odamv_engine *e, int column)
{
    const char *cells[COLUMNS] = {e->name, e->update_cost, e->query_cost, e->reference, e->summary};
    return cells[column] ? cells[column] : "-";
}

static void print_table(const struct odamv_engine *const *engines, size_t count)
{
    static const char *const heads[COLUMNS] = {"engine", "update", "query", "source", "summary"};
    int widths[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) {
        widths[c] = (int)strlen(heads[c]);
        for (size_t e = 0; e < count; e++)
            if ((int)strlen(cell(engines[e], c)) > widths[c])
                widths[c] = (int)strlen(cell(engines[e], c));
    }
    for (size_t e = 0; e <= count; e++)
        for (int c = 0; c < COLUMNS; c++) {
            const char *text = e ? cell(engines[e - 1], c) : heads[c];
            if (c + 1 < COLUMNS)
                printf("%-*s  ", widths[c], text);
            else
                puts(text);
        }
}

static const char *truth(bool x)
{
    return x ? "true" : "false";
}

static void print_json(const struct odamv_engine *engine)
{
    static const char *const keys[COLUMNS] = {"name", "update_cost", "query_cost", "reference",
                                              "summary"};
    for (int c = 0; c < COLUMNS; c++) {
        printf("%s\"%s\": ", c ? ", " : "{", keys[c]);
        json_write_string(stdout, cell(engine, c));
    }
    printf(", \"updates_q\": %s, \"predicts_cost\": %s, \"heeds_threshold\": %s, \"heeds_matmul\": "
           "%s}\n",
           truth(engine->set_q), truth(engine->cost), truth(engine->heeds & ODAMV_HEEDS_THRESHOLD),
           truth(engine->heeds & ODAMV_HEEDS_MATMUL));
}

static enum status command(int argc, char **argv)
{
    struct cli_engines chosen = {0};
    const struct odamv_engine *all[2 * CLI_ENGINES_MAX];
    size_t count = 0;
    bool json = false;
    struct cli cli;
    int option;
    cli_start(&cli, &spec, argc, argv);
    while ((option = cli_next(&cli)) >= 0) {
        if (option == OPT_JSON)
            json = true;
        else
            cli_engines_plugin(&chosen, &cli);
    }
    if (cli.stop || !cli_no_operands(&cli))
        return cli.status;
    while (count < CLI_ENGINES_MAX && odamv_engines[count]) {
        all[count] = odamv_engines[count];
        count++;
    }
    for (size_t i = 0; i < chosen.plugin_count; i++)
        all[count++] = chosen.plugins[i];
    if (!json) {
        print_table(all, count);
        printf("\n%s\n", condition);
    }
    for (size_t i = 0; json && i < count; i++)
        print_json(all[i]);
    return cli_finish(STATUS_OK);
}

const struct command command_engines = {
    .name = "engines",
    .summary = "list the engines, their costs and where they come from",
    .run = command,
};
