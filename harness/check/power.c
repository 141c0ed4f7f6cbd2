/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "power.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "generate.h"
#include "harness/ground/allocate.h"
#include "harness/ground/random.h"
#include "harness/play/workload.h"
#include "script.h"

enum { EXPONENT_LEAST = -60, KINDS = 3, TAIL_QUERIES = 4 };

struct experiment {
    const struct power_options *options;
    struct check_case c;
    struct script script;
    struct truth truth;
    double *smallest; /* KINDS x places, shared by the workers */
};

static void fill_case(struct experiment *x)
{
    const struct power_options *o = x->options;
    const bool with_q = o->engine->set_q != NULL;
    const struct workload_mix mix = workload_default_mix(with_q);
    const double scale = 1 / sqrt((double)o->shape.d);
    struct trace_problem *in = &x->c.input;
    struct matrix q, k, v;
    struct workload workload;
    struct say say;
    if (workload_open(&workload, &o->shape, scale, &mix, o->seed & WORKLOAD_SEED_MAX, &say) !=
            STATUS_OK ||
        workload_problem(&workload, &q, &k, &v, &say) != STATUS_OK) {
        say_line("%s", say.text);
        _exit(STATUS_MACHINE);
    }
    case_open(&x->c, &o->shape);
    in->problem.scale = scale;
    memcpy(in->q.data, q.data, q.rows * q.cols * sizeof *q.data);
    memcpy(in->k.data, k.data, k.rows * k.cols * sizeof *k.data);
    memcpy(in->v.data, v.data, v.rows * v.cols * sizeof *v.data);
    matrix_free(&q);
    matrix_free(&k);
    matrix_free(&v);
    for (size_t t = 0; t < o->operations; t++) {
        const struct trace_op op = workload_next(&workload);
        case_push(&x->c, &op);
    }
    for (size_t t = 0; t < TAIL_QUERIES; t++)
        case_push(&x->c,
                  &(struct trace_op){.kind = TRACE_QUERY_ROW, .i = t * o->shape.m / TAIL_QUERIES});
    workload_close(&workload);
}

/* Whether a play in which operation `at` falls short by delta is seen to be wrong. */
static bool caught(const struct experiment *x, struct examiner *examiner, size_t at, double delta)
{
    struct check_case played;
    struct script script;
    bool seen = false;
    case_copy(&played, &x->c);
    script_open(&script, &played);
    script.values[at] -= delta; /* every other call is what it was */
    if (!sandbox_play(&examiner->box, x->options->engine, &played, &script, x->options->limit))
        _exit(STATUS_MACHINE);
    for (size_t s = 0; s < x->truth.count && !seen; s++)
        seen = !judge_is_right(examiner->box.answers + x->truth.samples[s].answer,
                               x->truth.samples[s].exact, (double)NAN);
    script_close(&script);
    case_close(&played);
    return seen;
}

/* A random update of that kind of matrix; the number of operations when there is none. */
static size_t choose_place(const struct experiment *x, size_t kind, gsl_rng *rng)
{
    for (int attempt = 0; attempt < 100000; attempt++) {
        const size_t t = random_below(rng, x->c.count);
        const enum trace_kind found = x->c.ops[t].kind;
        if (found < TRACE_QUERY && (size_t)found % KINDS == kind)
            return t;
    }
    return x->c.count;
}

/* The smallest delta that is caught there; infinity when 1 is not. */
static double bisect(const struct experiment *x, struct examiner *examiner, size_t at)
{
    double low = EXPONENT_LEAST, high = 0;
    if (at == x->c.count || !caught(x, examiner, at, 1))
        return (double)INFINITY;
    while (high - low > 1) {
        const double middle = (low + high) / 2;
        if (caught(x, examiner, at, exp2(middle)))
            high = middle;
        else
            low = middle;
    }
    return exp2(high);
}

static _Noreturn void work(const struct experiment *x, size_t job)
{
    const struct power_options *o = x->options;
    struct examiner examiner;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    examiner_open(&examiner, o->limit, (double)NAN, false);
    examiner.box.hurried = true;
    examiner.box.refuse = 0;
    examiner.one_side = true;
    for (size_t place = job; place < KINDS * o->places; place += o->jobs) {
        gsl_rng *rng = random_open(o->seed, place);
        if (place / o->places < 2 || o->engine->set_q)
            x->smallest[place] = bisect(x, &examiner, choose_place(x, place / o->places, rng));
        gsl_rng_free(rng);
    }
    _exit(STATUS_OK);
}

static bool run_workers(const struct experiment *x)
{
    const size_t jobs = x->options->jobs;
    pid_t *workers = allocate_array(jobs, sizeof *workers);
    bool fine = true;
    fflush(NULL);
    for (size_t j = 0; j < jobs; j++)
        if ((workers[j] = fork()) == 0)
            work(x, j);
    for (size_t j = 0; j < jobs; j++) {
        int status = 0;
        fine &= workers[j] > 0 && waitpid(workers[j], &status, 0) == workers[j] && status == 0;
    }
    free(workers);
    if (!fine)
        say_line("a worker of the measurement failed");
    return fine;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct power_result summarise(double *smallest, size_t places, size_t kind)
{
    struct power_result result = {.kind = (enum trace_kind)kind, .places = places};
    qsort(smallest, places, sizeof *smallest, by_size);
    result.median = smallest[(places - 1) / 2];
    result.most = smallest[(size_t)ceil(0.95 * (double)places) - 1];
    for (size_t x = 0; x < places; x++)
        result.missed += isinf(smallest[x]) != 0;
    return result;
}

bool power_measure(const struct power_options *options, struct power_result *out, size_t *count)
{
    const struct truth_plan plan = {options->sample, options->budget, options->seed};
    struct experiment x = {.options = options};
    const size_t size = KINDS * options->places * sizeof *x.smallest;
    bool fine;
    x.smallest = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (x.smallest == MAP_FAILED) {
        say_line("no memory for %zu places", options->places);
        return false;
    }
    fill_case(&x);
    script_open(&x.script, &x.c);
    truth_open(&x.truth, &x.c, &x.script, &plan);
    fine = run_workers(&x);
    *count = options->engine->set_q ? KINDS : KINDS - 1;
    for (size_t kind = 0; kind < *count && fine; kind++)
        out[kind] = summarise(x.smallest + kind * options->places, options->places, kind);
    truth_close(&x.truth);
    script_close(&x.script);
    case_close(&x.c);
    munmap(x.smallest, size);
    return fine;
}
