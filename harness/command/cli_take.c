/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

bool cli_take(struct cli *cli, int option, const struct cli_target *targets, size_t count)
{
    bool good = true;
    if ((size_t)option >= count)
        return false;
    const struct cli_target *t = targets + option;
    if (t->text)
        *t->text = cli->value;
    else if (t->size)
        good = cli_size(cli, option, t->least, t->most, t->size);
    else if (t->number)
        good = cli_number(cli, option, t->low, t->high, t->number);
    else if (t->engine)
        good = cli_engines_name(t->engine, cli);
    else if (t->plugin)
        good = cli_engines_plugin(t->plugin, cli);
    else if (!t->given)
        return false;
    if (t->given && good)
        *t->given = true;
    return true;
}
