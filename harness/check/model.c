/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model.h"

#include <math.h>
#include <stdlib.h>

#include "engines/oracle/oracle.h"
#include "harness/ground/allocate.h"

static double peak(const double *x, size_t count)
{
    double largest = 0;
    for (size_t e = 0; e < count; e++)
        largest = fmax(largest, fabs(x[e]));
    return largest;
}

void model_open(struct model *model, const struct odamv_problem *problem)
{
    const size_t m = problem->m, n = problem->n, d = problem->d, p = problem->p;
    *model = (struct model){.problem = *problem,
                            .q = allocate_copy(problem->q, m * d, sizeof(double)),
                            .k = allocate_copy(problem->k, n * d, sizeof(double)),
                            .v = allocate_copy(problem->v, n * p, sizeof(double)),
                            .q_peak = peak(problem->q, m * d),
                            .k_peak = peak(problem->k, n * d)};
    model->problem.q = model->q;
    model->problem.k = model->k;
    model->problem.v = model->v;
}

void model_close(struct model *model)
{
    free(model->q);
    free(model->k);
    free(model->v);
    *model = (struct model){0};
}

double *model_entry(const struct model *model, const struct trace_op *op)
{
    return trace_entry(op, &model->problem, model->q, model->k, model->v);
}

/* |scale <x, y>| <= ODAMV_LOGIT_MAX, decided exactly. */
static bool logit_fits(size_t d, double scale, const double *x, const double *y)
{
    arf_t sum, a, b;
    bool fits;
    arf_init(sum);
    arf_init(a);
    arf_init(b);
    for (size_t f = 0; f < d; f++) {
        arf_set_d(a, x[f]);
        arf_set_d(b, y[f]);
        arf_addmul(sum, a, b, ARF_PREC_EXACT, ARF_RND_DOWN);
    }
    arf_set_d(a, scale);
    arf_mul(sum, sum, a, ARF_PREC_EXACT, ARF_RND_DOWN);
    arf_set_d(b, ODAMV_LOGIT_MAX);
    fits = arf_cmpabs(sum, b) <= 0;
    arf_clear(b);
    arf_clear(a);
    arf_clear(sum);
    return fits;
}

static bool logits_fit(const struct model *model, const double *row, const double *others,
                       size_t count)
{
    const size_t d = model->problem.d;
    const double scale = model->problem.scale;
    if (fabs(scale) * (double)d * model->q_peak * model->k_peak <= ODAMV_LOGIT_MAX / 2)
        return true;
    for (size_t r = 0; r < count; r++)
        if (!logit_fits(d, scale, row, others + r * d))
            return false;
    return true;
}

bool model_is_legal(const struct model *model)
{
    const struct odamv_problem *a = &model->problem;
    for (size_t i = 0; i < a->m; i++)
        if (!logits_fit(model, model->q + i * a->d, model->k, a->n))
            return false;
    return true;
}

static enum odamv_status set_feature(struct model *model, bool of_q, size_t row, double *entry,
                                     double value)
{
    const struct odamv_problem *a = &model->problem;
    double *peak_of = of_q ? &model->q_peak : &model->k_peak;
    const double before = *entry, peak_before = *peak_of;
    if (!(fabs(value) <= ODAMV_FEATURE_MAX))
        return ODAMV_DOMAIN;
    *entry = value;
    *peak_of = fmax(peak_before, fabs(value));
    if (of_q ? logits_fit(model, model->q + row * a->d, model->k, a->n)
             : logits_fit(model, model->k + row * a->d, model->q, a->m))
        return ODAMV_OK;
    *entry = before;
    *peak_of = peak_before;
    return ODAMV_DOMAIN;
}

enum odamv_status model_step(struct model *model, const struct trace_op *op, double *value)
{
    double *entry, after;
    if (trace_asks(op))
        return ODAMV_OK;
    const enum trace_matrix matrix = trace_forms[op->kind].matrix;
    entry = model_entry(model, op);
    after = trace_adds(op) ? *entry + op->value : op->value;
    if (value)
        *value = after;
    if (matrix != TRACE_V)
        return set_feature(model, matrix == TRACE_Q, op->i, entry, after);
    if (!(fabs(after) <= ODAMV_VALUE_MAX))
        return ODAMV_DOMAIN;
    *entry = after;
    return ODAMV_OK;
}

double model_logit(const struct model *model, size_t i, size_t s, double *size)
{
    const struct odamv_problem *a = &model->problem;
    double logit = 0;
    *size = 0;
    for (size_t f = 0; f < a->d; f++) {
        const double term = model->q[i * a->d + f] * model->k[s * a->d + f] * a->scale;
        logit += term;
        *size += fabs(term);
    }
    return logit;
}

double model_row_reach(const struct model *model, size_t i)
{
    const struct odamv_problem *a = &model->problem;
    double reach = 0;
    for (size_t s = 0; s < a->n; s++) {
        long double logit = 0;
        for (size_t f = 0; f < a->d; f++)
            logit += (long double)model->q[i * a->d + f] * model->k[s * a->d + f];
        reach = fmax(reach, fabs((double)(logit * a->scale)));
    }
    return reach;
}
