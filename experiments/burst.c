/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Distribution of the cost of single K updates, lazy against lazy-wc: the share of updates that
 * cost at least so much, in operations counted and in seconds. lazy pays for a whole fold in one
 * update of k; lazy-wc spreads it.
 */
#include <math.h>
#include <stdlib.h>

#include "engines/numerics/clock.h"
#include "experiments/measure/timing.h"
#include "figure.h"

enum { EPOCHS = 8 };

struct updates {
    size_t count;
    double *operations, *seconds;
};

static double operations_of(const struct subject *s)
{
    struct odamv_counts counts;
    s->engine->stats(s->state, &counts);
    return odamv_counts_operations(&counts);
}

static enum status run(const char *engine, size_t n, size_t k, struct updates *u, struct say *say)
{
    const struct odamv_problem shape = {
        .m = n, .n = n, .d = 64, .p = n, .scale = 1, .normalised = true};
    const struct odamv_options options = {.threshold = k, .no_coalesce = true};
    struct subject s;
    enum status status = subject_open(&s, odamv_engine_find(engine), &shape, &options, 1, say);
    if (status != STATUS_OK)
        return status;
    bool fine = subject_update(&s, 2 * k);
    for (size_t t = 0; fine && t < u->count; t++) {
        double before = operations_of(&s), start = clock_seconds();
        fine = subject_update(&s, 1);
        u->seconds[t] = clock_seconds() - start;
        u->operations[t] = operations_of(&s) - before;
    }
    status = fine ? subject_verify(&s, 1, say)
                  : say_fail(say, STATUS_FAILED, "%s: an update was refused", engine);
    subject_close(&s);
    return status;
}

static int by_descent(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* The dearest update of an epoch over the mean: the median over the epochs, since anything that
 * interrupts the program looks like a dear update. */
static double dearest(size_t count, const double *values)
{
    const size_t epoch = count / EPOCHS;
    double top[EPOCHS] = {0}, sum = 0;
    for (size_t t = 0; t < count; t++) {
        sum += values[t];
        top[t / epoch] = fmax(top[t / epoch], values[t]);
    }
    return timing_median(EPOCHS, top) / (sum / (double)count);
}

/* Values with the share of updates that reach them. Sorts the values. */
static void write_share(FILE *data, const char *engine, const char *unit, size_t count,
                        double *values)
{
    figure_block(data, "%s %s", engine, unit);
    qsort(values, count, sizeof *values, by_descent);
    for (size_t i = 0; i < count; i++)
        if (i + 1 == count || values[i + 1] < values[i])
            fprintf(data, "%.9g\t%.9g\n", values[i], (double)(i + 1) / (double)count);
}

static enum status write(const struct figure_input *input, FILE *data, FILE *caption,
                         struct say *say)
{
    static const char *const engines[] = {"lazy", "lazy-wc"};
    const size_t n = input->quick ? 128 : 1024, k = odamv_threshold(n, 0.75);
    struct updates u = {.count = EPOCHS * k};
    double operations[2] = {0}, seconds[2] = {0};
    enum status status = STATUS_OK;
    u.operations = calloc(u.count, sizeof *u.operations);
    u.seconds = calloc(u.count, sizeof *u.seconds);
    if (!u.operations || !u.seconds)
        status = say_fail(say, STATUS_MACHINE, "burst: no memory");
    for (size_t e = 0; status == STATUS_OK && e < 2; e++) {
        status = run(engines[e], n, k, &u, say);
        if (status == STATUS_OK) {
            operations[e] = dearest(u.count, u.operations);
            seconds[e] = dearest(u.count, u.seconds);
            write_share(data, engines[e], "operations", u.count, u.operations);
            write_share(data, engines[e], "seconds", u.count, u.seconds);
        }
    }
    fprintf(caption,
            "Share of K updates that cost at least so much, n = %zu, k = %zu, %zu updates: the "
            "dearest update of an epoch of lazy costs %.0f times the mean in operations and %.0f "
            "times in time, that of lazy-wc %.2f and %.1f times.\n",
            n, k, u.count, operations[0], seconds[0], operations[1], seconds[1]);
    free(u.operations);
    free(u.seconds);
    return status;
}

const struct figure figure_burst = {"burst", "The dearest updates", write};
