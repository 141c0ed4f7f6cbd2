/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hmv_run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/ground/allocate.h"
#include "reductions/boolean/bool_read.h"

struct hmv_work {
    const struct hmv_run_request *request;
    struct hmv_run *run;
    struct say *say;
    struct bitmatrix m, v;
    struct bitcells hints[HMV_RUN_HINTS_MAX];
    struct hmv_prepared prepared; /* of these two at most one is not zero */
    struct hmv_hinted hinted;
    struct verify verify;
    enum verdict *bits; /* n1 */
    bool stopped;
};

/* --- input ------------------------------------------------------------------------------------ */

static enum status read_hint(struct hmv_work *w, size_t h)
{
    const struct hmv_run_request *q = w->request;
    struct bitmatrix p;
    struct bitcells all = {0};
    enum status status = bool_read(q->p_files[h], &p, w->say);
    if (status != STATUS_OK)
        return status;
    status = hmv_check_hint(&w->run->shape, p.rows, p.cols, w->say);
    if (status == STATUS_OK)
        status = bitcells_open(&p, &all, w->say);
    bitmatrix_free(&p);
    if (status == STATUS_OK)
        status = bitcells_select(&all, &q->p_rows, &q->p_cols, &w->hints[h], w->say);
    bitcells_free(&all);
    if (status == STATUS_OK && q->gadget->accept)
        status = q->gadget->accept(&w->hints[h], w->say);
    w->run->nonzeros[h] = w->hints[h].count;
    return status == STATUS_OK ? status : say_where(w->say, status, q->p_files[h]);
}

static enum status read_input(struct hmv_work *w)
{
    const struct hmv_run_request *q = w->request;
    void *bits = NULL;
    enum status status = bool_read(q->m_file, &w->m, w->say);
    if (status == STATUS_OK)
        status = bool_read(q->v_file, &w->v, w->say);
    if (status != STATUS_OK)
        return status;
    status = hmv_check(&w->m, &w->v, w->say);
    if (status != STATUS_OK)
        return say_where(w->say, status, w->m.rows && w->m.cols ? q->v_file : q->m_file);
    w->run->shape = (struct hmv_shape){w->m.rows, w->m.cols, w->v.rows, w->v.cols};
    if (!q->all && q->column >= w->v.cols)
        return say_fail(w->say, STATUS_BAD, "%s: no column %zu, expected one from 0 to %zu",
                        q->v_file, q->column, w->v.cols - 1);
    if (q->one_row && q->row >= w->m.rows)
        return say_fail(w->say, STATUS_BAD, "%s: no row %zu, expected one from 0 to %zu", q->m_file,
                        q->row, w->m.rows - 1);
    for (size_t h = 0; h < q->p_count && status == STATUS_OK; h++)
        status = read_hint(w, h);
    if (status == STATUS_OK)
        status = allocate_zeros(w->m.rows, 1, sizeof *w->bits, "hmv", &bits, w->say);
    w->bits = bits;
    return status;
}

/* --- phases ----------------------------------------------------------------------------------- */

static enum status answer_columns(struct hmv_work *w, size_t hint)
{
    const struct hmv_run_request *q = w->request;
    size_t first = q->all ? 0 : q->column, last = q->all ? w->v.cols : q->column + 1;
    enum status status = STATUS_OK;
    for (size_t i = first; i < last && status == STATUS_OK && !w->stopped; i++) {
        struct bit_summary summary;
        status = q->one_row ? hmv_entry(&w->hinted, q->row, i, w->bits + q->row, &summary, w->say)
                            : hmv_column(&w->hinted, i, w->bits, &summary, w->say);
        if (status != STATUS_OK)
            break;
        bit_summary_merge(&w->run->outcome.total, &summary);
        w->run->columns++;
        status = verify_column(&w->verify, i, w->bits, w->say);
        if (status == STATUS_OK && q->answered)
            w->stopped = !q->answered(q->context, w->run, hint, i, w->bits, &summary);
    }
    return status;
}

static void add_bounds(struct hmv_work *w, size_t nnz)
{
    struct hmv_bounds b, *t = &w->run->bounds;
    hmv_bounds(w->request->gadget, &w->run->shape, nnz, w->request->all ? w->v.cols : 1,
               w->run->outcome.threshold, &b);
    if (w->request
            ->one_row) { /* of which the theorem charges one entry, and no conjecture speaks */
        struct hmv_charge charge;
        w->request->gadget->charge(&w->run->shape, nnz, &charge);
        b.theorem[2] /= (double)charge.queries_column;
        b.own[2] /= (double)charge.queries_column;
        b.columns = NAN;
    }
    t->theorem[0] = b.theorem[0];
    t->theorem[1] += b.theorem[1];
    t->theorem[2] += b.theorem[2];
    t->own[0] = b.own[0];
    t->own[1] += b.own[1];
    t->own[2] += b.own[2];
    t->hint_least += b.hint_least;
    t->hint_most += b.hint_most;
    t->columns += b.columns;
}

/* One P: hint, columns, and unless it is the last one its retraction. */
static enum status run_hint(struct hmv_work *w, size_t h)
{
    enum status status = hmv_hint(&w->prepared, &w->hints[h], &w->hinted, w->say);
    if (status == STATUS_OK)
        status = verify_hint(&w->verify, &w->hints[h], w->say);
    if (status == STATUS_OK)
        status = answer_columns(w, h);
    if (status != STATUS_OK)
        return status;
    add_bounds(w, w->hints[h].count);
    w->run->hints++;
    if (h + 1 < w->request->p_count && !w->stopped)
        return hmv_retract(&w->hinted, &w->prepared, w->say);
    memcpy(w->run->phases, hmv_phases_hinted(&w->hinted), sizeof w->run->phases);
    return STATUS_OK;
}

static enum status run_phases(struct hmv_work *w)
{
    const struct hmv_run_request *q = w->request;
    struct odamv_options options;
    struct hmv_charge charge;
    enum status status = verify_open(&w->verify, q->setting.baseline, &w->m, &w->v, w->say);
    q->gadget->charge(&w->run->shape, 0, &charge);
    options = outcome_begin(&w->run->outcome, &q->setting, charge.n);
    const struct hmv_input input = {q->gadget, q->setting.engine, &options, &w->m, &w->v};
    if (q->one_row) {
        w->verify.from = q->row;
        w->verify.to = q->row + 1;
    }
    if (status == STATUS_OK)
        status = hmv_prepare(&input, &w->prepared, w->say);
    for (size_t h = 0; h < q->p_count && status == STATUS_OK && !w->stopped; h++)
        status = run_hint(w, h);
    w->run->outcome.verified = w->verify.result;
    return status;
}

enum status hmv_run(const struct hmv_run_request *request, struct hmv_run *run, struct say *say)
{
    struct hmv_work *w = calloc(1, sizeof *w);
    enum status status;
    *run = (struct hmv_run){0};
    if (!w)
        return say_fail(say, STATUS_MACHINE, "hmv: no memory");
    w->request = request;
    w->run = run;
    w->say = say;
    status = read_input(w);
    if (status == STATUS_OK)
        status = run_phases(w);
    hmv_close_hinted(&w->hinted);
    hmv_close_prepared(&w->prepared);
    verify_close(&w->verify);
    for (size_t h = 0; h < request->p_count; h++)
        bitcells_free(&w->hints[h]);
    bitmatrix_free(&w->m);
    bitmatrix_free(&w->v);
    free(w->bits);
    free(w);
    return status;
}
