/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cli.c: options, help, wrong use, and the end of a command.
 */
#include "cli.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/ground/number.h"
#include "harness/ground/say.h"

void cli_wrong(struct cli *cli, const char *format, ...)
{
    struct say say;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(say.text, sizeof say.text, format, arguments);
    va_end(arguments);
    say_line("%s", say.text);
    fprintf(stderr, "Try 'odamv %s --help'.\n", cli->spec->command);
    cli->stop = true;
    cli->status = STATUS_BAD;
}

void cli_print_version(void)
{
    puts("odamv " ODAMV_VERSION "\n"
         "License GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>\n"
         "This is free software: you are free to change and redistribute it.\n"
         "There is NO WARRANTY, to the extent permitted by law.");
}

static void print_help(const struct cli_spec *spec)
{
    printf("Usage: odamv %s %s\n\n%s\n\nOptions:\n", spec->command, spec->usage, spec->about);
    for (const struct cli_option *o = spec->options; o->name; o++) {
        int width =
            printf("  --%s%s%s", o->name, o->argument ? " " : "", o->argument ? o->argument : "");
        /* Help that begins past the column goes to a line of its own. */
        if (width > 22)
            printf("\n%24s", "");
        else
            printf("%*s", 24 - width, "");
        for (const char *c = o->help; *c; c++) {
            putchar(*c);
            if (*c == '\n')
                printf("%24s", "");
        }
        putchar('\n');
    }
    printf("  --help%16s%s\n  --version%13s%s\n", "", "print this help", "", "print the version");
    if (spec->notes)
        printf("\n%s\n", spec->notes);
}

void cli_start(struct cli *cli, const struct cli_spec *spec, int argc, char **argv)
{
    size_t count = 0;
    *cli = (struct cli){.spec = spec, .argc = argc, .argv = argv};
    for (; spec->options[count].name && count < CLI_OPTIONS_MAX; count++)
        cli->table[count] = (struct option){
            .name = spec->options[count].name,
            .has_arg = spec->options[count].argument ? required_argument : no_argument,
            .val = (int)count + 256};
    cli->table[count++] = (struct option){.name = "help", .has_arg = no_argument, .val = 'h'};
    cli->table[count] = (struct option){.name = "version", .has_arg = no_argument, .val = 'V'};
    optind = 0; /* glibc: start afresh */
    opterr = 0;
}

int cli_next(struct cli *cli)
{
    int c;
    if (cli->stop)
        return -1;
    c = getopt_long(cli->argc, cli->argv, ":h", cli->table, NULL);
    cli->value = optarg;
    if (c >= 256)
        return c - 256;
    if (c == 'h' || c == 'V') {
        if (c == 'h')
            print_help(cli->spec);
        else
            cli_print_version();
        cli->stop = true;
        cli->status = cli_finish(STATUS_OK);
    } else if (c == ':')
        cli_wrong(cli, "%s: option '%s' needs a value", cli->spec->command, cli->argv[optind - 1]);
    else if (c != -1)
        cli_wrong(cli, "%s: option '%s' is unknown, ambiguous, or takes no value",
                  cli->spec->command, cli->argv[optind - 1]);
    cli->first = optind;
    return -1;
}

static void wrong_value(struct cli *cli, int option, const char *expected)
{
    char quoted[64];
    cli_wrong(cli, "%s: --%s: %s, expected %s", cli->spec->command, cli->spec->options[option].name,
              say_word(cli->value, quoted, sizeof quoted), expected);
}

bool cli_size(struct cli *cli, int option, size_t least, size_t most, size_t *out)
{
    char expected[96];
    if (!number_parse_index(cli->value, most, out) && *out >= least)
        return true;
    snprintf(expected, sizeof expected, "a whole number from %zu to %zu", least, most);
    wrong_value(cli, option, expected);
    return false;
}

bool cli_number(struct cli *cli, int option, double least, double most, double *out)
{
    char expected[96];
    if (!number_parse(cli->value, out) && *out >= least && *out <= most)
        return true;
    if (isinf(least) && isinf(most))
        snprintf(expected, sizeof expected, "a finite number");
    else
        snprintf(expected, sizeof expected, "a number from %g to %g", least, most);
    wrong_value(cli, option, expected);
    return false;
}

bool cli_no_operands(struct cli *cli)
{
    char quoted[64];
    if (cli->first == cli->argc)
        return true;
    cli_wrong(cli, "%s: %s, expected options only", cli->spec->command,
              say_word(cli->argv[cli->first], quoted, sizeof quoted));
    return false;
}

bool cli_output_failed(void)
{
    return ferror(stdout) != 0;
}

enum status cli_finish(enum status status)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    say_line("standard output: cannot write%s%s", errno ? ": " : "", errno ? strerror(errno) : "");
    return STATUS_MACHINE;
}
