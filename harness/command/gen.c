/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * gen.c: odamv gen, which writes a random problem and a random trace (harness/play/workload.h).
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"
#include "command.h"
#include "harness/files/npy.h"
#include "harness/ground/atomic_file.h"
#include "harness/ground/progress.h"
#include "harness/play/workload.h"

enum { OPT_M, OPT_N, OPT_D, OPT_P, OPT_OPS, OPT_SEED, OPT_SCALE, OPT_UPDATES_Q, OPT_OUT };

static const struct cli_option options[] = {
    [OPT_M] = {"m", "M", "queries (default: N)"},
    [OPT_N] = {"n", "N", "keys (default: 64)"},
    [OPT_D] = {"d", "D", "features (default: 16)"},
    [OPT_P] = {"p", "P", "value columns (default: D)"},
    [OPT_OPS] = {"ops", "T", "operations (default: 1000)"},
    [OPT_SEED] = {"seed", "S", "seed of the random numbers (default: 1)"},
    [OPT_SCALE] = {"scale", "X", "scale of the logits (default: 1/sqrt(D))"},
    [OPT_UPDATES_Q] = {"updates-q", NULL, "update Q too, not only K and V"},
    [OPT_OUT] = {"out", "DIR", "folder to write into (default: odamv-gen); made if absent"},
    {NULL, NULL, NULL},
};

static const struct cli_spec spec = {
    "gen",
    "[OPTION]...",
    "Writes Q.npy, K.npy, V.npy and ops.trace into a folder and prints the command\n"
    "that plays them. Entries are normal, scaled so that logits have standard\n"
    "deviation 1.",
    options,
    NULL,
};

struct gen {
    struct trace_shape shape;
    size_t ops, seed;
    double scale;
    bool has_m, has_p, has_scale, updates_q;
    const char *folder;
};

static void parse_options(struct cli *cli, struct gen *g, int argc, char **argv)
{
    const size_t extent = WORKLOAD_EXTENT_MAX;
    const double any = (double)INFINITY;
    const struct cli_target targets[] = {
        [OPT_M] = {.given = &g->has_m, .size = &g->shape.m, .least = 1, .most = extent},
        [OPT_N] = {.size = &g->shape.n, .least = 1, .most = extent},
        [OPT_D] = {.size = &g->shape.d, .least = 1, .most = extent},
        [OPT_P] = {.given = &g->has_p, .size = &g->shape.p, .least = 1, .most = extent},
        [OPT_OPS] = {.size = &g->ops, .least = 0, .most = (size_t)1 << 53},
        [OPT_SEED] = {.size = &g->seed, .least = 0, .most = WORKLOAD_SEED_MAX},
        [OPT_SCALE] = {.given = &g->has_scale, .number = &g->scale, .low = -any, .high = any},
        [OPT_UPDATES_Q] = {.given = &g->updates_q},
        [OPT_OUT] = {.text = &g->folder},
    };
    int option;
    cli_start(cli, &spec, argc, argv);
    while ((option = cli_next(cli)) >= 0)
        cli_take(cli, option, targets, sizeof targets / sizeof *targets);
    if (!cli->stop)
        cli_no_operands(cli);
    if (!g->has_m)
        g->shape.m = g->shape.n;
    if (!g->has_p)
        g->shape.p = g->shape.d;
    if (!g->has_scale)
        g->scale = 1.0 / sqrt((double)g->shape.d);
}

static enum status write_trace(struct workload *workload, const struct gen *g, const char *file,
                               struct say *say)
{
    struct atomic_file target;
    struct progress progress;
    enum status status = atomic_open(&target, file, say);
    if (status != STATUS_OK)
        return status;
    trace_write_head(target.stream);
    fprintf(target.stream, "# odamv gen: m %zu n %zu d %zu p %zu ops %zu seed %zu scale %.17g\n",
            g->shape.m, g->shape.n, g->shape.d, g->shape.p, g->ops, g->seed, g->scale);
    progress_start(&progress, "gen", false);
    for (size_t i = 0; i < g->ops && !ferror(target.stream); i++) {
        struct trace_op op = workload_next(workload);
        trace_write_op(target.stream, &op);
        if (i % 1024 == 0)
            progress_step(&progress, (double)i, (double)g->ops);
    }
    progress_end(&progress);
    return atomic_commit(&target, say);
}

/* A path inside the folder; null: no memory. */
static char *inside(const char *folder, const char *name)
{
    char *path;
    return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

static enum status write_matrix(const char *folder, const char *name, const struct matrix *matrix,
                                struct say *say)
{
    char *path = inside(folder, name);
    enum status status = path ? npy_write(path, matrix, say)
                              : say_fail(say, STATUS_MACHINE, "%s: no memory for its name", name);
    free(path);
    return status;
}

static enum status write_all(const struct gen *g, struct workload *workload, struct say *say)
{
    struct matrix q, k, v;
    char *path = inside(g->folder, "ops.trace");
    enum status status = workload_problem(workload, &q, &k, &v, say);
    if (status == STATUS_OK && !path)
        status = say_fail(say, STATUS_MACHINE, "gen: no memory");
    if (status == STATUS_OK && mkdir(g->folder, 0777) != 0 && errno != EEXIST)
        status = say_errno(say, g->folder, "cannot make the folder");
    if (status == STATUS_OK)
        status = write_matrix(g->folder, "Q.npy", &q, say);
    if (status == STATUS_OK)
        status = write_matrix(g->folder, "K.npy", &k, say);
    if (status == STATUS_OK)
        status = write_matrix(g->folder, "V.npy", &v, say);
    if (status == STATUS_OK)
        status = write_trace(workload, g, path, say);
    free(path);
    matrix_free(&q);
    matrix_free(&k);
    matrix_free(&v);
    return status;
}

/* A file in the folder as one word of a shell. */
static void print_word(const char *folder, const char *name)
{
    putchar('\'');
    for (; *folder; folder++)
        fputs(*folder == '\'' ? "'\\''" : (char[2]){*folder, '\0'}, stdout);
    printf("/%s'", name);
}

static void print_command(const struct gen *g)
{
    static const char *const words[][2] = {
        {" --q ", "Q.npy"}, {" --k ", "K.npy"}, {" --v ", "V.npy"}, {" --trace ", "ops.trace"}};
    printf("# seed %zu\nodamv run --engine lazy", g->seed);
    for (size_t i = 0; i < 4; i++) {
        fputs(words[i][0], stdout);
        print_word(g->folder, words[i][1]);
    }
    printf(" --scale %.17g\n", g->scale);
}

static enum status command(int argc, char **argv)
{
    struct gen g = {.shape = {.n = 64, .d = 16}, .ops = 1000, .seed = 1, .folder = "odamv-gen"};
    struct say say;
    struct workload_mix mix;
    struct workload workload;
    struct cli cli;
    enum status status;
    parse_options(&cli, &g, argc, argv);
    if (cli.stop)
        return cli.status;
    mix = workload_default_mix(g.updates_q);
    status = workload_open(&workload, &g.shape, g.scale, &mix, g.seed, &say);
    if (status == STATUS_OK) {
        status = write_all(&g, &workload, &say);
        workload_close(&workload);
    }
    if (status != STATUS_OK) {
        say_line("%s", say.text);
        return status;
    }
    print_command(&g);
    return cli_finish(STATUS_OK);
}

const struct command command_gen = {
    .name = "gen",
    .summary = "write a random problem and a random trace",
    .run = command,
};
