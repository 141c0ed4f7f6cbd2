/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Helper threads for linear combinations: see pool.c.
 */
#ifndef MATMUL_POOL_H
#define MATMUL_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "odamv.h"

struct matmul_pool;

unsigned matmul_pool_threads(void); /* how many to use by default */

/* The caller and threads - 1 helpers, or fewer where the system grants no more. OK or NOMEM. */
enum odamv_status matmul_pool_open(unsigned threads, struct matmul_pool **out);
void matmul_pool_close(struct matmul_pool *pool); /* accepts null */

typedef void (*matmul_pool_part)(void *context, size_t row, size_t end);
/* do_part on disjoint ranges that make up 0 .. rows-1, at the same time where that pays. */
void matmul_pool_rows(struct matmul_pool *pool, matmul_pool_part do_part, void *context,
                      size_t rows, double work_per_row);

#endif
