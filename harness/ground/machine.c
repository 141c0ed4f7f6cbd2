/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * machine.c: the processor and the BLAS of this process. OpenBLAS's functions are looked up by
 * name, so that the program also links and runs with another BLAS.
 */
#include "machine.h"

#include <dlfcn.h>
#include <link.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odamv.h"

static void read_cpu(char *out, size_t size)
{
    char line[512];
    FILE *file = fopen("/proc/cpuinfo", "re");
    snprintf(out, size, "unknown");
    while (file && fgets(line, sizeof line, file)) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) == 0 && colon) {
            line[strcspn(line, "\n")] = '\0';
            snprintf(out, size, "%s", colon + 1 + strspn(colon + 1, " "));
            break;
        }
    }
    if (file)
        fclose(file);
}

static void add_word(char *out, size_t size, const char *word)
{
    size_t used = strlen(out);
    snprintf(out + used, size - used, "%s%s", used ? " " : "", word);
}

static bool has_avx512(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
#else
    return false;
#endif
}

static void read_extensions(char *out, size_t size)
{
    out[0] = '\0';
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2"))
        add_word(out, size, "sse4.2");
    if (__builtin_cpu_supports("avx"))
        add_word(out, size, "avx");
    if (__builtin_cpu_supports("avx2"))
        add_word(out, size, "avx2");
    if (__builtin_cpu_supports("fma"))
        add_word(out, size, "fma");
    if (__builtin_cpu_supports("avx512f"))
        add_word(out, size, "avx512f");
    if (has_avx512())
        add_word(out, size, "avx512dq avx512bw avx512vl");
#elif defined(__aarch64__)
    add_word(out, size, "neon");
#endif
    if (!*out)
        snprintf(out, size, "none known");
}

/* ISO C has no conversion from what dlsym returns to a function. */
typedef void (*any_function)(void);
static any_function look_up(const char *name)
{
    void *symbol = dlsym(RTLD_DEFAULT, name);
    any_function function = NULL;
    if (symbol)
        memcpy(&function, &symbol, sizeof function);
    return function;
}

static const char *ask_text(const char *name)
{
    any_function function = look_up(name);
    const char *text = function ? ((char *(*)(void))function)() : NULL;
    return text ? text : "";
}

static int ask_number(const char *name)
{
    any_function function = look_up(name);
    return function ? ((int (*)(void))function)() : 0;
}

static void read_blas(struct machine *m)
{
    void *symbol = dlsym(RTLD_DEFAULT, "cblas_dgemm");
    Dl_info info;
    char *file = NULL;
    const char *base;
    if (symbol && dladdr(symbol, &info) && info.dli_fname)
        file = realpath(info.dli_fname, NULL);
    snprintf(m->blas_file, sizeof m->blas_file, "%s", file ? file : "unknown");
    free(file);
    snprintf(m->blas_config, sizeof m->blas_config, "%s", ask_text("openblas_get_config"));
    snprintf(m->blas_core, sizeof m->blas_core, "%s", ask_text("openblas_get_corename"));
    m->blas_threads = ask_number("openblas_get_num_threads");
    m->blas_openmp = ask_number("openblas_get_parallel") == 2;
    base = strrchr(m->blas_file, '/');
    base = base ? base + 1 : m->blas_file;
    m->blas_reference = strncmp(base, "libgslcblas", 11) == 0 ||
                        strncmp(base, "libblas.so", 10) == 0 || strncmp(base, "libcblas", 8) == 0;
}

static int count_openmp(struct dl_phdr_info *info, size_t size, void *data)
{
    static const char *const runtimes[] = {"libgomp.", "libomp.", "libomp5", "libiomp5"};
    struct machine *m = data;
    const char *base = strrchr(info->dlpi_name, '/');
    (void)size;
    base = base ? base + 1 : info->dlpi_name;
    for (size_t i = 0; i < sizeof runtimes / sizeof *runtimes; i++)
        if (strncmp(base, runtimes[i], strlen(runtimes[i])) == 0) {
            add_word(m->openmp_files, sizeof m->openmp_files, base);
            m->openmp_count++;
            break;
        }
    return 0;
}

void machine_describe(struct machine *out)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    cpu_set_t allowed;
    *out = (struct machine){.cores = online > 0 ? (size_t)online : 1};
    out->usable_cores = sched_getaffinity(0, sizeof allowed, &allowed) == 0
                            ? (size_t)CPU_COUNT(&allowed)
                            : out->cores;
    out->memory = odamv_memory_available();
    read_cpu(out->cpu, sizeof out->cpu);
    read_extensions(out->extensions, sizeof out->extensions);
    read_blas(out);
    dl_iterate_phdr(count_openmp, out);
}

bool machine_blas_is_behind(void)
{
    const char *core = ask_text("openblas_get_corename");
    return has_avx512() && strstr(ask_text("openblas_get_config"), "DYNAMIC_ARCH") &&
           (strcmp(core, "Haswell") == 0 || strcmp(core, "Zen") == 0);
}
