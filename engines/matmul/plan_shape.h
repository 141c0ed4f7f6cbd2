/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where a plan cuts its operands and its products.
 */
#ifndef MATMUL_PLAN_SHAPE_H
#define MATMUL_PLAN_SHAPE_H

#include "plan_levels.h"

/* The tile (height x width of the product) into which a plain product of m x k x p is cut. */
void matmul_plan_tile(const struct matmul_plan *plan, size_t m, size_t k, size_t p, size_t *tile_m,
                      size_t *tile_p);
/* Rows and columns of a block of a side on a level as they are stored, and of the operand's
 * blocks. */
void matmul_plan_stored(const struct matmul_plan *plan, const struct matmul_level *level,
                        enum matmul_side side, size_t *rows, size_t *cols);

#endif
