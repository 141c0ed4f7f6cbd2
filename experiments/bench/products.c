/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * odamv bench --products: C += A^T B by `--matmul auto` against dgemm on the engines' shapes (k x m
 * and k x m into m x m), in turn in one run.
 *
 * The answer is verified first: a sample of entries of both products lies within the plan's bound
 * of the sum in pairs of doubles.
 */
#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "engines/attention/product.h"
#include "engines/numerics/clock.h"
#include "engines/numerics/pair.h"
#include "experiments/measure/timing.h"
#include "products.h"

#define SHORTEST     0.05 /* seconds of one sample; short products are repeated */
#define LONG         3    /* seconds of a product that gets fewer rounds */
#define LONG_ROUNDS  5
#define SAMPLES      200
#define GOAL         0.97
#define GOAL_LARGEST 1.10
#define LARGEST      8192

#define NAME (MATMUL_NAME_MAX + 16)

static const size_t sides[] = {512, 1024, 2048, 4096, LARGEST};
static const size_t inners[] = {64, 256, 1024, 0}; /* 0: the side itself */

void products_close(struct products *p)
{
    matmul_run_close(p->run);
    matmul_plan_close(p->plan);
    free(p->a);
    free(p->b);
    free(p->c);
    *p = (struct products){0};
}

bool products_open(struct products *p, const struct matmul_options *options, size_t m, size_t k)
{
    const struct matmul_shape shape = {.m = m, .k = k, .p = m, .trans_a = true};
    *p = (struct products){.m = m, .k = k, .a = bench_matrix(k, m, 1), .b = bench_matrix(k, m, 2)};
    p->c = bench_matrix(m, m, 3);
    if (p->a && p->b && p->c && matmul_plan_open(&shape, options, &p->plan) == ODAMV_OK &&
        matmul_run_open(p->plan, NULL, 0, &p->run) == ODAMV_OK)
        return true;
    products_close(p);
    return false;
}

static bool open_auto(struct products *p, const struct matmul_table *table, size_t m, size_t k,
                      char name[NAME])
{
    const struct matmul_shape shape = {.m = m, .k = k, .p = m, .trans_a = true};
    struct matmul_options options = {.panel = PRODUCT_PANEL};
    struct matmul_scheme *scheme = NULL;
    bool open = matmul_auto(table, &shape, &options, &scheme) == ODAMV_OK &&
                products_open(p, &options, m, k);
    if (open && scheme)
        snprintf(name, NAME, "%s^%u", scheme->name, options.levels);
    else
        snprintf(name, NAME, "classical");
    matmul_scheme_close(scheme);
    return open;
}

void products_by_plan(struct products *p)
{
    matmul_run_whole(p->run, p->a, p->m, p->b, p->m, p->c, p->m);
}

static void by_dgemm(struct products *p)
{
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (blasint)p->m, (blasint)p->m,
                (blasint)p->k, 1.0, p->a, (blasint)p->m, p->b, (blasint)p->m, 1.0, p->c,
                (blasint)p->m);
}

/* Entries of one product into the given C against the exact ones. */
static bool verify(struct products *p, void (*product)(struct products *))
{
    const struct matmul_error *error = &matmul_plan_prediction(p->plan)->error;
    size_t i[SAMPLES], j[SAMPLES];
    double before[SAMPLES], *row = calloc(2 * p->k, sizeof *row), *column = row + p->k;
    unsigned long long random = 4;
    bool fine = row != NULL;
    for (size_t s = 0; s < SAMPLES; s++) {
        i[s] = (size_t)((bench_uniform(&random) + 1) / 2 * (double)p->m) % p->m;
        j[s] = (size_t)((bench_uniform(&random) + 1) / 2 * (double)p->m) % p->m;
        before[s] = p->c[i[s] * p->m + j[s]];
    }
    if (fine)
        product(p);
    for (size_t s = 0; fine && s < SAMPLES; s++) {
        for (size_t t = 0; t < p->k; t++) {
            row[t] = p->a[t * p->m + i[s]];
            column[t] = p->b[t * p->m + j[s]];
        }
        struct pair exact = pair_add(pair_dot(p->k, row, column), before[s]);
        double off = fabs((p->c[i[s] * p->m + j[s]] - exact.hi) - exact.lo);
        /* entries are at most 1; C grows by no more than k */
        fine = off <= matmul_error_bound(error, 1, 1, (double)p->k + 1);
    }
    free(row);
    return fine;
}

double products_time(struct products *p, void (*product)(struct products *), size_t repeats)
{
    double start = clock_seconds();
    for (size_t t = 0; t < repeats; t++)
        product(p);
    return (clock_seconds() - start) / (double)repeats;
}

static void report(const struct bench *b, const struct products *p, const char *name,
                   const double *fast, const double *plain)
{
    double ratio[BENCH_ROUNDS_MOST];
    const double goal = p->m == LARGEST && p->k == LARGEST ? GOAL_LARGEST : GOAL;
    for (size_t r = 0; r < b->rounds; r++)
        ratio[r] = plain[r] / fast[r];
    const struct bench_spread s = bench_spread(b->rounds, ratio);
    double rate = 2 * (double)p->m * (double)p->m * (double)p->k / timing_median(b->rounds, plain);
    fprintf(b->table,
            "%5zu x %4zu x %5zu  %-13s dgemm %6.1f GF/s  speed %.3f (%.3f to %.3f)  goal "
            "at least %.2f: %s\n",
            p->m, p->k, p->m, name, rate * 1e-9, s.middle, s.low, s.high, goal,
            s.middle >= goal ? "met" : "missed");
    fprintf(b->file, "auto %zux%zux%zu %s\t%.6g\tus\tdgemm\t%.6g\t>=%g\n", p->m, p->k, p->m, name,
            timing_median(b->rounds, fast) * 1e6, s.middle, goal);
    for (size_t r = 0; r < b->rounds; r++)
        fprintf(b->file, "# round %zu\t%.6g\t%.6g\n", r, fast[r] * 1e6, plain[r] * 1e6);
    fflush(b->file);
    fflush(b->table);
}

static bool compare(const struct bench *b, const struct matmul_table *table, size_t m, size_t k)
{
    double fast[BENCH_ROUNDS_MOST], plain[BENCH_ROUNDS_MOST];
    struct products p;
    char name[NAME];
    if (!open_auto(&p, table, m, k, name)) {
        fprintf(b->messages, "odamv: bench: no memory for %zu x %zu x %zu\n", m, k, m);
        return false;
    }
    bool right = verify(&p, products_by_plan) && verify(&p, by_dgemm);
    if (!right)
        fprintf(b->messages, "odamv: bench: %zu x %zu x %zu: a product is outside its bound\n", m,
                k, m);
    double once = right ? products_time(&p, by_dgemm, 1) : 1;
    size_t repeats = 1 + (size_t)(SHORTEST / once);
    struct bench limited = *b;
    if (once > LONG && limited.rounds > LONG_ROUNDS)
        limited.rounds = LONG_ROUNDS;
    for (size_t r = 0; right && r < limited.rounds; r++) { /* each first in every other round */
        if (r % 2)
            plain[r] = products_time(&p, by_dgemm, repeats);
        fast[r] = products_time(&p, products_by_plan, repeats);
        if (r % 2 == 0)
            plain[r] = products_time(&p, by_dgemm, repeats);
    }
    if (right)
        report(&limited, &p, name, fast, plain);
    products_close(&p);
    return right;
}

bool bench_products(struct bench *b)
{
    struct matmul_table *table;
    b->rounds = b->rounds > BENCH_ROUNDS_MOST ? BENCH_ROUNDS_MOST : b->rounds;
    if (matmul_table_open(false, &table) != ODAMV_OK) {
        fprintf(b->messages, "odamv: bench: no memory to measure the rates behind auto\n");
        return false;
    }
    fprintf(b->file, "name\tvalue\tunit\tagainst\tratio\tgoal\n");
    bool fine = true;
    for (size_t s = 0; fine && s < (b->quick ? 1 : sizeof sides / sizeof *sides); s++)
        for (size_t i = 0; fine && i < sizeof inners / sizeof *inners; i++)
            if (inners[i] != sides[s])
                fine = compare(b, table, sides[s], inners[i] ? inners[i] : sides[s]);
    matmul_table_close(table);
    return fine;
}
