/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Linear combinations of strided matrices in memory: see combine.c.
 */
#ifndef MATMUL_COMBINE_H
#define MATMUL_COMBINE_H

#include "pool.h"

/* Rows `stride` doubles apart, and the coefficient of a sum. */
struct matmul_source {
    const double *at;
    size_t stride;
    double c;
};

struct matmul_target {
    double *at;
    size_t stride;
    double c;
    bool first; /* overwritten, where others are added to */
};

/* to = sum of c from; rows x cols. `to` may be one of the sources; its c is not read. */
void matmul_gather(struct matmul_pool *pool, const struct matmul_target *to,
                   const struct matmul_source *from, size_t count, size_t rows, size_t cols);
/* Each to (+)= c from, with the c of `to`. */
void matmul_scatter(struct matmul_pool *pool, const struct matmul_target *to, size_t count,
                    const struct matmul_source *from, size_t rows, size_t cols);

#endif
