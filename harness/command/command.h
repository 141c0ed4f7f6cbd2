/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * command.h: a command of the program, as one constant table. It stands in the file that is named
 * after it, with what it commands; main.c has the list.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>

#include "harness/ground/say.h"

struct command {
    const char *name;
    const char *summary; /* one line */
    bool multiplies;     /* main.c makes sure that OpenBLAS is at its best before it runs */
    /* argv[0] is the command's name. The last call is cli_finish, whose status is returned. */
    enum status (*run)(int argc, char **argv);
};

#endif
