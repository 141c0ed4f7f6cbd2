/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reduction_options.h"

#include <math.h>
#include <string.h>

#include "harness/ground/say.h"

enum { ENGINE, PLUGIN, VERIFY, NO_VERIFY, JSON, TUNING };

static void choose_baseline(struct reduction_options *r, struct cli *cli)
{
    char quoted[64];
    r->baseline = baseline_find(cli->value);
    if (!r->baseline)
        cli_wrong(cli, "%s: --verify: %s, expected %s", cli->spec->command,
                  say_word(cli->value, quoted, sizeof quoted),
                  baselines_all[1] ? "graphblas or bits"
                                   : "bits; this program was built without GraphBLAS");
}

void reduction_options_option(struct reduction_options *r, struct cli *cli, int option, int first)
{
    if (option == first + VERIFY)
        choose_baseline(r, cli);
    else if (option == first + ENGINE)
        cli_engines_name(&r->engines, cli);
    else if (option == first + PLUGIN)
        cli_engines_plugin(&r->engines, cli);
    else if (option == first + NO_VERIFY)
        r->no_verify = true;
    else if (option == first + JSON)
        r->json = true;
    else
        cli_tuning_option(&r->tuning, cli, option, first + TUNING);
}

bool reduction_options_check(struct reduction_options *r, struct cli *cli)
{
    const char *command = cli->spec->command;
    if (!cli_tuning_check(&r->tuning, cli))
        return false;
    if (r->no_verify && r->baseline) {
        cli_wrong(cli, "%s: both --verify and --no-verify, expected one of them", command);
        return false;
    }
    if (!r->engines.name_count && !r->engines.plugin_count)
        r->engines.names[r->engines.name_count++] = "lazy";
    if (!cli_engines_resolve(&r->engines, cli, false))
        return false;
    if (r->engines.count != 1) {
        cli_wrong(cli, "%s: %zu engines, expected one", command, r->engines.count);
        return false;
    }
    r->setting = (struct setting){
        .engine = r->engines.chosen[0],
        .options = r->tuning.options,
        .exponent = r->tuning.has_exponent ? r->tuning.exponent : NAN,
        .baseline = r->no_verify  ? NULL
                    : r->baseline ? r->baseline
                                  : baselines_all[0],
    };
    return true;
}
