/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * run.c: executes plans, whole or in pieces.
 *
 * A stack of frames, one per level: which product of the level above this is (operands, target,
 * factor), and how far its steps have come. Interrupting means returning with the stack as it is.
 * Linear combinations stop between rows, plain products between tiles; both are the same whoever
 * asks, and whatever the budget, so the arithmetic is too.
 *
 * A factor alpha of a product reaches the leaves as dgemm's alpha, multiplied along the way.
 */
#include <cblas.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "combine.h"
#include "counts.h"
#include "engines/numerics/array.h"
#include "plan_count.h"
#include "plan_shape.h"

struct frame {
    const double *a, *b;
    double *c;
    size_t lda, ldb, ldc;
    size_t m, k, p;
    double alpha;
    bool fresh; /* the target holds nothing yet */
    bool leaf;
    unsigned level;
    size_t step, row;            /* of a level: next step, rows of it that are done */
    size_t tile_m, tile_p, i, j; /* of a leaf: tiles, and the corner of the next */
};

struct matmul_run {
    const struct matmul_plan *plan;
    struct matmul_pool *pool;
    double *workspace, *owned;
    double *slots[MATMUL_LEVELS_MAX][3];
    struct matmul_source *source; /* terms of a gather, and of a scatter */
    struct matmul_target *target;
    struct matmul_counts done; /* since begin */
    size_t depth;              /* frames in use */
    struct frame frame[MATMUL_LEVELS_MAX + 1];
};

/* --- opening ------------------------------------------------------------------------------- */

static void place_slots(struct matmul_run *run)
{
    double *next = run->workspace;
    for (unsigned q = 0; q < run->plan->levels; q++)
        for (int side = 0; side < 3; side++) {
            run->slots[q][side] = next;
            next += run->plan->level[q].slot[side] * run->plan->program->slots[side];
        }
}

static size_t most_terms(const struct matmul_program *p)
{
    size_t most = 1;
    for (size_t s = 0; p && s < p->steps; s++)
        if (p->step[s].terms > most)
            most = p->step[s].terms;
    return most;
}

enum odamv_status matmul_run_open(const struct matmul_plan *plan, double *workspace,
                                  unsigned threads, struct matmul_run **out)
{
    size_t count = (size_t)plan->prediction.workspace;
    *out = NULL;
    struct matmul_run *run = calloc(1, sizeof *run);
    if (!run)
        return ODAMV_NOMEM;
    run->plan = plan;
    const size_t terms = most_terms(plan->program);
    run->source = calloc(terms, sizeof *run->source);
    run->target = calloc(terms, sizeof *run->target);
    if (!workspace && count)
        workspace = run->owned = array_alloc_touched(count, sizeof *workspace);
    run->workspace = workspace;
    if (!threads)
        threads = matmul_pool_threads();
    bool whole = run->source && run->target && (!count || workspace);
    /* Without combinations there is nothing for helpers to do. */
    enum odamv_status status =
        whole ? matmul_pool_open(plan->levels ? threads : 1, &run->pool) : ODAMV_NOMEM;
    if (status) {
        matmul_run_close(run);
        return status;
    }
    place_slots(run);
    *out = run;
    return ODAMV_OK;
}

double matmul_run_memory(const struct matmul_plan *plan)
{
    const double terms = (double)most_terms(plan->program);
    return sizeof(struct matmul_run) + 8 * plan->prediction.workspace +
           terms * (sizeof(struct matmul_source) + sizeof(struct matmul_target));
}

void matmul_run_close(struct matmul_run *run)
{
    if (!run)
        return;
    matmul_pool_close(run->pool);
    free(run->owned);
    free(run->source);
    free(run->target);
    free(run);
}

/* --- frames -------------------------------------------------------------------------------- */

static void push(struct matmul_run *run, struct frame frame)
{
    frame.step = frame.row = frame.i = frame.j = 0;
    if (frame.leaf)
        matmul_plan_tile(run->plan, frame.m, frame.k, frame.p, &frame.tile_m, &frame.tile_p);
    run->frame[run->depth++] = frame;
}

enum odamv_status matmul_run_begin(struct matmul_run *run, const double *a, size_t lda,
                                   const double *b, size_t ldb, double *c, size_t ldc)
{
    const struct matmul_shape *s = &run->plan->shape;
    if (lda < (s->trans_a ? s->m : s->k) || ldb < (s->trans_b ? s->k : s->p) || ldc < s->p ||
        lda > INT_MAX || ldb > INT_MAX || ldc > INT_MAX)
        return ODAMV_DOMAIN;
    run->depth = 0;
    run->done = (struct matmul_counts){0};
    push(run, (struct frame){.a = a,
                             .b = b,
                             .c = c,
                             .lda = lda,
                             .ldb = ldb,
                             .ldc = ldc,
                             .m = s->m,
                             .k = s->k,
                             .p = s->p,
                             .alpha = 1,
                             .fresh = s->overwrite,
                             .leaf = !run->plan->levels});
    return ODAMV_OK;
}

/* Element (i, j) of the operand, wherever its orientation puts it. */
static const double *entry_a(const struct matmul_run *run, const struct frame *f, size_t i,
                             size_t j)
{
    return run->plan->shape.trans_a ? f->a + j * f->lda + i : f->a + i * f->lda + j;
}
static const double *entry_b(const struct matmul_run *run, const struct frame *f, size_t i,
                             size_t j)
{
    return run->plan->shape.trans_b ? f->b + j * f->ldb + i : f->b + i * f->ldb + j;
}

/* The matrix at a place of a frame's side, to be read on sides A and B. */
static struct matmul_source operand(const struct matmul_run *run, const struct frame *f,
                                    enum matmul_side side, struct matmul_place place)
{
    const struct matmul_level *l = &run->plan->level[f->level];
    const struct matmul_program *p = run->plan->program;
    if (place.slot)
        return (struct matmul_source){run->slots[f->level][side] + place.index * l->slot[side],
                                      side == SIDE_A ? l->lda : l->ldb, 1};
    size_t across = side == SIDE_A ? p->k : p->n;
    size_t i = place.index / across, j = place.index % across;
    if (side == SIDE_A)
        return (struct matmul_source){entry_a(run, f, i * l->bm, j * l->bk), f->lda, 1};
    return (struct matmul_source){entry_b(run, f, i * l->bk, j * l->bp), f->ldb, 1};
}

/* The same, to be written to: slots, and blocks of C. */
static struct matmul_target target(struct matmul_run *run, struct frame *f, enum matmul_side side,
                                   struct matmul_place place)
{
    const struct matmul_level *l = &run->plan->level[f->level];
    const size_t strides[3] = {l->lda, l->ldb, l->ldc};
    if (place.slot)
        return (struct matmul_target){run->slots[f->level][side] + place.index * l->slot[side],
                                      strides[side], 1, false};
    size_t i = place.index / run->plan->program->n, j = place.index % run->plan->program->n;
    return (struct matmul_target){f->c + i * l->bm * f->ldc + j * l->bp, f->ldc, 1, false};
}

/* --- one step ------------------------------------------------------------------------------ */

/* The next tile of a leaf. */
static double leaf_step(struct matmul_run *run, struct frame *f)
{
    const struct matmul_shape *s = &run->plan->shape;
    size_t m = f->m - f->i < f->tile_m ? f->m - f->i : f->tile_m;
    size_t p = f->p - f->j < f->tile_p ? f->p - f->j : f->tile_p;
    cblas_dgemm(CblasRowMajor, s->trans_a ? CblasTrans : CblasNoTrans,
                s->trans_b ? CblasTrans : CblasNoTrans, (int)m, (int)p, (int)f->k, f->alpha,
                entry_a(run, f, f->i, 0), (int)f->lda, entry_b(run, f, 0, f->j), (int)f->ldb,
                f->fresh ? 0 : 1, f->c + f->i * f->ldc + f->j, (int)f->ldc);
    const struct matmul_counts done =
        matmul_leaf_counts((double)m, (double)f->k, (double)p, f->fresh);
    matmul_counts_madd(&run->done, 1, &done);
    run->done.leaves += !f->i && !f->j;
    f->j += p;
    if (f->j == f->p)
        f->j = 0, f->i += m;
    if (f->i == f->m)
        run->depth--;
    return matmul_counts_work(&done);
}

static void gather_rows(struct matmul_run *run, struct frame *f, const struct matmul_step *step,
                        size_t count, size_t cols)
{
    const struct matmul_term *term = run->plan->program->term + step->term;
    struct matmul_target to = target(run, f, step->side, step->place);
    to.at += f->row * to.stride;
    for (size_t t = 0; t < step->terms; t++) {
        struct matmul_source *from = &run->source[t];
        *from = operand(run, f, step->side, term[t].place);
        from->at += f->row * from->stride;
        from->c = term[t].c;
    }
    matmul_gather(run->pool, &to, run->source, step->terms, count, cols);
}

static void scatter_rows(struct matmul_run *run, struct frame *f, const struct matmul_step *step,
                         size_t count, size_t cols)
{
    const struct matmul_term *term = run->plan->program->term + step->term;
    const struct matmul_target slot = target(run, f, step->side, step->place);
    const struct matmul_source from = {slot.at + f->row * slot.stride, slot.stride, 1};
    for (size_t t = 0; t < step->terms; t++) {
        struct matmul_target *to = &run->target[t];
        *to = target(run, f, step->side, term[t].place);
        to->at += f->row * to->stride;
        to->c = term[t].c;
        to->first = matmul_step_fresh(term[t].first, term[t].place, f->fresh);
    }
    matmul_scatter(run->pool, run->target, step->terms, &from, count, cols);
}

/* Rows of a linear combination, as many as the budget asks for. */
static double combine_step(struct matmul_run *run, struct frame *f, const struct matmul_step *step,
                           double budget)
{
    const struct matmul_program *p = run->plan->program;
    size_t rows, cols;
    matmul_plan_stored(run->plan, &run->plan->level[f->level], step->side, &rows, &cols);
    double per_row = matmul_step_work(p, step, f->fresh) * (double)cols;
    double ask = ceil(budget / per_row); /* at least 1: there is work to do and budget for some */
    size_t count = ask < (double)(rows - f->row) ? (size_t)ask : rows - f->row;
    (step->verb == GATHER ? gather_rows : scatter_rows)(run, f, step, count, cols);
    struct matmul_counts done = matmul_step_counts(p, step, f->fresh, (double)count * (double)cols);
    matmul_counts_madd(&run->done, 1, &done);
    f->row += count;
    if (f->row == rows)
        f->row = 0, f->step++;
    return per_row * (double)count;
}

static void enter_product(struct matmul_run *run, struct frame *f, const struct matmul_step *step)
{
    const struct matmul_level *l = &run->plan->level[f->level];
    const struct matmul_source a = operand(run, f, SIDE_A, step->a);
    const struct matmul_source b = operand(run, f, SIDE_B, step->b);
    const struct matmul_target c = target(run, f, SIDE_C, step->place);
    f->step++;
    push(run, (struct frame){.a = a.at,
                             .b = b.at,
                             .c = c.at,
                             .lda = a.stride,
                             .ldb = b.stride,
                             .ldc = c.stride,
                             .m = l->bm,
                             .k = l->bk,
                             .p = l->bp,
                             .alpha = f->alpha * step->alpha,
                             .fresh = matmul_step_fresh(step->first, step->place, f->fresh),
                             .leaf = f->level + 1 == run->plan->levels,
                             .level = f->level + 1});
}

/* What the core left over: inner indices, then columns, then rows. */
static void enter_peeled(struct matmul_run *run, struct frame *f)
{
    const struct matmul_level *l = &run->plan->level[f->level];
    const struct matmul_program *p = run->plan->program;
    size_t m = l->bm * p->m, k = l->bk * p->k, n = l->bp * p->n;
    struct frame rest = *f;
    rest.leaf = true;
    switch (f->step++ - p->steps) {
    case 0:
        rest.a = entry_a(run, f, 0, k), rest.b = entry_b(run, f, k, 0);
        rest.m = m, rest.k = f->k - k, rest.p = n, rest.fresh = false;
        break;
    case 1:
        rest.b = entry_b(run, f, 0, n), rest.c = f->c + n;
        rest.m = m, rest.p = f->p - n;
        break;
    case 2:
        rest.a = entry_a(run, f, m, 0), rest.c = f->c + m * f->ldc;
        rest.m = f->m - m;
        break;
    default:
        run->depth--;
        return;
    }
    if (rest.m && rest.k && rest.p)
        push(run, rest);
}

double matmul_run_step(struct matmul_run *run, double budget)
{
    double done = 0;
    while (run->depth && done < budget) {
        struct frame *f = &run->frame[run->depth - 1];
        const struct matmul_program *p = run->plan->program;
        if (f->leaf)
            done += leaf_step(run, f);
        else if (f->step >= p->steps)
            enter_peeled(run, f);
        else if (p->step[f->step].verb == PRODUCT)
            enter_product(run, f, &p->step[f->step]);
        else
            done += combine_step(run, f, &p->step[f->step], budget - done);
    }
    return done;
}

bool matmul_run_finished(const struct matmul_run *run)
{
    return !run->depth;
}

const struct matmul_counts *matmul_run_counts(const struct matmul_run *run)
{
    return &run->done;
}

enum odamv_status matmul_run_whole(struct matmul_run *run, const double *a, size_t lda,
                                   const double *b, size_t ldb, double *c, size_t ldc)
{
    enum odamv_status status = matmul_run_begin(run, a, lda, b, ldb, c, ldc);
    if (!status)
        matmul_run_step(run, INFINITY);
    return status;
}
