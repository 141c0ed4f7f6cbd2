/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cli_engines.c: the engines that --engine and --plugin choose, and what other options tell them.
 */
#include <string.h>

#include "cli.h"
#include "harness/check/standin.h"
#include "harness/play/watch.h"
#include "harness/saboteurs/saboteurs.h"

/* As a stand-in, or into this process, where it is watched. */
static enum status load(const struct cli_engines *engines, const char *file,
                        const struct odamv_engine **engine, struct say *say)
{
    return engines->apart ? standin_open(file, engine, say) : watch_plugin(file, engine, say);
}

bool cli_engines_plugin(struct cli_engines *engines, struct cli *cli)
{
    struct say say;
    const struct odamv_engine *engine;
    enum status status;
    if (engines->plugin_count == CLI_ENGINES_MAX) {
        cli_wrong(cli, "--plugin: more than %d, expected fewer", CLI_ENGINES_MAX);
        return false;
    }
    status = load(engines, cli->value, &engine, &say);
    if (status != STATUS_OK) {
        cli_wrong(cli, "--plugin: %s", say.text);
        cli->status = status;
        return false;
    }
    engines->plugins[engines->plugin_count++] = engine;
    return true;
}

bool cli_engines_name(struct cli_engines *engines, struct cli *cli)
{
    const struct odamv_engine *saboteur = engines->saboteurs ? saboteur_find(cli->value) : NULL;
    if (saboteur && engines->plugin_count < CLI_ENGINES_MAX)
        engines->plugins[engines->plugin_count++] = saboteur;
    if (engines->name_count == CLI_ENGINES_MAX) {
        cli_wrong(cli, "--engine: more than %d, expected fewer", CLI_ENGINES_MAX);
        return false;
    }
    engines->names[engines->name_count++] = cli->value;
    return true;
}

static const struct odamv_engine *find(const struct cli_engines *engines, const char *name)
{
    for (size_t i = 0; i < engines->plugin_count; i++)
        if (strcmp(engines->plugins[i]->name, name) == 0)
            return engines->plugins[i];
    return odamv_engine_find(name);
}

static void unknown_engine(const struct cli_engines *engines, struct cli *cli, const char *name)
{
    char known[sizeof(struct say)] = "", quoted[64];
    size_t used = 0;
    for (size_t i = 0; i < engines->plugin_count; i++)
        used += (size_t)snprintf(known + used, used < sizeof known ? sizeof known - used : 0, " %s",
                                 engines->plugins[i]->name);
    for (size_t i = 0; odamv_engines[i] && used < sizeof known; i++)
        used += (size_t)snprintf(known + used, sizeof known - used, " %s", odamv_engines[i]->name);
    cli_wrong(cli, "%s: --engine: %s, expected one of:%s", cli->spec->command,
              say_word(name, quoted, sizeof quoted), known);
}

bool cli_engines_resolve(struct cli_engines *engines, struct cli *cli, bool all_by_default)
{
    engines->count = 0;
    for (size_t i = 0; i < engines->name_count; i++) {
        const struct odamv_engine *engine = find(engines, engines->names[i]);
        if (!engine) {
            unknown_engine(engines, cli, engines->names[i]);
            return false;
        }
        engines->chosen[engines->count++] = engine;
    }
    for (size_t i = 0; !engines->name_count && i < engines->plugin_count; i++)
        engines->chosen[engines->count++] = engines->plugins[i];
    if (!engines->count && all_by_default)
        while (engines->count < CLI_ENGINES_MAX && odamv_engines[engines->count]) {
            engines->chosen[engines->count] = odamv_engines[engines->count];
            engines->count++;
        }
    if (!engines->count)
        cli_wrong(cli, "%s: no engine, expected --engine E or --plugin FILE", cli->spec->command);
    return engines->count != 0;
}

void cli_tuning_exponent(struct cli_tuning *tuning, struct cli *cli, int option)
{
    tuning->has_exponent = cli_number(cli, option, 0, 1, &tuning->exponent);
}

void cli_tuning_option(struct cli_tuning *tuning, struct cli *cli, int option, int first)
{
    enum { THRESHOLD, NO_COALESCE, MATMUL, LEAF };
    switch (option - first) {
    case THRESHOLD:
        tuning->has_threshold = cli_size(cli, option, 1, (size_t)-1, &tuning->options.threshold);
        break;
    case NO_COALESCE:
        tuning->options.no_coalesce = true;
        break;
    case MATMUL:
        tuning->options.matmul = cli->value;
        break;
    case LEAF:
        cli_size(cli, option, 1, (size_t)-1, &tuning->options.leaf);
        break;
    }
}

bool cli_tuning_check(const struct cli_tuning *tuning, struct cli *cli)
{
    if (cli->stop || !tuning->has_exponent || !tuning->has_threshold)
        return !cli->stop;
    cli_wrong(cli, "%s: both --a and --threshold, expected one of them", cli->spec->command);
    return false;
}
