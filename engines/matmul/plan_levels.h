/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a plan consists of: the levels of plan.c over one program.
 */
#ifndef MATMUL_PLAN_LEVELS_H
#define MATMUL_PLAN_LEVELS_H

#include "program.h"

struct matmul_level {
    size_t m, k, p;       /* of the whole */
    size_t bm, bk, bp;    /* of a block of the core */
    size_t lda, ldb, ldc; /* strides of the slots on this level */
    size_t slot[3];       /* doubles of one slot per side */
    double workspace;     /* of this level's slots */
};

struct matmul_plan {
    struct matmul_shape shape;
    struct matmul_program *program; /* null when there are no levels */
    bool borrows;                   /* the program of another plan */
    unsigned levels;
    struct matmul_level level[MATMUL_LEVELS_MAX + 1]; /* the last: the leaf, without blocks */
    double grain;
    size_t panel;
    struct matmul_prediction prediction;
};

#endif
