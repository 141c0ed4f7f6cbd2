/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * timing.c: the clock around updates and queries.
 *
 * Update. A sample is the mean over whole epochs of k updates, with every fold that they cause,
 * that last 2 ms together; engines without folds are timed over as many. Samples go on for 0.1 s. A
 * numerical refresh falls into few samples, which the median leaves out.
 *
 * Value. The same of V.
 *
 * Hint. k times that of an update.
 *
 * Query. A sample is the mean over a batch of queries at random places, which takes at least 2 ms;
 * the list of pending updates is as full as it gets.
 *
 * Random places are drawn beforehand. Answers are verified before the clock starts.
 */
#include "timing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engines/numerics/clock.h"

enum { PLACES = 1024, QUERY_BATCHES = 9, VERIFIED = 2 /* answers */ };

static const double update_seconds_least = 0.1, batch_seconds_least = 2e-3;

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double timing_median(size_t count, const double *values)
{
    double sorted[TIMING_SAMPLES];
    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_value);
    return (sorted[count / 2] + sorted[(count - 1) / 2]) / 2;
}

enum status timing_open(const struct cell *cell, struct subject *s, struct say *say)
{
    const struct odamv_problem shape = cell_shape(cell);
    const struct odamv_options options = cell_options(cell);
    enum status status = subject_open(s, cell->engine, &shape, &options, cell->seed, say);
    if (status != STATUS_OK)
        return status;
    status = subject_update(s, options.threshold)
                 ? subject_verify(s, VERIFIED, say)
                 : say_fail(say, STATUS_FAILED, "%s: n = %zu: an update was refused",
                            cell->engine->name, cell->n);
    if (status != STATUS_OK)
        subject_close(s);
    return status;
}

/* Updates whose random numbers are drawn before the clock starts. */
struct plan {
    size_t count, *key, *feature; /* or, of V, *feature is the column */
    double *value;
};

static void plan_close(struct plan *plan)
{
    free(plan->key);
    free(plan->feature);
    free(plan->value);
}

static bool plan_open(struct plan *plan, struct subject *s, bool of_v, size_t count)
{
    const size_t n = s->problem.n, d = of_v ? s->problem.p : s->problem.d;
    double *matrix = of_v ? s->v.data : s->k.data;
    *plan = (struct plan){count, calloc(count, sizeof(size_t)), calloc(count, sizeof(size_t)),
                          calloc(count, sizeof(double))};
    if (!plan->key || !plan->feature || !plan->value) {
        plan_close(plan);
        return false;
    }
    for (size_t t = 0; t < count; t++) {
        plan->key[t] = gsl_rng_uniform_int(s->random, n);
        plan->feature[t] = gsl_rng_uniform_int(s->random, d);
        double *entry = &matrix[plan->key[t] * d + plan->feature[t]];
        plan->value[t] = *entry += s->step * (2 * gsl_rng_uniform(s->random) - 1);
    }
    return true;
}

/* Seconds per update; negative when one is refused. */
static double time_updates(struct subject *s, bool of_v, size_t count)
{
    enum odamv_status (*set)(void *, size_t, size_t, double) =
        of_v ? s->engine->set_v : s->engine->set_k;
    struct plan plan;
    bool fine = true;
    if (!plan_open(&plan, s, of_v, count))
        return -1;
    double start = clock_seconds();
    for (size_t t = 0; t < count; t++)
        fine &= set(s->state, plan.key[t], plan.feature[t], plan.value[t]) == ODAMV_OK;
    double seconds = (clock_seconds() - start) / (double)count;
    plan_close(&plan);
    return fine ? seconds : -1;
}

/* Whole epochs, as many to a sample as make it long enough. Operations done, 0 when it failed. */
static size_t time_epochs(const struct cell *cell, struct subject *s, struct timing *out)
{
    size_t done = 0, batch = cell_threshold(cell);
    double spent = 0;
    while (out->sample_count < TIMING_SAMPLES && spent < update_seconds_least) {
        double seconds = time_updates(s, cell->quantity == THEORY_VALUE, batch);
        if (seconds < 0)
            return 0;
        done += batch;
        if (seconds * (double)batch < batch_seconds_least) {
            batch *= 2;
            continue;
        }
        spent += seconds * (double)batch;
        out->samples[out->sample_count++] = seconds;
    }
    return done;
}

static bool ask(const struct cell *cell, struct subject *s, size_t i, size_t j,
                struct odamv_answer *out)
{
    if (cell->quantity == THEORY_QUERY)
        return s->engine->query(s->state, i, j, out) == ODAMV_OK;
    return odamv_query_column(s->engine, s->state, cell->n, j, out) == ODAMV_OK;
}

/* Doubles the batch until it lasts long enough, then takes the samples. */
static size_t time_queries(const struct cell *cell, struct subject *s, struct timing *out)
{
    struct odamv_answer *answers = calloc(cell->n, sizeof *answers);
    size_t i[PLACES], j[PLACES], batch = 1, done = 0;
    bool fine = answers != NULL;
    for (size_t t = 0; t < PLACES; t++) {
        i[t] = gsl_rng_uniform_int(s->random, cell->n);
        j[t] = gsl_rng_uniform_int(s->random, cell->n);
    }
    while (fine && out->sample_count < QUERY_BATCHES) {
        double start = clock_seconds();
        for (size_t t = 0; t < batch && fine; t++)
            fine = ask(cell, s, i[t % PLACES], j[t % PLACES], answers);
        double seconds = clock_seconds() - start;
        done += batch;
        if (seconds < batch_seconds_least)
            batch *= 2;
        else
            out->samples[out->sample_count++] = seconds / (double)batch;
    }
    free(answers);
    return fine ? done : 0;
}

static struct odamv_counts counted(const struct subject *s)
{
    struct odamv_counts counts = {0};
    if (s->engine->stats)
        s->engine->stats(s->state, &counts);
    return counts;
}

/* Updates in the first half of an epoch, after a whole number of epochs. */
static double time_between(const struct cell *cell, struct subject *s)
{
    const size_t updates = cell_threshold(cell) / 2, most = 64;
    double samples[QUERY_BATCHES];
    struct odamv_counts before = counted(s);
    if (!updates)
        return NAN;
    for (size_t r = 0; r < QUERY_BATCHES; r++) {
        size_t now = updates / QUERY_BATCHES < most ? updates / QUERY_BATCHES : most;
        if (!now)
            now = r == 0 ? updates : 0;
        samples[r] = now ? time_updates(s, false, now) : samples[0];
        if (samples[r] < 0)
            return NAN;
    }
    struct odamv_counts after = counted(s);
    bool folded = after.gemm_multiplications > before.gemm_multiplications;
    return folded ? NAN : timing_median(QUERY_BATCHES, samples);
}

enum status timing_cell(const struct cell *cell, struct subject *s, struct timing *out,
                        struct say *say)
{
    const bool of_v = cell->quantity == THEORY_VALUE;
    const bool update = !theory_is_query(cell->quantity);
    const double times = cell->quantity == THEORY_HINT ? (double)cell_threshold(cell) : 1;
    *out = (struct timing){0};
    bool ready = !update || time_updates(s, of_v, 1) >= 0; /* the fold of the full list */
    struct odamv_counts before = counted(s);
    size_t done = !ready ? 0 : update ? time_epochs(cell, s, out) : time_queries(cell, s, out);
    if (!done)
        return say_fail(say, STATUS_MACHINE,
                        "%s: n = %zu: an operation was refused, or there is no memory",
                        cell->engine->name, cell->n);
    struct odamv_counts now = counted(s);
    for (size_t x = 0; x < out->sample_count; x++)
        out->samples[x] *= times;
    out->seconds = timing_median(out->sample_count, out->samples);
    out->counts = cell_difference(&now, &before, (double)done / times);
    out->between = cell->quantity == THEORY_UPDATE ? time_between(cell, s) : NAN;
    return subject_verify(s, 1, say);
}
