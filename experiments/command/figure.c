/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cmd_figure.c: odamv figure, the data and the caption of a figure of plots/, and the page that
 * shows them all.
 */
#include <string.h>

#include "experiments/measure/environment.h"
#include "experiments/figure.h"
#include "experiments/page.h"
#include "harness/ground/atomic_file.h"
#include "harness/command/cli.h"
#include "harness/command/commands.h"

enum { OPT_ROWS, OPT_OUT, OPT_QUICK, FILES_MAX = 64 };

static const struct cli_option options[] = {
    [OPT_ROWS] = {"rows", "FILE", "rows of `odamv curve`; may be repeated"},
    [OPT_OUT] = {"out", "FOLDER", "write NAME.tsv and NAME.txt here (default .)"},
    [OPT_QUICK] = {"quick", NULL, "small problems, which only show that it runs"},
    {NULL, NULL, NULL},
};

static const struct cli_spec spec = {
    "figure",
    "NAME [OPTION]...",
    "Writes the data of one figure, NAME.tsv, which plots/NAME.gp draws, and its caption,\n"
    "NAME.txt. NAME is trade_off, update_exponent, query_exponent, cost, rates, burst,\n"
    "error or cheapest; or page: index.html with every figure that has been drawn.",
    options,
    "burst, error and rates measure by themselves; the others draw the rows they are given.",
};

struct request {
    struct cli cli;
    const char *name, *folder, *rows[FILES_MAX];
    size_t row_files;
    struct figure_input input;
    json_t *environment;
};

static enum input_status open_output(const struct request *r, const char *name, const char *ending,
                                     struct atomic_file *file, char *message, size_t size)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.%s", r->folder, name, ending);
    enum input_status status = atomic_open(file, path, message, size);
    return status == INPUT_OK ? INPUT_OK : INPUT_MACHINE;
}

static enum input_status write_figure(const struct request *r, const struct figure *figure,
                                      char *message, size_t size)
{
    struct atomic_file data = {0}, caption = {0};
    enum input_status status = open_output(r, figure->name, "tsv", &data, message, size);
    if (status == INPUT_OK)
        status = open_output(r, figure->name, "txt", &caption, message, size);
    if (status == INPUT_OK) {
        environment_print(data.stream, "## ", r->environment);
        if (!figure->write(&r->input, data.stream, caption.stream, message, size))
            status = INPUT_MACHINE;
    }
    if (status == INPUT_OK)
        status = atomic_commit(&caption, message, size);
    if (status == INPUT_OK)
        status = atomic_commit(&data, message, size);
    atomic_abandon(&data);
    atomic_abandon(&caption);
    return status;
}

static enum input_status write_page(const struct request *r, char *message, size_t size)
{
    struct atomic_file page;
    enum input_status status = open_output(r, "index", "html", &page, message, size);
    if (status != INPUT_OK)
        return status;
    page_write(page.stream, &r->input, r->folder);
    return atomic_commit(&page, message, size);
}

static int work(struct request *r)
{
    const struct figure *figure = figures;
    const bool page = strcmp(r->name, "page") == 0;
    char message[CLI_MESSAGE];
    enum input_status status = INPUT_OK;
    while (figure->name && strcmp(figure->name, r->name) != 0)
        figure++;
    if (!figure->name && !page) {
        char quoted[64];
        cli_wrong(&r->cli, "figure: %s is no figure",
                  input_quote(r->name, strlen(r->name), quoted, sizeof quoted));
        return r->cli.status;
    }
    for (size_t i = 0; status == INPUT_OK && i < r->row_files; i++)
        status = records_read(&r->input.records, r->rows[i], message, sizeof message);
    if (status == INPUT_OK) {
        records_sort(&r->input.records);
        status = page ? write_page(r, message, sizeof message)
                      : write_figure(r, figure, message, sizeof message);
    }
    records_close(&r->input.records);
    if (status != INPUT_OK)
        cli_message("%s", message);
    return cli_finish((int)status);
}

int cmd_figure(int argc, char **argv)
{
    struct request r = {.folder = ".", .environment = environment(argc, argv)};
    int option, status;
    cli_start(&r.cli, &spec, argc, argv);
    while ((option = cli_next(&r.cli)) >= 0) {
        if (option == OPT_OUT)
            r.folder = r.cli.value;
        else if (option == OPT_QUICK)
            r.input.quick = true;
        else if (r.row_files == FILES_MAX)
            cli_wrong(&r.cli, "figure: more than %d files of rows", FILES_MAX);
        else
            r.rows[r.row_files++] = r.cli.value;
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
