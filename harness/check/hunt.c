/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hunt.c: the caller's side of a hunt: workers, time, findings as they arrive.
 */
#include "hunt.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engines/numerics/clock.h"
#include "harness/ground/allocate.h"
#include "harness/ground/progress.h"
#include "hunt_worker.h"

/* What an interrupted hunt waits for an engine that is playing. */
static const double GRACE_SECONDS = 2;

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

struct pack {
    const struct hunt_options *options;
    struct hunt_shared *shared;
    size_t size;
    pid_t *workers;
    size_t running;
    int pipe;
    int status;
    double started, stopped;
};

static void start(struct pack *pack)
{
    const struct hunt_options *o = pack->options;
    int ends[2];
    if (pipe(ends) != 0) {
        say_line("cannot make a pipe: %s", strerror(errno));
        pack->status = STATUS_MACHINE;
        return;
    }
    fflush(NULL); /* what is buffered must not be written twice */
    for (size_t j = 0; j < o->jobs; j++) {
        pid_t worker = fork();
        if (worker == 0) {
            close(ends[0]);
            hunt_worker(o, pack->shared, &pack->shared->results[j], ends[1]);
        }
        if (worker > 0)
            pack->workers[pack->running++] = worker;
        else {
            say_line("cannot start a worker: %s", strerror(errno));
            pack->status = STATUS_MACHINE;
        }
    }
    close(ends[1]);
    pack->pipe = ends[0];
}

static double progress_of(const struct pack *pack, double elapsed, double *total)
{
    const struct hunt_options *o = pack->options;
    const double tasks = (double)atomic_load(&pack->shared->next);
    const double all = o->alone ? (double)o->engine_count : (double)(o->cases + o->saved_count);
    *total = 1;
    return fmax(isinf(o->seconds) ? 0 : elapsed / o->seconds,
                o->cases || o->alone ? fmax(0, tasks - (double)o->jobs) / all : 0);
}

/* A worker that came to grief; it is not reaped. */
static bool has_failed(pid_t worker)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)worker, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == worker && (info.si_code != CLD_EXITED || info.si_status != 0);
}

/* Time is over, a worker has failed, or somebody interrupts; engines die with their workers. */
static void watch(struct pack *pack, double elapsed)
{
    if (elapsed > pack->options->seconds && pack->shared->stop == HUNT_GO_ON)
        pack->shared->stop = HUNT_FINISH;
    if (interrupted && pack->shared->stop != HUNT_STOP) {
        pack->shared->stop = HUNT_STOP;
        pack->stopped = elapsed;
    }
    for (size_t j = 0; j < pack->running; j++) {
        if (pack->shared->stop == HUNT_GO_ON && has_failed(pack->workers[j]))
            pack->shared->stop = HUNT_FINISH;
        if (interrupted && elapsed > pack->stopped + GRACE_SECONDS)
            kill(pack->workers[j], SIGKILL);
    }
}

/* Until the last worker has closed its end of the pipe. */
static void listen_to(struct pack *pack, hunt_listener *listener, void *context)
{
    struct progress progress;
    progress_start(&progress, "check", pack->options->progress_beside_output);
    for (;;) {
        struct pollfd wait = {.fd = pack->pipe, .events = POLLIN};
        const double elapsed = clock_seconds() - pack->started;
        double total, done = progress_of(pack, elapsed, &total);
        struct hunt_record record;
        ssize_t got;
        watch(pack, elapsed);
        progress_step(&progress, fmin(done, 1), total);
        if (poll(&wait, 1, 100) <= 0)
            continue;
        got = read(pack->pipe, &record, sizeof record);
        if (got < 0 && errno == EINTR)
            continue;
        if (got != (ssize_t)sizeof record)
            break;
        progress_end(&progress);
        listener(&record, context);
        progress_start(&progress, "check", pack->options->progress_beside_output);
    }
    progress_end(&progress);
}

static void finish(struct pack *pack)
{
    close(pack->pipe);
    for (size_t j = 0; j < pack->running; j++) {
        int status = 0;
        while (waitpid(pack->workers[j], &status, 0) < 0 && errno == EINTR)
            ;
        if (WIFEXITED(status) && WEXITSTATUS(status) > pack->status)
            pack->status = WEXITSTATUS(status);
        if (WIFSIGNALED(status) && !interrupted) {
            say_line("a worker of the check was ended by a signal: %s",
                     strsignal(WTERMSIG(status)));
            pack->status = STATUS_MACHINE;
        }
    }
}

/* All fields of these structs are doubles, which add up one by one. */
static void add_doubles(void *to, const void *from, size_t size)
{
    double *x = to;
    const double *y = from;
    for (size_t e = 0; e < size / sizeof *x; e++)
        x[e] += y[e];
}

static void add_up(const struct pack *pack, struct hunt_result *result)
{
    for (size_t j = 0; j < pack->options->jobs; j++) {
        const struct hunt_result *part = &pack->shared->results[j];
        add_doubles(result->tally, part->tally, sizeof result->tally);
        result->cases += part->cases;
        result->laws += part->laws;
        add_doubles(&result->states, &part->states, sizeof result->states);
    }
    result->seconds = clock_seconds() - pack->started;
    result->interrupted = interrupted;
    result->status = pack->status;
}

void hunt_run(const struct hunt_options *options, hunt_listener *listener, void *context,
              struct hunt_result *result)
{
    struct pack pack = {.options = options, .pipe = -1, .started = clock_seconds()};
    const struct sigaction action = {.sa_handler = on_interrupt};
    struct sigaction old_interrupt, old_terminate;
    *result = (struct hunt_result){.status = STATUS_MACHINE};
    pack.size = sizeof *pack.shared + options->jobs * sizeof pack.shared->results[0];
    pack.shared = mmap(NULL, pack.size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (pack.shared == MAP_FAILED) {
        say_line("no memory for %zu workers", options->jobs);
        return;
    }
    pack.workers = allocate_array(options->jobs, sizeof *pack.workers);
    interrupted = 0;
    sigaction(SIGINT, &action, &old_interrupt);
    sigaction(SIGTERM, &action, &old_terminate);
    start(&pack);
    if (pack.pipe >= 0) {
        listen_to(&pack, listener, context);
        finish(&pack);
    }
    add_up(&pack, result);
    sigaction(SIGINT, &old_interrupt, NULL);
    sigaction(SIGTERM, &old_terminate, NULL);
    munmap(pack.shared, pack.size);
    free(pack.workers);
}
