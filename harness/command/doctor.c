/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * doctor.c: odamv doctor: what the program runs on, how fast it is, and what slows it down.
 */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "command.h"
#include "engines/attention/product.h"
#include "engines/matmul/blas_order.h"
#include "harness/ground/json_write.h"
#include "harness/ground/machine.h"

#define GEMM_ORDER 1024
#define WARNINGS   8

enum { OPT_JSON, OPT_MEASURE };

static const struct cli_option options[] = {
    [OPT_JSON] = {"json", NULL, "print one JSON object"},
    [OPT_MEASURE] = {"measure", NULL, "measure anew what --matmul auto relies on"},
    {NULL, NULL, NULL},
};

/* Products m x k by k x m that the crossover table shows; inner 0: k = m. */
static const size_t shown_sides[] = {512, 1024, 2048, 4096, 8192};
static const size_t shown_inners[] = {64, 256, 1024, 0};
#define SHOWN_SIDES  (sizeof shown_sides / sizeof *shown_sides)
#define SHOWN_INNERS (sizeof shown_inners / sizeof *shown_inners)

static const struct cli_spec spec = {
    "doctor",
    "[OPTION]...",
    "Reports the processor, the memory, the library that multiplies matrices, two\n"
    "measured rates, warnings about what makes them lower than they could be, and what\n"
    "--matmul auto chooses: the plan for m x k by k x m that is predicted to be the\n"
    "fastest from measured rates, and how many times as fast as the classical product.",
    options,
    "The rates behind `auto` are measured once per machine, BLAS and number of threads,\n"
    "which takes some seconds, and kept in the user's cache folder.\n"
    "The exit status is 0 also when there are warnings.",
};

struct diagnosis {
    struct machine machine;
    bool reexecuted;
    double gemm_rate, weight_rate;
    const char *kernel;
    const char *warnings[WARNINGS];
    size_t warning_count;
    struct matmul_table *table; /* null: no memory */
};

/* What `auto` does with one shape. */
struct choice {
    char plan[MATMUL_NAME_MAX + 16]; /* scheme and levels */
    double gain; /* predicted seconds of the classical product over the plan's */
};

static void warn(struct diagnosis *d, bool condition, const char *text)
{
    if (condition && d->warning_count < WARNINGS)
        d->warnings[d->warning_count++] = text;
}

static struct choice choose(const struct matmul_table *table, size_t m, size_t k)
{
    const struct matmul_shape shape = {.m = m, .k = k, .p = m, .trans_a = true};
    struct matmul_options plan = {0};
    struct matmul_scheme *scheme;
    struct choice choice = {.plan = "classical", .gain = 1};
    double classical = matmul_table_seconds(table, &shape, &plan);
    if (matmul_auto(table, &shape, &plan, &scheme) == ODAMV_OK && scheme) {
        snprintf(choice.plan, sizeof choice.plan, "%s^%u", scheme->name, plan.levels);
        choice.gain = classical / matmul_table_seconds(table, &shape, &plan);
    }
    matmul_scheme_close(scheme);
    return choice;
}

/* Whether dgemm adds to C as seldom as the bounds of fast products assume. */
static bool adds_in_panels(void)
{
    static const size_t sides[] = {1, 5, 40, 96};
    bool fine = true;
    for (size_t s = 0; s < sizeof sides / sizeof *sides && fine; s++) {
        const struct matmul_shape shape =
            product_shape(sides[s], 4 * PRODUCT_PANEL, sides[s], false);
        fine = blas_order_additions(&shape) <= 4;
    }
    return fine;
}

static size_t inner_of(size_t side, size_t inner)
{
    return inner ? inner : side;
}

static void diagnose(struct diagnosis *d, bool measure)
{
    const struct machine *m = &d->machine;
    machine_describe(&d->machine);
    d->reexecuted = getenv(MACHINE_REEXECUTED) != NULL;
    d->gemm_rate = machine_gemm_rate(GEMM_ORDER);
    d->weight_rate = machine_weight_rate(&d->kernel);
    warn(d, m->blas_reference,
         "cblas_dgemm comes from an unoptimised reference BLAS: link OpenBLAS, without -lgslcblas");
    warn(d, machine_blas_is_behind(),
         "OpenBLAS runs AVX2 kernels on a processor with AVX-512: unset ODAMV_NO_REEXEC, or set "
         "OPENBLAS_CORETYPE=SkylakeX");
    warn(d, !adds_in_panels(),
         "this BLAS adds to C more often than the error bounds of lazy and lazy-wc assume "
         "(PRODUCT_PANEL): they need not hold");
    warn(d, m->openmp_count > 1,
         "several OpenMP runtimes are loaded, whose threads compete for the cores");
    warn(d, m->openmp_count > 0 && *m->blas_core && !m->blas_openmp && m->blas_threads > 1,
         "OpenBLAS has threads of its own beside OpenMP's: libopenblas-openmp shares one pool");
    warn(d, m->blas_threads > 0 && (size_t)m->blas_threads > m->usable_cores,
         "OpenBLAS has more threads than this process has cores");
    if (matmul_table_open(measure, &d->table) != ODAMV_OK)
        d->table = NULL;
    warn(d, !d->table, "no memory to measure what --matmul auto relies on");
    warn(d, d->table && !*matmul_table_file(d->table),
         "no cache folder can be written: --matmul auto measures in every run");
}

static void print_crossover(const struct matmul_table *table)
{
    const char *file = matmul_table_file(table);
    printf("auto        %s%s\n", matmul_table_measured(table) ? "measured now, " : "from ",
           *file ? file : "not kept");
    puts("  m = p      k         plan            predicted gain");
    for (size_t s = 0; s < SHOWN_SIDES; s++)
        for (size_t i = 0; i < SHOWN_INNERS; i++) {
            size_t k = inner_of(shown_sides[s], shown_inners[i]);
            struct choice choice = choose(table, shown_sides[s], k);
            if (!shown_inners[i] || k != shown_sides[s])
                printf("  %-10zu %-9zu %-15s %.2f\n", shown_sides[s], k, choice.plan, choice.gain);
        }
}

static void print_text(const struct diagnosis *d)
{
    const struct machine *m = &d->machine;
    printf("processor   %s\n", m->cpu);
    printf("vectors     %s\n", m->extensions);
    printf("cores       %zu online, %zu usable\n", m->cores, m->usable_cores);
    printf("memory      %.2f GiB available\n", m->memory / (double)(1u << 30));
    printf("blas        %s\n", m->blas_file);
    if (*m->blas_core)
        printf("openblas    core %s, %d threads (%s), %s\n", m->blas_core, m->blas_threads,
               m->blas_openmp ? "OpenMP" : "its own", m->blas_config);
    printf("openmp      %s\n", m->openmp_count ? m->openmp_files : "none");
    printf("restarted   %s\n", d->reexecuted ? "yes, with OPENBLAS_CORETYPE=SkylakeX" : "no");
    printf("gemm        %.1f GF/s, n = %d, median of 5\n", d->gemm_rate * 1e-9, GEMM_ORDER);
    printf("weights     %.2f ns each on one core, kernel %s\n",
           d->weight_rate > 0 ? 1e9 / d->weight_rate : 0.0, d->kernel);
    for (size_t i = 0; i < d->warning_count; i++)
        printf("warning     %s\n", d->warnings[i]);
    if (!d->warning_count)
        puts("warning     none");
    if (d->table)
        print_crossover(d->table);
}

static void json_crossover(const struct matmul_table *table)
{
    const char *comma = "";
    fputs(", \"auto_file\": ", stdout);
    json_write_string(stdout, matmul_table_file(table));
    fputs(", \"auto\": [", stdout);
    for (size_t s = 0; s < SHOWN_SIDES; s++)
        for (size_t i = 0; i < SHOWN_INNERS; i++) {
            size_t k = inner_of(shown_sides[s], shown_inners[i]);
            struct choice choice = choose(table, shown_sides[s], k);
            if (shown_inners[i] && k == shown_sides[s])
                continue; /* the same as the next */
            printf("%s{\"m\": %zu, \"k\": %zu, \"plan\": \"%s\", \"predicted_gain\": ", comma,
                   shown_sides[s], k, choice.plan);
            json_write_number(stdout, choice.gain);
            putchar('}');
            comma = ", ";
        }
    putchar(']');
}

static void json_text(const char *key, const char *text)
{
    printf("\"%s\": ", key);
    json_write_string(stdout, text);
    fputs(", ", stdout);
}

static void json_value(const char *key, double value)
{
    printf("\"%s\": ", key);
    json_write_number(stdout, value);
    fputs(", ", stdout);
}

static void print_json(const struct diagnosis *d)
{
    const struct machine *m = &d->machine;
    putchar('{');
    json_text("cpu", m->cpu);
    json_text("extensions", m->extensions);
    json_value("cores", (double)m->cores);
    json_value("usable_cores", (double)m->usable_cores);
    json_value("memory_bytes", m->memory);
    json_text("blas_file", m->blas_file);
    json_text("blas_config", m->blas_config);
    json_text("blas_core", m->blas_core);
    json_value("blas_threads", m->blas_threads);
    printf("\"blas_openmp\": %s, ", m->blas_openmp ? "true" : "false");
    json_text("openmp_files", m->openmp_files);
    printf("\"restarted\": %s, ", d->reexecuted ? "true" : "false");
    json_value("gemm_order", GEMM_ORDER);
    json_value("gemm_per_second", d->gemm_rate);
    json_text("kernel", d->kernel);
    json_value("weights_per_second", d->weight_rate);
    fputs("\"warnings\": [", stdout);
    for (size_t i = 0; i < d->warning_count; i++) {
        fputs(i ? ", " : "", stdout);
        json_write_string(stdout, d->warnings[i]);
    }
    putchar(']');
    if (d->table)
        json_crossover(d->table);
    puts("}");
}

static enum status command(int argc, char **argv)
{
    struct diagnosis d = {0};
    bool json = false, measure = false;
    struct cli cli;
    int option;
    cli_start(&cli, &spec, argc, argv);
    while ((option = cli_next(&cli)) >= 0)
        *(option == OPT_JSON ? &json : &measure) = true;
    if (cli.stop || !cli_no_operands(&cli))
        return cli.status;
    diagnose(&d, measure);
    if (json)
        print_json(&d);
    else
        print_text(&d);
    matmul_table_close(d.table);
    return cli_finish(STATUS_OK);
}

const struct command command_doctor = {
    .name = "doctor",
    .summary = "report processor, BLAS, memory, and what slows them down",
    .multiplies = true,
    .run = command,
};
