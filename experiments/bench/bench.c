/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * odamv bench: what an update costs in time, as ratios of things measured in turn in one run.
 *
 * Every ratio is the median over rounds of time / time of what it is held against, both from the
 * same round. The table goes to standard output and, with the raw rounds, to a file.
 */
#include "bench.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engines/attention/logits.h"
#include "engines/numerics/array.h"
#include "engines/numerics/clock.h"
#include "experiments/measure/timing.h"

double bench_uniform(unsigned long long *state)
{
    *state = *state * 6364136223846793005ull + 1442695040888963407ull;
    return (double)(*state >> 11) * 0x1p-52 - 1;
}

double *bench_matrix(size_t rows, size_t columns, unsigned long long seed)
{
    double *x = array_alloc(rows * columns, sizeof *x);
    for (size_t i = 0; x && i < rows * columns; i++)
        x[i] = bench_uniform(&seed);
    return x;
}

struct bench_spread bench_spread(size_t count, const double *x)
{
    struct bench_spread s = {.low = INFINITY, .middle = timing_median(count, x), .high = -INFINITY};
    for (size_t i = 0; i < count; i++) {
        s.low = fmin(s.low, x[i]);
        s.high = fmax(s.high, x[i]);
    }
    return s;
}

/* An open instance on a random problem with logits of about unit size. */
struct contender {
    const struct odamv_engine *engine;
    void *state;
    size_t n, d;
    double *k;
    unsigned long long random;
};

static bool contender_open(struct contender *s, const char *engine, size_t n, size_t d,
                           size_t threshold, FILE *messages)
{
    struct say say;
    double *q = bench_matrix(n, d, 1), *v = bench_matrix(n, d, 3);
    *s = (struct contender){.engine = odamv_engine_find(engine), .n = n, .d = d, .random = 4};
    s->k = bench_matrix(n, d, 2);
    const struct odamv_problem problem = {n, n, d, d, q, s->k, v, 1 / sqrt((double)d), true};
    const struct odamv_options options = {.threshold = threshold};
    bool open =
        q && v && s->k &&
        odamv_open(s->engine, &problem, &options, &s->state, say.text, sizeof say.text) == ODAMV_OK;
    if (!open)
        fprintf(messages, "odamv: bench: %s\n",
                s->state || !(q && v && s->k) ? "no memory" : say.text);
    free(q);
    free(v);
    return open;
}

static void contender_close(struct contender *s)
{
    if (s->engine && s->state)
        s->engine->close(s->state);
    free(s->k);
    *s = (struct contender){0};
}

/* Seconds per K update of a random entry, over so many of them. */
static double time_updates(struct contender *s, size_t updates)
{
    double start = clock_seconds();
    for (size_t t = 0; t < updates; t++) {
        size_t key = (size_t)((bench_uniform(&s->random) + 1) / 2 * (double)s->n) % s->n;
        size_t feature = (size_t)((bench_uniform(&s->random) + 1) / 2 * (double)s->d) % s->d;
        s->engine->set_k(s->state, key, feature, bench_uniform(&s->random));
    }
    return (clock_seconds() - start) / (double)updates;
}

/* Updates until a fold has just happened, so that many more will not cause one. */
static void reach_fold(struct contender *s)
{
    struct odamv_counts before, now;
    s->engine->stats(s->state, &before);
    do {
        time_updates(s, 1);
        s->engine->stats(s->state, &now);
    } while (now.folds == before.folds);
}

/* What a time is held against: at least `goal` times as fast, or at most `goal` times as slow. */
struct standard {
    const char *name;
    const double *time; /* seconds, one per round */
    bool faster;
    double goal;
};

static void report(const struct bench *b, const char *name, const double *time,
                   const struct standard *standard)
{
    const double *other = standard->time, goal = standard->goal;
    const char *against = standard->name;
    const bool faster = standard->faster;
    double ratio[BENCH_ROUNDS_MOST], value = timing_median(b->rounds, time) * 1e6;
    for (size_t r = 0; r < b->rounds; r++)
        ratio[r] = faster ? other[r] / time[r] : time[r] / other[r];
    const struct bench_spread s = bench_spread(b->rounds, ratio);
    bool met = faster ? s.middle >= goal : s.middle <= goal;
    fprintf(b->table, "%-34s %10.1f us  against %-28s %7.2f (%.2f to %.2f)  goal %s %g: %s\n", name,
            value, against, s.middle, s.low, s.high, faster ? "at least" : "at most", goal,
            met ? "met" : "missed");
    fprintf(b->file, "%s\t%.6g\tus\t%s\t%.6g\t%s%g\n", name, value, against, s.middle,
            faster ? ">=" : "<=", goal);
    for (size_t r = 0; r < b->rounds; r++)
        fprintf(b->file, "# round %zu\t%s\t%.6g\t%.6g\n", r, name, time[r] * 1e6, other[r] * 1e6);
    fflush(b->file);
}

/* The fold of `lazy` alone: (p x k) (k x m) added to p x m, per record. */
static double time_gemm(size_t n, size_t k, const double *a, const double *b, double *c)
{
    double start = clock_seconds();
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (blasint)n, (blasint)n, (blasint)k, 1.0, a,
                (blasint)n, b, (blasint)n, 1.0, c, (blasint)n);
    return (clock_seconds() - start) / (double)k;
}

/* Amortised K updates of lazy: an epoch's updates and one fold, and the share of the refresh, whose
 * product is 1/64 of the products folded meanwhile (lazy_refresh_period). */
static bool bench_fold(const struct bench *b, size_t n, size_t k)
{
    struct contender lazy = {0}, eager = {0};
    double *x = bench_matrix(k, n, 5), *y = bench_matrix(k, n, 6), *c = calloc(n * n, sizeof *c);
    double lazy_time[BENCH_ROUNDS_MOST], eager_time[BENCH_ROUNDS_MOST],
        gemm_time[BENCH_ROUNDS_MOST];
    bool fine = x && y && c && contender_open(&lazy, "lazy", n, n, k, b->messages) &&
                contender_open(&eager, "eager", n, n, k, b->messages);
    if (fine) {
        time_updates(&lazy, k + 1); /* from here on, every k updates fold once */
        time_updates(&eager, 1);
        time_gemm(n, k, x, y, c);
    }
    for (size_t r = 0; fine && r < b->rounds; r++) {
        gemm_time[r] = time_gemm(n, k, x, y, c);
        lazy_time[r] = time_updates(&lazy, k) + gemm_time[r] / 64;
        eager_time[r] = time_updates(&eager, 16);
    }
    if (fine) {
        char name[64];
        snprintf(name, sizeof name, "lazy K update n=d=p=%zu k=%zu", n, k);
        const struct standard eager_update = {"eager K update", eager_time, true, 15};
        const struct standard product = {"bare GEMM of the fold", gemm_time, false, 1.15};
        report(b, name, lazy_time, &eager_update);
        report(b, name, lazy_time, &product);
    }
    contender_close(&lazy);
    contender_close(&eager);
    free(x);
    free(y);
    free(c);
    return fine;
}

/* What a K update cannot avoid: n exponentials, and the bytes of one key's logits (in and out), of
 * the feature, the shifts and the three running sums, and of the record. */
struct stream {
    size_t n, columns;
    double *hi, *state, *record;
    float *lo;
};

static double time_stream(struct stream *s, size_t updates, unsigned long long *random)
{
    const struct kernel *kernel = kernel_best();
    const double *q = s->state, *shift = s->state + s->n;
    double *a = s->state + 2 * s->n, *b = a + s->n, *c = b + s->n;
    double start = clock_seconds();
    for (size_t t = 0; t < updates; t++) {
        size_t key = (size_t)((bench_uniform(random) + 1) / 2 * (double)s->columns) % s->columns;
        double *hi = s->hi + key * s->n, *record = s->record + t % 64 * s->n;
        float *lo = s->lo + key * s->n;
        for (size_t i = 0; i < s->n; i += PANEL) {
            double w[PANEL];
            kernel->weights(PANEL, hi + i, lo + i, shift + i, w);
            for (size_t r = 0; r < PANEL; r++) {
                hi[i + r] += q[i + r];
                lo[i + r] += 1e-30f;
                record[i + r] = w[r];
                a[i + r] += w[r];
                b[i + r] += w[r];
                c[i + r] += w[r];
            }
        }
    }
    return (clock_seconds() - start) / (double)updates;
}

static bool bench_column(const struct bench *b, size_t n, size_t d)
{
    const size_t batch = 200;
    struct contender lazy = {0};
    struct stream s = {.n = n,
                       .columns = n,
                       .hi = bench_matrix(n, n, 7),
                       .lo = array_alloc(n * n, 4),
                       .state = bench_matrix(5, n, 9),
                       .record = bench_matrix(64, n, 10)};
    double update[BENCH_ROUNDS_MOST], stream[BENCH_ROUNDS_MOST];
    unsigned long long random = 8;
    bool fine = s.hi && s.lo && s.state && s.record &&
                contender_open(&lazy, "lazy", n, d, batch + 2, b->messages);
    if (fine) {
        memset(s.lo, 0, n * n * sizeof *s.lo);
        time_stream(&s, n, &random); /* touches all pages */
    }
    for (size_t r = 0; fine && r < b->rounds; r++) {
        reach_fold(&lazy);
        update[r] = time_updates(&lazy, batch);
        stream[r] = time_stream(&s, batch, &random);
    }
    if (fine) {
        char name[64];
        snprintf(name, sizeof name, "O(n) part n=%zu d=p=%zu", n, d);
        report(b, name, update,
               &(struct standard){"n exponentials, same bytes", stream, false, 1.5});
    }
    contender_close(&lazy);
    free(s.hi);
    free(s.lo);
    free(s.state);
    free(s.record);
    return fine;
}

bool bench_run(struct bench *b)
{
    b->rounds = b->rounds > BENCH_ROUNDS_MOST ? BENCH_ROUNDS_MOST : b->rounds;
    fprintf(b->file, "name\tvalue\tunit\tagainst\tratio\tgoal\n");
    return bench_column(b, b->quick ? 1024 : 8192, 64) &&
           bench_fold(b, b->quick ? 512 : 4096, b->quick ? 64 : 512);
}
