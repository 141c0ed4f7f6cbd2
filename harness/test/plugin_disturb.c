/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plugin_disturb.c: the textbook plug-in, which does to the process what the environment variable
 * ODAMV_DISTURB says, WHEN-WHAT:
 *
 *     load-, open-, set_k-    when: while it is loaded, in open, in every update of K
 *     rounding, flush, locale, signal, directory, limit, environment    what it changes
 *     exit, crash, hang       how it ends, or does not
 *     helper                  a process that keeps all files open for 100 seconds
 *     judge                   it kills the process that started its own
 *     threads                 two threads, which every update of K then waits for: right
 *
 * Otherwise it is right.
 */
#define odamv_plugin textbook_plugin
#include "harness/test/plugin_textbook.c"
#undef odamv_plugin

#include <fenv.h>
#include <locale.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

ODAMV_PUBLIC const struct odamv_engine *odamv_plugin(void);
const struct odamv_engine *textbook_plugin(void);

static sem_t asked, done;
static bool has_threads;

static void *serve(void *nothing)
{
    for (;;) {
        sem_wait(&asked);
        sem_post(&done);
    }
    return nothing;
}

static void start_threads(void)
{
    pthread_t thread;
    sem_init(&asked, 0, 0);
    sem_init(&done, 0, 0);
    for (int t = 0; t < 2; t++)
        has_threads = pthread_create(&thread, NULL, serve, NULL) == 0;
}

static void start_helper(void)
{
    if (fork() == 0) {
        sleep(100);
        _exit(0);
    }
}

static void change(const char *what)
{
    struct rlimit limit;
    if (strcmp(what, "rounding") == 0)
        fesetround(FE_DOWNWARD);
#ifdef __SSE2__
    else if (strcmp(what, "flush") == 0)
        __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040);
#endif
    else if (strcmp(what, "locale") == 0)
        setlocale(LC_ALL, getenv("ODAMV_DISTURB_LOCALE"));
    else if (strcmp(what, "signal") == 0)
        signal(SIGUSR1, SIG_IGN);
    else if (strcmp(what, "directory") == 0 && chdir("/") != 0)
        abort();
    else if (strcmp(what, "environment") == 0)
        setenv("ODAMV_DISTURBED", "yes", 1);
    else if (strcmp(what, "limit") == 0 && getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur /= 2;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static void disturb(const char *when)
{
    const char *wanted = getenv("ODAMV_DISTURB"), *what;
    const size_t length = strlen(when);
    if (!wanted || strncmp(wanted, when, length) != 0 || wanted[length] != '-')
        return;
    what = wanted + length + 1;
    change(what);
    if (strcmp(what, "exit") == 0)
        exit(0);
    if (strcmp(what, "crash") == 0)
        raise(SIGSEGV);
    while (strcmp(what, "hang") == 0)
        sleep(1);
    if (strcmp(what, "helper") == 0)
        start_helper();
    if (strcmp(what, "judge") == 0)
        kill(getppid(), SIGKILL);
    if (strcmp(what, "threads") == 0)
        start_threads();
}

__attribute__((constructor)) static void disturb_load(void)
{
    disturb("load");
}

static enum odamv_status disturb_open(const struct odamv_problem *problem,
                                      const struct odamv_options *options, void **state)
{
    disturb("open");
    return textbook_open(problem, options, state);
}

static enum odamv_status disturb_set_k(void *state, size_t key, size_t feature, double value)
{
    disturb("set_k");
    if (has_threads) {
        sem_post(&asked);
        sem_wait(&done);
    }
    return textbook_set_k(state, key, feature, value);
}

static const struct odamv_engine engine = {
    .abi = ODAMV_ABI,
    .name = "disturb",
    .summary = "the definition in extended precision, which disturbs the process",
    .reference = "Definition 1.1",
    .update_cost = "O(1)",
    .query_cost = "O(n d)",
    .open = disturb_open,
    .set_k = disturb_set_k,
    .set_v = textbook_set_v,
    .query = textbook_query,
    .close = textbook_close,
};

const struct odamv_engine *odamv_plugin(void)
{
    return &engine;
}
