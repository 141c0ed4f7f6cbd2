/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "omv_run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/ground/allocate.h"
#include "reductions/boolean/bool_read.h"

struct omv_work {
    const struct omv_run_request *request;
    struct omv_run *run;
    struct say *say;
    struct bitmatrix a, u, left;
    struct omv *omv;
    struct oumv *oumv;
    struct verify verify;
    bool *vector, *row; /* n2, n1 */
    enum verdict *bits; /* n1 */
};

static enum status read_input(struct omv_work *w)
{
    const struct omv_run_request *q = w->request;
    void *vector = NULL, *row = NULL, *bits = NULL;
    enum status status = bool_read(q->a_file, &w->a, w->say);
    if (status == STATUS_OK)
        status = bool_read(q->u_file, &w->u, w->say);
    if (status == STATUS_OK && q->w_file)
        status = bool_read(q->w_file, &w->left, w->say);
    if (status != STATUS_OK)
        return status;
    if (!w->a.rows || !w->a.cols)
        return say_fail(w->say, STATUS_BAD,
                        "%.300s: A is %zu x %zu, expected at least one row and one column",
                        q->a_file, w->a.rows, w->a.cols);
    if (w->u.rows != w->a.cols)
        return say_fail(w->say, STATUS_BAD,
                        "%.300s: U has %zu rows, expected %zu, the columns of A", q->u_file,
                        w->u.rows, w->a.cols);
    if (q->w_file && (w->left.cols != w->a.rows || w->left.rows != w->u.cols))
        return say_fail(
            w->say, STATUS_BAD,
            "%.300s: W is %zu x %zu, expected %zu x %zu, the columns of U and the rows of A",
            q->w_file, w->left.rows, w->left.cols, w->u.cols, w->a.rows);
    if (q->hinted && !w->u.cols)
        return say_fail(w->say, STATUS_BAD, "%.300s: U has no columns, expected at least one",
                        q->u_file);
    w->run->n1 = w->a.rows;
    w->run->n2 = w->a.cols;
    w->run->vectors = w->u.cols;
    status = allocate_zeros(w->a.cols, 1, sizeof *w->vector, "omv", &vector, w->say);
    if (status == STATUS_OK)
        status = allocate_zeros(w->a.rows, 1, sizeof *w->bits, "omv", &bits, w->say);
    if (status == STATUS_OK)
        status = allocate_zeros(w->a.rows, 1, sizeof *w->row, "omv", &row, w->say);
    w->row = row;
    w->vector = vector;
    w->bits = bits;
    return status;
}

/* The direct product is hinted Mv with P = I and V = U. */
static enum status open_direct(struct omv_work *w)
{
    struct bitcells identity = {.rows = w->a.cols, .cols = w->a.cols, .count = w->a.cols};
    void *cells;
    enum status status =
        verify_open(&w->verify, w->request->setting.baseline, &w->a, &w->u, w->say);
    if (status == STATUS_OK)
        status = allocate_zeros(w->a.cols, 1, sizeof(struct bitcell), "omv", &cells, w->say);
    if (status != STATUS_OK)
        return status;
    identity.cells = cells;
    for (size_t k = 0; k < identity.count; k++)
        identity.cells[k] = (struct bitcell){k, k};
    status = verify_hint(&w->verify, &identity, w->say);
    bitcells_free(&identity);
    return status;
}

/* The bit w A u against the bits of A u, which the direct product has just given. */
static void verify_pair(struct omv_work *w, size_t t)
{
    struct verify *v = &w->verify;
    bool truth = false;
    for (size_t j = 0; v->baseline && j < w->a.rows; j++)
        truth |= v->truth[j] && w->row[j];
    if (v->baseline && w->bits[0] == (truth ? VERDICT_NO : VERDICT_YES) && !v->result.wrong++)
        v->result.wrong_column = t;
}

static enum status ask(struct omv_work *w, size_t t, struct bit_summary *summary, size_t *updates)
{
    for (size_t k = 0; k < w->u.rows; k++)
        w->vector[k] = bitmatrix_get(&w->u, k, t);
    for (size_t j = 0; w->oumv && j < w->a.rows; j++)
        w->row[j] = bitmatrix_get(&w->left, t, j);
    *updates = 0;
    if (w->oumv)
        return oumv_answer(w->oumv, w->row, w->vector, w->bits, summary, updates, w->say);
    if (w->request->hinted)
        return omv_column(w->omv, t, w->bits, summary, w->say);
    return omv_answer(w->omv, w->vector, w->bits, summary, updates, w->say);
}

static enum status answer_vector(struct omv_work *w, size_t t, bool *more)
{
    const struct omv_run_request *q = w->request;
    struct bit_summary summary;
    size_t updates;
    enum status status = ask(w, t, &summary, &updates);
    if (status != STATUS_OK)
        return status;
    bit_summary_merge(&w->run->outcome.total, &summary);
    w->run->done++;
    status = verify_column(&w->verify, t, w->bits, w->say);
    if (w->oumv && status == STATUS_OK)
        verify_pair(w, t);
    if (status == STATUS_OK && q->answered)
        *more = q->answered(q->context, w->run, t, w->bits, &summary, updates);
    return status;
}

static enum status run_vectors(struct omv_work *w)
{
    const struct omv_run_request *q = w->request;
    const struct odamv_options options =
        outcome_begin(&w->run->outcome, &q->setting, w->a.cols + (q->w_file != NULL));
    bool more = true;
    size_t updates;
    enum status status = open_direct(w);
    if (q->w_file)
        w->verify.to = 0; /* verify_pair compares */
    if (status == STATUS_OK && q->w_file)
        status = oumv_open(q->setting.engine, &options, &w->a, &w->oumv, w->say);
    else if (status == STATUS_OK)
        status = omv_open(q->setting.engine, &options, &w->a, q->hinted ? w->u.cols : 1, &w->omv,
                          w->say);
    if (status == STATUS_OK && q->hinted)
        status = omv_hint(w->omv, &w->u, &updates, w->say);
    for (size_t t = 0; status == STATUS_OK && t < w->u.cols && more; t++)
        status = answer_vector(w, t, &more);
    w->run->outcome.verified = w->verify.result;
    return status;
}

static void finish(struct omv_work *w)
{
    struct omv_run *run = w->run;
    double n1 = (double)run->n1, n2 = (double)run->n2;
    memcpy(run->phases, w->oumv ? oumv_phases(w->oumv) : omv_phases(w->omv), sizeof run->phases);
    if (w->oumv) {
        for (int x = 0; x < OMV_PHASES; x++)
            run->theorem[x] = NAN;
        return;
    }
    run->theorem[0] = n1 * n2 * n2 + n1 * n2 * (w->request->hinted ? (double)run->vectors : 1);
    run->theorem[1] = (double)run->phases[1].updates * n1;
    run->theorem[2] = (double)run->done * n1 * (double)run->outcome.threshold;
}

enum status omv_run(const struct omv_run_request *request, struct omv_run *run, struct say *say)
{
    struct omv_work w = {.request = request, .run = run, .say = say};
    enum status status;
    *run = (struct omv_run){0};
    status = read_input(&w);
    if (status == STATUS_OK)
        status = run_vectors(&w);
    if (status == STATUS_OK)
        finish(&w);
    omv_close(w.omv);
    oumv_close(w.oumv);
    verify_close(&w.verify);
    bitmatrix_free(&w.a);
    bitmatrix_free(&w.u);
    bitmatrix_free(&w.left);
    free(w.row);
    free(w.vector);
    free(w.bits);
    return status;
}
