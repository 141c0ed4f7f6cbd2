/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plan.c: a scheme applied to a shape, level by level.
 *
 * Level q has one shape m_q x k_q x p_q; its blocks, floor(m_q / m) and so on, are the shape of
 * level q + 1. So a plan has as many levels as the recursion is deep, however many products it
 * makes: 7^q of them on level q share one description, one set of slots, and one list of steps
 * (program.c).
 *
 * Slots of a level are live while its products run on the levels below; the workspace is therefore
 * the sum over levels, at most a geometric series.
 */
#include "plan_levels.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>

#include "plan_count.h"
#include "plan_error.h"
#include "plan_growth.h"
#include "plan_shape.h"

/* Strides that are multiples of large powers of two make the rows of a block compete for cache
 * sets. */
static size_t stride(size_t cols)
{
    if (cols < 64)
        return cols;
    size_t padded = (cols + 7) / 8 * 8;
    return padded % 256 ? padded : padded + 8;
}

static void lay_out(struct matmul_plan *plan, struct matmul_level *level)
{
    size_t *const strides[3] = {&level->lda, &level->ldb, &level->ldc};
    level->workspace = 0;
    for (int side = 0; side < 3; side++) {
        size_t rows, cols;
        matmul_plan_stored(plan, level, side, &rows, &cols);
        *strides[side] = stride(cols);
        level->slot[side] = rows * *strides[side];
        level->workspace +=
            (double)rows * (double)*strides[side] * (double)plan->program->slots[side];
    }
}

/* Splits the level if leaf and scheme allow it; the blocks are the next level. */
static bool split(struct matmul_plan *plan, struct matmul_level *level, size_t leaf)
{
    level->bm = level->m / plan->program->m;
    level->bk = level->k / plan->program->k;
    level->bp = level->p / plan->program->n;
    if (level->bm < leaf || level->bk < leaf || level->bp < leaf)
        return false;
    lay_out(plan, level);
    level[1] = (struct matmul_level){.m = level->bm, .k = level->bk, .p = level->bp};
    return true;
}

static void cut_levels(struct matmul_plan *plan, const struct matmul_options *options)
{
    size_t leaf = options->leaf ? options->leaf : 1;
    unsigned most = options->levels < MATMUL_LEVELS_MAX ? options->levels : MATMUL_LEVELS_MAX;
    plan->level[0] =
        (struct matmul_level){.m = plan->shape.m, .k = plan->shape.k, .p = plan->shape.p};
    plan->levels = 0;
    while (plan->program && plan->levels < most && split(plan, &plan->level[plan->levels], leaf))
        plan->levels++;
}

/* Whether there is a level at all. Where there is none, no program is built: that can take longer, and
 * more memory, than the product. */
static bool has_levels(const struct matmul_shape *shape, const struct matmul_options *options)
{
    const struct matmul_scheme *s = options->scheme;
    const size_t leaf = options->leaf ? options->leaf : 1;
    return s && s->m * s->k * s->n > 1 && options->levels && shape->m / s->m >= leaf &&
           shape->k / s->k >= leaf && shape->p / s->n >= leaf;
}

static enum odamv_status prepare(struct matmul_plan *plan, const struct matmul_shape *shape,
                                 const struct matmul_options *options)
{
    if (!shape->m || !shape->k || !shape->p)
        return ODAMV_DOMAIN;
    plan->shape = *shape;
    plan->grain = options->grain;
    plan->panel = options->panel ? options->panel : 1;
    if (!has_levels(shape, options)) {
        plan->program = NULL;
    } else if (options->like && options->like->program) {
        plan->program = options->like->program;
        plan->borrows = true;
    } else {
        enum odamv_status status = matmul_program_open(options->scheme, &plan->program);
        if (status)
            return status;
    }
    cut_levels(plan, options);
    struct matmul_prediction *out = &plan->prediction;
    const struct matmul_level *last = &plan->level[plan->levels];
    *out = (struct matmul_prediction){
        .levels = plan->levels, .leaf_m = last->m, .leaf_k = last->k, .leaf_p = last->p};
    for (unsigned q = 0; q < plan->levels; q++)
        out->workspace += plan->level[q].workspace;
    out->memory =
        matmul_run_memory(plan) + (double)(sizeof *plan + matmul_program_memory(plan->program));
    matmul_plan_count(plan);
    enum odamv_status status = matmul_plan_growth(plan, &out->growth);
    if (status)
        return status;
    return matmul_plan_bound(plan, &out->error);
}

enum odamv_status matmul_predict(const struct matmul_shape *shape,
                                 const struct matmul_options *options,
                                 struct matmul_prediction *out)
{
    struct matmul_plan *plan = calloc(1, sizeof *plan);
    if (!plan)
        return ODAMV_NOMEM;
    enum odamv_status status = prepare(plan, shape, options);
    *out = plan->prediction;
    matmul_plan_close(plan);
    return status;
}

enum odamv_status matmul_predict_steps(const struct matmul_shape *shape,
                                       const struct matmul_options *options, double work,
                                       struct matmul_counts *out)
{
    *out = (struct matmul_counts){0};
    struct matmul_plan *plan = calloc(1, sizeof *plan);
    if (!plan)
        return ODAMV_NOMEM;
    enum odamv_status status = prepare(plan, shape, options);
    if (!status)
        matmul_plan_progress(plan, work, out);
    matmul_plan_close(plan);
    return status;
}

enum odamv_status matmul_plan_open(const struct matmul_shape *shape,
                                   const struct matmul_options *options, struct matmul_plan **out)
{
    *out = NULL;
    if (shape->m > INT_MAX || shape->k > INT_MAX || shape->p > INT_MAX)
        return ODAMV_DOMAIN;
    struct matmul_plan *plan = calloc(1, sizeof *plan);
    if (!plan)
        return ODAMV_NOMEM;
    enum odamv_status status = prepare(plan, shape, options);
    if (!status && plan->prediction.workspace > (double)(SIZE_MAX / 16))
        status = ODAMV_DOMAIN;
    if (status)
        matmul_plan_close(plan);
    else
        *out = plan;
    return status;
}

const struct matmul_prediction *matmul_plan_prediction(const struct matmul_plan *plan)
{
    return &plan->prediction;
}

void matmul_plan_close(struct matmul_plan *plan)
{
    if (!plan)
        return;
    if (!plan->borrows)
        matmul_program_close(plan->program);
    free(plan);
}
