/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan_shape.h"

#include <math.h>

void matmul_plan_stored(const struct matmul_plan *plan, const struct matmul_level *level,
                        enum matmul_side side, size_t *rows, size_t *cols)
{
    size_t r = side == SIDE_B ? level->bk : level->bm, c = side == SIDE_A ? level->bk : level->bp;
    bool turned = side == SIDE_A   ? plan->shape.trans_a
                  : side == SIDE_B ? plan->shape.trans_b
                                   : false;
    *rows = turned ? c : r;
    *cols = turned ? r : c;
}

/* The longest that stay within the grain: as square as the shape lets, at least 1 x 1. */
void matmul_plan_tile(const struct matmul_plan *plan, size_t m, size_t k, size_t p, size_t *tile_m,
                      size_t *tile_p)
{
    *tile_m = m, *tile_p = p;
    double room = floor(plan->grain / (double)k);
    if (plan->grain <= 0 || (double)m * (double)p <= room)
        return;
    size_t side = room > 1 ? (size_t)fmin(sqrt(room), (double)(m > p ? m : p)) : 1;
    *tile_m = m < side ? m : side;
    double wide = floor(room / (double)*tile_m);
    *tile_p = wide < 1 ? 1 : wide < (double)p ? (size_t)wide : p;
    double high = floor(room / (double)*tile_p);
    *tile_m = high < 1 ? 1 : high < (double)m ? (size_t)high : m;
}
