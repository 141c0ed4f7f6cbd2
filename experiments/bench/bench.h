/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench.h: what `odamv bench` measures: ratios of times taken in turn in one run.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stdio.h>

#include "odamv.h"

#define BENCH_ROUNDS_MOST 31

struct bench {
    FILE *table, *file, *messages; /* for people, for programs, for errors; all open */
    size_t rounds;                 /* at most BENCH_ROUNDS_MOST */
    bool quick;                    /* sizes that only show that it runs */
};

/* False: a measurement could not be made; messages has the reason. */
bool bench_run(struct bench *b);

/* The products of `--matmul auto` against dgemm, shape by shape (products.c). */
bool bench_products(struct bench *b);

/* Exponents in time of multiplications with blocks of that side (leaf.c). */
bool bench_leaf(struct bench *b, size_t leaf);

/* Reproducible entries, uniform in (-1, 1). The matrix is row-major and the caller's to free; null
 * when there is no memory. */
double bench_uniform(unsigned long long *state);
double *bench_matrix(size_t rows, size_t columns, unsigned long long seed);

struct bench_spread {
    double low, middle, high; /* middle: the median */
};
struct bench_spread bench_spread(size_t count, const double *x);

#endif
