/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * curve.h: a sweep: every combination of engine, multiplication, a, n, quantity and seed becomes a
 * cell, and every cell that the file of rows does not have yet is measured.
 *
 * The order is shuffled, so that drift of the machine (heat, neighbours) does not look like a
 * dependence on n. Timed cells that differ in the quantity only share one open engine, since
 * opening costs more than measuring.
 */
#ifndef CURVE_H
#define CURVE_H

#include "cell.h"
#include "experiments/results/rows.h"

#define CURVE_LIST_MAX 64

struct curve {
    const struct odamv_engine *const *engines; /* borrowed */
    size_t engine_count;
    const char *matmul[CURVE_LIST_MAX];
    double a[CURVE_LIST_MAX];
    size_t n[CURVE_LIST_MAX];
    size_t matmul_count, a_count, n_count;
    bool quantity[THEORY_QUANTITIES]; /* by enum theory_quantity */
    size_t leaf, d;                   /* 0: the engine's own; as n */
    bool timed;
    unsigned long first_seed, seeds; /* of problems, when timed; the first also shuffles */
    size_t shard, shards;            /* this process measures every shards-th group */
    json_t *environment;             /* goes into every row; borrowed */

    /* Called after every group with how far the sweep is. */
    void (*progress)(void *context, double done, double total);
    void *context;

    /* Results: cells that were measured, and found in the file; an answer outside its bound. */
    size_t measured, present;
    bool wrong;
};

/* BAD: an engine without predicted costs, a problem that is refused; FAILED: an answer outside its
 * bound; MACHINE: memory, disk. After a failure nothing more is written. */
enum status curve_run(struct curve *curve, struct rows *rows, struct say *say);

#endif
