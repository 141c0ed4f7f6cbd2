/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "climb.h"

#include <errno.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "climb_score.h"
#include "climb_step.h"
#include "engines/numerics/clock.h"
#include "harness/ground/allocate.h"
#include "harness/ground/progress.h"
#include "harness/ground/random.h"

/* Steps without success after which a chain ends, one that goes on from the worst case and others;
 * success is a ratio larger by that factor. */
static const double PATIENCE = 100, CURIOSITY = 10, SUCCESS = 1.02;

/* Those of matmul_scheme_names that differ in what their errors are made of, and the definition by
 * the leaves of a scheme. */
static const char *const schemes[] = {NULL,    "strassen", "winograd",   "dps222",
                                      "hk323", "hk424",    "plain-2x2x2"};
enum { SCHEMES = sizeof schemes / sizeof *schemes };

struct shared {
    atomic_ulong next; /* chain */
    atomic_bool stop;
    atomic_flag writing;           /* of the worst cases */
    _Atomic double answers;        /* so far, of finished cases */
    struct climb_result results[]; /* the sum in the first, `largest` there only; one per job */
};

struct worker {
    const struct climb_options *options;
    struct shared *shared;
    struct climb_result *result;
    double known[CLIMB_SUBJECTS_MAX];   /* of `largest` */
    double reached[CLIMB_SUBJECTS_MAX]; /* by this worker */
    struct check_case worst[CLIMB_SUBJECTS_MAX];
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

const char *climb_file(const struct climb_options *options, const struct climb_subject *subject,
                       char *out, size_t size)
{
    snprintf(out, size, "%s/%s%s%s.trace", options->folder, subject->engine->name,
             subject->scheme ? "-" : "", subject->scheme ? subject->scheme : "");
    return out;
}

static void name_subjects(const struct climb_options *o, struct climb_result *result)
{
    for (size_t e = 0; e < o->engine_count; e++)
        for (size_t s = 0; s < (o->engines[e]->heeds & ODAMV_HEEDS_MATMUL ? SCHEMES : 1); s++)
            if (result->count < CLIMB_SUBJECTS_MAX)
                result->subject[result->count++] =
                    (struct climb_subject){o->engines[e], schemes[s]};
}

/* --- a worker ------------------------------------------------------------------------------- */

static void save(struct worker *w, size_t s, const struct check_case *c, double ratio)
{
    struct climb_result *all = w->shared->results;
    char file[4096], comment[200];
    struct check_case copy;
    struct say say;
    while (atomic_flag_test_and_set(&w->shared->writing))
        sched_yield();
    if (ratio > all->largest[s]) {
        snprintf(comment, sizeof comment, "odamv check --climb, seed %lu: error / bound = %.17g",
                 w->options->seed, ratio);
        case_copy(&copy, c);
        case_set_matmul(&copy, all->subject[s].scheme);
        climb_file(w->options, &all->subject[s], file, sizeof file);
        if (case_write(&copy, file, comment, &say) != STATUS_OK) {
            say_line("check: %s", say.text);
            _exit(STATUS_MACHINE);
        }
        case_close(&copy);
        all->largest[s] = ratio;
    }
    w->known[s] = all->largest[s];
    atomic_flag_clear(&w->shared->writing);
}

static void keep(struct worker *w, size_t s, const struct check_case *c, double ratio)
{
    case_close(&w->worst[s]);
    case_copy(&w->worst[s], c);
    w->reached[s] = ratio;
    if (ratio > w->known[s])
        save(w, s, c, ratio);
}

/* The ratio of the subject that is climbed for; below 0: the contract refuses the problem. */
static double score(struct worker *w, const struct check_case *c, size_t target)
{
    struct climb_result *r = w->result;
    struct climb_truth truth;
    double mine = -1, before = 0, after = 0;
    char message[256];
    if (odamv_problem_check(&c->input.problem, message, sizeof message) != ODAMV_OK)
        return mine;
    climb_score_open(&truth, c);
    for (size_t s = 0; s < r->count; s++) {
        before += r->tally[s].answers;
        const double ratio = climb_score(&truth, c, &r->subject[s], &r->tally[s]);
        after += r->tally[s].answers;
        if (ratio > w->reached[s])
            keep(w, s, c, ratio);
        if (s == target)
            mine = ratio;
    }
    climb_score_close(&truth);
    r->cases++;
    r->answers += after - before;
    return mine;
}

static void note_answers(struct worker *w, double *noted)
{
    double now = atomic_load(&w->shared->answers);
    while (
        !atomic_compare_exchange_weak(&w->shared->answers, &now, now + w->result->answers - *noted))
        ;
    *noted = w->result->answers;
    if (now >= w->options->answers)
        atomic_store(&w->shared->stop, true);
}

static void chain(struct worker *w, unsigned long number)
{
    gsl_rng *rng = random_open(w->options->seed + 1, number);
    const size_t target = number % w->result->count;
    struct check_case best, next;
    const bool goes_on = number / w->result->count % 4 == 3 && w->reached[target] > 0;
    const double patience = goes_on ? PATIENCE : CURIOSITY;
    if (goes_on)
        case_copy(&best, &w->worst[target]);
    else
        climb_step_start(rng, w->options->seed, number, &best);
    double noted = w->result->answers, reached = score(w, &best, target);
    for (double failures = 0; failures < patience && !atomic_load(&w->shared->stop);) {
        case_copy(&next, &best);
        climb_step(rng, &next);
        const double ratio = score(w, &next, target);
        failures = ratio > reached * SUCCESS ? 0 : failures + 1;
        case_close(ratio >= reached ? &best : &next);
        best = ratio >= reached ? next : best;
        reached = fmax(ratio, reached);
        note_answers(w, &noted);
    }
    case_close(&best);
    w->result->chains++;
    gsl_rng_free(rng);
}

_Noreturn static void work(const struct climb_options *options, struct shared *shared,
                           struct climb_result *result)
{
    struct worker *w = allocate_array(1, sizeof *w);
    w->options = options;
    w->shared = shared;
    w->result = result;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGINT, SIG_IGN); /* the parent decides */
    signal(SIGTERM, SIG_IGN);
    while (!atomic_load(&w->shared->stop))
        chain(w, atomic_fetch_add(&w->shared->next, 1));
    _exit(STATUS_OK);
}

/* --- the caller ----------------------------------------------------------------------------- */

/* Until the last worker has ended. */
static void await(const struct climb_options *o, struct shared *shared, size_t running)
{
    const double started = clock_seconds();
    struct climb_result *all = shared->results;
    struct progress progress;
    progress_start(&progress, "climb", o->progress_beside_output);
    while (running) {
        const struct timespec moment = {0, 50000000};
        const double elapsed = clock_seconds() - started;
        int status;
        if (elapsed > o->seconds || interrupted)
            atomic_store(&shared->stop, true);
        progress_step(
            &progress,
            fmin(1, fmax(elapsed / o->seconds, atomic_load(&shared->answers) / o->answers)), 1);
        const pid_t ended = waitpid(-1, &status, WNOHANG);
        running -= ended > 0;
        if (ended > 0 && !(WIFEXITED(status) && WEXITSTATUS(status) == STATUS_OK)) {
            if (WIFSIGNALED(status))
                say_line("a worker of the climb was ended by a signal: %s",
                         strsignal(WTERMSIG(status)));
            all->status = STATUS_MACHINE;
            atomic_store(&shared->stop, true);
        }
        if (ended == 0)
            nanosleep(&moment, NULL);
    }
    progress_end(&progress);
    all->seconds = clock_seconds() - started;
}

static size_t start(const struct climb_options *o, struct shared *shared)
{
    size_t running = 0;
    fflush(NULL); /* what is buffered must not be written twice */
    for (size_t j = 0; j < o->jobs; j++) {
        struct climb_result *result = &shared->results[1 + j];
        *result = shared->results[0];
        const pid_t child = fork();
        if (child == 0)
            work(o, shared, result);
        if (child > 0)
            running++;
        else {
            say_line("cannot start a worker: %s", strerror(errno));
            shared->results[0].status = STATUS_MACHINE;
        }
    }
    return running;
}

static void add_up(const struct climb_options *o, struct shared *shared)
{
    struct climb_result *all = shared->results;
    for (size_t j = 0; j < o->jobs; j++) {
        const struct climb_result *part = &shared->results[1 + j];
        const double *from = (const double *)part->tally;
        double *to = (double *)all->tally;
        for (size_t x = 0; x < sizeof part->tally / (sizeof *from); x++)
            to[x] += from[x];
        all->answers += part->answers;
        all->cases += part->cases;
        all->chains += part->chains;
    }
    all->interrupted = interrupted;
}

void climb_run(const struct climb_options *options, struct climb_result *result)
{
    const size_t size = sizeof(struct shared) + (1 + options->jobs) * sizeof *result;
    const struct sigaction action = {.sa_handler = on_interrupt};
    struct sigaction old_interrupt, old_terminate;
    *result = (struct climb_result){.status = STATUS_MACHINE};
    if (mkdir(options->folder, 0777) != 0 && errno != EEXIST) {
        say_line("check: %s: cannot be made: %s", options->folder, strerror(errno));
        return;
    }
    struct shared *shared =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        say_line("no memory for %zu workers", options->jobs);
        return;
    }
    interrupted = 0;
    sigaction(SIGINT, &action, &old_interrupt);
    sigaction(SIGTERM, &action, &old_terminate);
    name_subjects(options, shared->results);
    await(options, shared, start(options, shared));
    add_up(options, shared);
    *result = shared->results[0];
    sigaction(SIGINT, &old_interrupt, NULL);
    sigaction(SIGTERM, &old_terminate, NULL);
    munmap(shared, size);
}
