/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * main.c: the program's entry: picks the command, and once, before a command that multiplies
 * matrices, makes sure that OpenBLAS runs the kernels that the processor is able to.
 *
 * OpenBLAS 0.3.21 takes some AVX-512 processors for AVX2 ones, which costs up to 40 % of the speed.
 * It reads OPENBLAS_CORETYPE when it is loaded, which is before main; hence the variable is set and
 * the program executed again. This happens at most once, never against a user's own
 * OPENBLAS_CORETYPE, and not at all with ODAMV_NO_REEXEC=1. When it fails the program goes on as it
 * is.
 */
#include <gsl/gsl_errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "command.h"
#include "harness/ground/machine.h"

extern const struct command command_engines, command_doctor, command_gen, command_run,
    command_check, command_replay, command_hmv, command_omv, command_curve, command_fit,
    command_figure, command_theory, command_bench;

/* In the order of the help. */
static const struct command *const commands[] = {
    &command_engines, &command_doctor, &command_gen,  &command_run,   &command_check,
    &command_replay,  &command_hmv,    &command_omv,  &command_curve, &command_fit,
    &command_figure,  &command_theory, &command_bench};
#define COMMAND_COUNT (sizeof commands / sizeof *commands)

static void reexecute(char **argv)
{
    if (getenv(MACHINE_REEXECUTED) || getenv("OPENBLAS_CORETYPE") || !machine_blas_is_behind())
        return;
    if (getenv("ODAMV_NO_REEXEC") && strcmp(getenv("ODAMV_NO_REEXEC"), "0") != 0)
        return;
    if (setenv("OPENBLAS_CORETYPE", "SkylakeX", 1) != 0 || setenv(MACHINE_REEXECUTED, "1", 1) != 0)
        return;
    execv("/proc/self/exe", argv);
    unsetenv("OPENBLAS_CORETYPE");
}

static enum status print_usage(void)
{
    puts("Usage: odamv COMMAND [OPTION]...\n\n"
         "Testbed for dynamic attention maintenance: answers entries of softmax(Q K^T) V\n"
         "under updates of single entries, with certified bounds.\n\nCommands:");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        printf("  %-9s  %s\n", commands[i]->name, commands[i]->summary);
    puts("\nOptions:\n"
         "  --help     print this help; odamv COMMAND --help explains a command\n"
         "  --version  print the version\n\n"
         "Exit status: 0 fine, 1 a check failed or an answer was undecided, 2 wrong use or\n"
         "input, 3 the machine (memory, disk, a missing library).\n\n"
         "Environment:\n"
         "  ODAMV_NO_REEXEC=1  do not start again with OpenBLAS's AVX-512 kernels\n"
         "  NO_COLOR           no colours in messages");
    return cli_finish(STATUS_OK);
}

int main(int argc, char **argv)
{
    uselocale(
        newlocale(LC_ALL_MASK, "C", (locale_t)0)); /* whatever a plug-in sets: a point is a point */
    gsl_set_error_handler_off(); /* GSL would end the process; callers look at its statuses */
    if (argc < 2) {
        say_line("no command, expected one; try 'odamv --help'");
        return STATUS_BAD;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return print_usage();
    if (strcmp(argv[1], "--version") == 0) {
        cli_print_version();
        return cli_finish(STATUS_OK);
    }
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(argv[1], commands[i]->name) == 0) {
            if (commands[i]->multiplies)
                reexecute(argv);
            return commands[i]->run(argc - 1, argv + 1);
        }
    say_line("%s: no such command; try 'odamv --help'", argv[1]);
    return STATUS_BAD;
}
