/* SPDX-License-Identifier: GPL-3.0-or-later
 * The benchmark behind `make bench`. */
#ifndef ODAMV_BENCH_H
#define ODAMV_BENCH_H

#include <stdbool.h>
#include <stdio.h>

#include "odamv.h"

struct bench {
    FILE *table, *file, *messages; /* for people, for programs, for errors; all open */
    size_t rounds;                 /* at most 31 */
    bool quick;                    /* sizes that only show that it runs */
};

/* False: a measurement could not be made; messages has the reason. */
bool bench_run(struct bench *b);

/* The products of `--matmul auto` against dgemm, shape by shape (products.c). */
bool bench_products(struct bench *b);

/* Exponents in time of multiplications with blocks of that side (leaf.c). */
bool bench_leaf(struct bench *b, size_t leaf);

#endif
