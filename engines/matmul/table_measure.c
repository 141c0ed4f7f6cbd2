/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * table_measure.c: rates of plain products and of linear combinations on this machine.
 *
 * The smallest of several times counts: other programs only ever add to it. Operands come in turn
 * from an arena larger than the caches, as they do in a plan.
 */
#include "table_measure.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "combine.h"
#include "engines/numerics/clock.h"

#define ARENA ((size_t)3 << 24) /* doubles: three squares of side 4096; 384 MiB */

struct bench {
    double *arena;
    size_t next;
    struct matmul_pool *pool;
};

static double *take(struct bench *b, size_t doubles)
{
    if (b->next + doubles > ARENA)
        b->next = 0;
    double *at = b->arena + b->next;
    b->next += doubles;
    return at;
}

static double time_product(struct bench *b, size_t side, size_t k)
{
    double best = INFINITY, spent = 0;
    for (int round = 0; round < 9 && (round < 2 || spent < 0.05); round++) {
        const double *x = take(b, side * k), *y = take(b, side * k);
        double *z = take(b, side * side), start = clock_seconds();
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)side, (int)side, (int)k, 1, x,
                    (int)k, y, (int)side, 1, z, (int)side);
        double seconds = clock_seconds() - start;
        best = fmin(best, seconds), spent += seconds;
    }
    return best / ((double)side * (double)side * (double)k);
}

static double time_combination(struct bench *b, size_t side, bool gather)
{
    double best = INFINITY, spent = 0;
    for (int round = 0; round < 9 && (round < 3 || spent < 0.05); round++) {
        struct matmul_target to[2];
        struct matmul_source from[2];
        for (int i = 0; i < 2; i++) {
            to[i] = (struct matmul_target){take(b, side * side), side, i ? -1 : 1, false};
            from[i] = (struct matmul_source){take(b, side * side), side, i ? -1 : 1};
        }
        double start = clock_seconds();
        if (gather)
            matmul_gather(b->pool, to, from, 2, side, side);
        else
            matmul_scatter(b->pool, to, 2, from, side, side);
        double seconds = clock_seconds() - start;
        best = fmin(best, seconds), spent += seconds;
    }
    return best / ((double)side * (double)side * (gather ? 3 : 5));
}

enum odamv_status matmul_table_measure(struct matmul_table *t)
{
    struct bench b = {.arena = malloc(ARENA * sizeof *b.arena)};
    enum odamv_status status =
        b.arena ? matmul_pool_open(matmul_pool_threads(), &b.pool) : ODAMV_NOMEM;
    if (status) {
        free(b.arena);
        return status;
    }
    memset(b.arena, 0, ARENA * sizeof *b.arena);
    time_product(&b, 1024, 1024); /* wakes the threads and the clock of the processor */
    for (int s = 0; s < TABLE_SIDES; s++)
        for (int k = 0; k < TABLE_INNERS; k++)
            t->product[s][k] = time_product(&b, matmul_table_side[s], matmul_table_inner[k]);
    for (int s = 0; s < TABLE_BLOCKS; s++) {
        t->gather[s] = time_combination(&b, matmul_table_block[s], true);
        t->scatter[s] = time_combination(&b, matmul_table_block[s], false);
    }
    matmul_pool_close(b.pool);
    free(b.arena);
    return ODAMV_OK;
}
