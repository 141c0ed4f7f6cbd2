/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cmd_doctor.c: odamv doctor: what the program runs on, how fast it is, and what slows it down.
 */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "commands.h"
#include "machine.h"

#define GEMM_ORDER 1024
#define WARNINGS   8

enum { OPT_JSON };

static const struct cli_option options[] = {
    [OPT_JSON] = {"json", NULL, "print one JSON object"},
    {NULL, NULL, NULL},
};

static const struct cli_spec spec = {
    "doctor",
    "[OPTION]...",
    "Reports the processor, the memory, the library that multiplies matrices, two\n"
    "measured rates, and warnings about what makes them lower than they could be.",
    options,
    "The exit status is 0 also when there are warnings.",
};

struct diagnosis {
    struct machine machine;
    bool reexecuted;
    double gemm_rate, weight_rate;
    const char *kernel;
    const char *warnings[WARNINGS];
    size_t warning_count;
};

static void warn(struct diagnosis *d, bool condition, const char *text)
{
    if (condition && d->warning_count < WARNINGS)
        d->warnings[d->warning_count++] = text;
}

static void diagnose(struct diagnosis *d)
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
    warn(d, m->openmp_count > 1,
         "several OpenMP runtimes are loaded, whose threads compete for the cores");
    warn(d, m->openmp_count > 0 && *m->blas_core && !m->blas_openmp && m->blas_threads > 1,
         "OpenBLAS has threads of its own beside OpenMP's: libopenblas-openmp shares one pool");
    warn(d, m->blas_threads > 0 && (size_t)m->blas_threads > m->usable_cores,
         "OpenBLAS has more threads than this process has cores");
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
}

static void json_text(const char *key, const char *text)
{
    printf("\"%s\": ", key);
    cli_json_string(stdout, text);
    fputs(", ", stdout);
}

static void json_number(const char *key, double value)
{
    printf("\"%s\": ", key);
    cli_json_number(stdout, value);
    fputs(", ", stdout);
}

static void print_json(const struct diagnosis *d)
{
    const struct machine *m = &d->machine;
    putchar('{');
    json_text("cpu", m->cpu);
    json_text("extensions", m->extensions);
    json_number("cores", (double)m->cores);
    json_number("usable_cores", (double)m->usable_cores);
    json_number("memory_bytes", m->memory);
    json_text("blas_file", m->blas_file);
    json_text("blas_config", m->blas_config);
    json_text("blas_core", m->blas_core);
    json_number("blas_threads", m->blas_threads);
    printf("\"blas_openmp\": %s, ", m->blas_openmp ? "true" : "false");
    json_text("openmp_files", m->openmp_files);
    printf("\"restarted\": %s, ", d->reexecuted ? "true" : "false");
    json_number("gemm_order", GEMM_ORDER);
    json_number("gemm_per_second", d->gemm_rate);
    json_text("kernel", d->kernel);
    json_number("weights_per_second", d->weight_rate);
    fputs("\"warnings\": [", stdout);
    for (size_t i = 0; i < d->warning_count; i++) {
        fputs(i ? ", " : "", stdout);
        cli_json_string(stdout, d->warnings[i]);
    }
    puts("]}");
}

int cmd_doctor(int argc, char **argv)
{
    struct diagnosis d = {0};
    bool json = false;
    struct cli cli;
    cli_start(&cli, &spec, argc, argv);
    while (cli_next(&cli) >= 0)
        json = true;
    if (cli.stop || !cli_no_operands(&cli))
        return cli.status;
    diagnose(&d);
    if (json)
        print_json(&d);
    else
        print_text(&d);
    return cli_finish(CLI_FINE);
}
