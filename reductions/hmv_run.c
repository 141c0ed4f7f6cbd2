/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hmv_run.c: hinted Mv from files. See hmv_run.h.
 */
#include "hmv_run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reductions/boolean/bool_read.h"

struct work {
    const struct hmv_run_request *request;
    struct hmv_run *run;
    char *message;
    size_t size;
    struct bitmatrix m, v;
    struct bitcells hints[HMV_RUN_HINTS_MAX];
    struct hmv_prepared prepared; /* of these two at most one is not zero */
    struct hmv_hinted hinted;
    struct verify verify;
    enum verdict *bits; /* n1 */
    bool stopped;
};

/* --- input ------------------------------------------------------------------------------------ */

static enum reduction_status read_hint(struct work *w, size_t h)
{
    const struct hmv_run_request *q = w->request;
    struct bitmatrix p;
    enum reduction_status status = bool_read(q->p_files[h], &p, w->message, w->size);
    if (status != REDUCTION_OK)
        return status;
    status = hmv_check_hint(&w->run->shape, p.rows, p.cols, w->message, w->size);
    if (status == REDUCTION_OK)
        status = bitcells_open(&p, &w->hints[h], w->message, w->size);
    bitmatrix_free(&p);
    if (status == REDUCTION_OK && q->gadget->accept)
        status = q->gadget->accept(&w->hints[h], w->message, w->size);
    w->run->nonzeros[h] = w->hints[h].count;
    return status == REDUCTION_OK ? status
                                  : reduction_name_file(status, q->p_files[h], w->message, w->size);
}

static enum reduction_status read_input(struct work *w)
{
    const struct hmv_run_request *q = w->request;
    void *bits = NULL;
    enum reduction_status status = bool_read(q->m_file, &w->m, w->message, w->size);
    if (status == REDUCTION_OK)
        status = bool_read(q->v_file, &w->v, w->message, w->size);
    if (status != REDUCTION_OK)
        return status;
    status = hmv_check(&w->m, &w->v, w->message, w->size);
    if (status != REDUCTION_OK)
        return reduction_name_file(status, w->m.rows && w->m.cols ? q->v_file : q->m_file,
                                   w->message, w->size);
    w->run->shape = (struct hmv_shape){w->m.rows, w->m.cols, w->v.rows, w->v.cols};
    if (!q->all && q->column >= w->v.cols)
        return reduction_fail(REDUCTION_BAD, w->message, w->size,
                              "%s: no column %zu, expected one from 0 to %zu", q->v_file, q->column,
                              w->v.cols - 1);
    for (size_t h = 0; h < q->p_count && status == REDUCTION_OK; h++)
        status = read_hint(w, h);
    if (status == REDUCTION_OK)
        status = reduction_zeros(w->m.rows, 1, sizeof *w->bits, "hmv", &bits, w->message, w->size);
    w->bits = bits;
    return status;
}

/* --- phases ----------------------------------------------------------------------------------- */

static enum reduction_status answer_columns(struct work *w, size_t hint)
{
    const struct hmv_run_request *q = w->request;
    size_t first = q->all ? 0 : q->column, last = q->all ? w->v.cols : q->column + 1;
    enum reduction_status status = REDUCTION_OK;
    for (size_t i = first; i < last && status == REDUCTION_OK && !w->stopped; i++) {
        struct bit_summary summary;
        status = hmv_column(&w->hinted, i, w->bits, &summary, w->message, w->size);
        if (status != REDUCTION_OK)
            break;
        bit_summary_merge(&w->run->outcome.total, &summary);
        w->run->columns++;
        status = verify_column(&w->verify, i, w->bits, w->message, w->size);
        if (status == REDUCTION_OK && q->answered)
            w->stopped = !q->answered(q->context, w->run, hint, i, w->bits, &summary);
    }
    return status;
}

static void add_bounds(struct work *w, size_t nnz)
{
    struct hmv_bounds b, *t = &w->run->bounds;
    hmv_bounds(w->request->gadget, &w->run->shape, nnz, w->request->all ? w->v.cols : 1, &b);
    t->theorem[0] = b.theorem[0];
    t->theorem[1] += b.theorem[1];
    t->theorem[2] += b.theorem[2];
    t->hint_least += b.hint_least;
    t->hint_most += b.hint_most;
    t->columns += b.columns;
}

/* One P: hint, columns, and unless it is the last one its retraction. */
static enum reduction_status run_hint(struct work *w, size_t h)
{
    enum reduction_status status =
        hmv_hint(&w->prepared, &w->hints[h], &w->hinted, w->message, w->size);
    if (status == REDUCTION_OK)
        status = verify_hint(&w->verify, &w->hints[h], w->message, w->size);
    if (status == REDUCTION_OK)
        status = answer_columns(w, h);
    if (status != REDUCTION_OK)
        return status;
    add_bounds(w, w->hints[h].count);
    w->run->hints++;
    if (h + 1 < w->request->p_count && !w->stopped)
        return hmv_retract(&w->hinted, &w->prepared, w->message, w->size);
    memcpy(w->run->phases, hmv_phases_hinted(&w->hinted), sizeof w->run->phases);
    return REDUCTION_OK;
}

static enum reduction_status run_phases(struct work *w)
{
    const struct hmv_run_request *q = w->request;
    struct odamv_options options;
    struct hmv_charge charge;
    enum reduction_status status =
        verify_open(&w->verify, q->setting.baseline, &w->m, &w->v, w->message, w->size);
    q->gadget->charge(&w->run->shape, 0, &charge);
    options = outcome_begin(&w->run->outcome, &q->setting, charge.n);
    if (status == REDUCTION_OK)
        status = hmv_prepare(q->gadget, q->setting.engine, &options, &w->m, &w->v, &w->prepared,
                             w->message, w->size);
    for (size_t h = 0; h < q->p_count && status == REDUCTION_OK && !w->stopped; h++)
        status = run_hint(w, h);
    w->run->outcome.verified = w->verify.result;
    return status;
}

enum reduction_status hmv_run(const struct hmv_run_request *request, struct hmv_run *run,
                              char *message, size_t size)
{
    struct work *w = calloc(1, sizeof *w);
    enum reduction_status status;
    *run = (struct hmv_run){0};
    if (!w)
        return reduction_fail(REDUCTION_MACHINE, message, size, "hmv: no memory");
    w->request = request;
    w->run = run;
    w->message = message;
    w->size = size;
    status = read_input(w);
    if (status == REDUCTION_OK)
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
