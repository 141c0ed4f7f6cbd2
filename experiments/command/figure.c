/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * figure.c: odamv figure, the data and the caption of a figure of plots/, and the page of them all.
 */
#include <string.h>

#include "experiments/figures.h"
#include "experiments/measure/environment.h"
#include "experiments/page.h"
#include "harness/command/cli.h"
#include "harness/command/command.h"
#include "harness/ground/atomic_file.h"

enum { OPT_ROWS, OPT_OUT, OPT_QUICK, OPT_LIST, FILES_MAX = 64 };

static const struct cli_option options[] = {
    [OPT_ROWS] = {"rows", "FILE", "rows of `odamv curve`; may be repeated"},
    [OPT_OUT] = {"out", "FOLDER", "write NAME.tsv and NAME.txt here (default .)"},
    [OPT_QUICK] = {"quick", NULL, "small problems, which only show that it runs"},
    [OPT_LIST] = {"list", NULL, "print the names of the figures"},
    {NULL, NULL, NULL},
};

static const struct cli_spec spec = {
    "figure",
    "NAME [OPTION]...",
    "Writes the data of one figure, NAME.tsv, which plots/NAME.gp draws, and its caption,\n"
    "NAME.txt; --list prints the names. page: index.html with every figure that has been\n"
    "drawn.",
    options,
    "burst, error and rates measure by themselves; the others draw the rows they are given.",
};

struct figure_command {
    struct cli cli;
    const char *name, *folder, *rows[FILES_MAX];
    size_t row_files;
    struct figure_input input;
    json_t *environment;
};

static enum status open_output(const struct figure_command *r, const char *name, const char *ending,
                               struct atomic_file *file, struct say *say)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.%s", r->folder, name, ending);
    enum status status = atomic_open(file, path, say);
    return status == STATUS_OK ? STATUS_OK : STATUS_MACHINE;
}

static enum status write_figure(const struct figure_command *r, const struct figure *figure,
                                struct say *say)
{
    struct atomic_file data = {0}, caption = {0};
    enum status status = open_output(r, figure->name, "tsv", &data, say);
    if (status == STATUS_OK)
        status = open_output(r, figure->name, "txt", &caption, say);
    if (status == STATUS_OK) {
        environment_print(data.stream, "## ", r->environment);
        status = figure->write(&r->input, data.stream, caption.stream, say);
    }
    if (status == STATUS_OK)
        status = atomic_commit(&caption, say);
    if (status == STATUS_OK)
        status = atomic_commit(&data, say);
    atomic_abandon(&data);
    atomic_abandon(&caption);
    return status;
}

static enum status write_page(const struct figure_command *r, struct say *say)
{
    struct atomic_file page;
    enum status status = open_output(r, "index", "html", &page, say);
    if (status != STATUS_OK)
        return status;
    page_write(page.stream, &r->input, r->folder);
    return atomic_commit(&page, say);
}

static enum status no_such_figure(struct figure_command *r)
{
    char quoted[64], known[512];
    size_t used = 0;
    for (size_t f = 0; figures_all[f]; f++)
        used += (size_t)snprintf(known + used, used < sizeof known ? sizeof known - used : 0,
                                 "%s, ", figures_all[f]->name);
    cli_wrong(&r->cli, "figure: %s is no figure, expected one of %spage",
              say_word(r->name, quoted, sizeof quoted), known);
    return r->cli.status;
}

static enum status work(struct figure_command *r)
{
    const struct figure *figure = figures_find(r->name);
    const bool page = strcmp(r->name, "page") == 0;
    struct say say;
    enum status status = STATUS_OK;
    if (!figure && !page)
        return no_such_figure(r);
    for (size_t i = 0; status == STATUS_OK && i < r->row_files; i++)
        status = records_read(&r->input.records, r->rows[i], &say);
    if (status == STATUS_OK) {
        records_sort(&r->input.records);
        status = page ? write_page(r, &say) : write_figure(r, figure, &say);
    }
    records_close(&r->input.records);
    if (status != STATUS_OK)
        say_line("%s", say.text);
    return cli_finish(status);
}

static enum status command(int argc, char **argv)
{
    struct figure_command r = {.folder = ".", .environment = environment_collect(argc, argv)};
    enum status status;
    bool list = false;
    int option;
    cli_start(&r.cli, &spec, argc, argv);
    while ((option = cli_next(&r.cli)) >= 0) {
        if (option == OPT_OUT)
            r.folder = r.cli.value;
        else if (option == OPT_QUICK)
            r.input.quick = true;
        else if (option == OPT_LIST)
            list = true;
        else if (r.row_files == FILES_MAX)
            cli_wrong(&r.cli, "figure: more than %d files of rows", FILES_MAX);
        else
            r.rows[r.row_files++] = r.cli.value;
    }
    if (!r.cli.stop && list) {
        for (size_t f = 0; figures_all[f]; f++)
            puts(figures_all[f]->name);
        json_decref(r.environment);
        return cli_finish(STATUS_OK);
    }
    if (!r.cli.stop && r.cli.first + 1 != argc)
        cli_wrong(&r.cli, "figure: expected the name of one figure");
    if (r.cli.stop) {
        status = r.cli.status;
    } else {
        r.name = argv[r.cli.first];
        status = work(&r);
    }
    json_decref(r.environment);
    return status;
}

const struct command command_figure = {
    .name = "figure",
    .summary = "write the data of a figure, or the page of all figures",
    .multiplies = true,
    .run = command,
};
