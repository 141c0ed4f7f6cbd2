/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From C, what is pending, and the error accounts of attention.h to answers with bounds.
 *
 * With N the computed numerator, E its error, D the row sum and eta the mean relative error of the
 * weights (weights.h), the answer B = N / D is within
 *     E / D + eta (max_s |V_sj| + |B|) + 4 UNIT |B|
 * of the exact one, and both lie in the hull of the column, to which B is clamped; paper-notes has
 * the derivation. Factors 1.01 cover the rounding of the bound itself, NUMERATOR_LEAST (attention.h)
 * what underflows.
 */
#include "answer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum odamv_status answer_quotient(const struct weights *w, const struct values *v, bool normalised,
                                  const struct numerator *x, struct odamv_answer *out)
{
    const double sum = w->sum_hi[x->i], low = v->low[x->j], high = v->high[x->j];
    const double top = fmax(fabs(low), fabs(high)), eta = weights_error(w, x->i);
    const double error = x->error + (double)w->logits.n * top * 0x1p-1000;
    const bool known = eta < 0x1p-10;
    if (!normalised) {
        double bound = (error + eta * sum * top) * 1.01;
        *out = (struct odamv_answer){x->value, known ? bound : INFINITY};
        return row_unshift(w->shift[x->i], out);
    }
    double value = fmin(fmax(x->value / sum, low), high);
    double hull = fmax(high - value, value - low) * 1.001 + 0x1p-1070;
    double bound = (error / sum + eta * (top + fabs(value))) * 1.01 +
                   (4 * UNIT + weights_sum_error(w)) * fabs(value) + 0x1p-1070;
    *out = (struct odamv_answer){value, known ? fmin(bound, hull) : hull};
    return ODAMV_OK;
}

/* Terms are sums of `terms` rounded products of rounded factors, then added to C. */
static enum odamv_status from_c(const struct attention *a, size_t i, size_t j, double pending,
                                double magnitude, double terms, struct odamv_answer *out)
{
    const double c = a->numerators.c[j * a->weights.logits.ld + i];
    const struct numerator x = {.i = i,
                                .j = j,
                                .value = c + pending,
                                .error = attention_error(a, i, j) +
                                         (terms + 4) * (UNIT * 1.01) * (fabs(c) + magnitude)};
    return answer_quotient(&a->weights, &a->values, a->normalised, &x, out);
}

enum odamv_status answer_prepared(struct weights *w, const struct values *v, bool normalised,
                                  size_t j, struct odamv_answer *out)
{
    values_column(v, j, w->row.v);
    return row_answer(&w->row, normalised, out);
}

/* The same with the values that are pending. */
static enum odamv_status answer_marked(struct attention *a, const struct pending_source *pending,
                                       const void *engine, size_t j, struct odamv_answer *out)
{
    struct row *row = &a->weights.row;
    values_column(&a->values, j, row->v);
    if (pending)
        pending->overlay(engine, j, row->v);
    return row_answer(row, a->normalised, out);
}

enum odamv_status answer_entry(struct attention *a, const struct pending_source *pending,
                               const void *engine, size_t i, size_t j, struct odamv_answer *out)
{
    struct weights *w = &a->weights;
    if (i >= w->logits.m || j >= a->values.p)
        return ODAMV_DOMAIN;
    if (w->marked[i]) {
        weights_prepare_row(w, i);
        row_count(&w->counts, (double)w->logits.n, 1, 1);
        return answer_marked(a, pending, engine, j, out);
    }
    double sum = 0, magnitude = 0;
    double terms = pending ? pending->entry(engine, i, j, &sum, &magnitude) : 0;
    answer_count(&w->counts, 1);
    return from_c(a, i, j, sum, magnitude, terms, out);
}

enum odamv_status answer_column(struct attention *a, const struct pending_source *pending,
                                const void *engine, size_t j, struct odamv_answer *out)
{
    struct weights *w = &a->weights;
    if (j >= a->values.p)
        return ODAMV_DOMAIN;
    memset(a->workspace.pending, 0, w->logits.ld * sizeof *a->workspace.pending);
    memset(a->workspace.magnitude, 0, w->logits.ld * sizeof *a->workspace.magnitude);
    double terms = pending
                       ? pending->column(engine, j, a->workspace.pending, a->workspace.magnitude)
                       : 0,
           marked = 0;
    for (size_t i = 0; i < w->logits.m; i++) {
        enum odamv_status status;
        if (w->marked[i]) {
            weights_prepare_row(w, i);
            status = answer_marked(a, pending, engine, j, out + i);
            marked++;
        } else {
            status =
                from_c(a, i, j, a->workspace.pending[i], a->workspace.magnitude[i], terms, out + i);
        }
        if (status != ODAMV_OK)
            return status;
    }
    row_count(&w->counts, (double)w->logits.n, marked, marked);
    answer_count(&w->counts, (double)w->logits.m - marked);
    return ODAMV_OK;
}

enum odamv_status answer_row(struct attention *a, const struct pending_source *pending,
                             const void *engine, size_t i, struct odamv_answer *out)
{
    struct weights *w = &a->weights;
    if (i >= w->logits.m)
        return ODAMV_DOMAIN;
    const bool marked = w->marked[i];
    double terms = 0;
    if (marked) {
        weights_prepare_row(w, i);
        row_count(&w->counts, (double)w->logits.n, 1, (double)a->values.p);
    } else {
        memset(a->workspace.pending, 0, a->values.p * sizeof *a->workspace.pending);
        memset(a->workspace.magnitude, 0, a->values.p * sizeof *a->workspace.magnitude);
        terms = pending ? pending->row(engine, i, a->workspace.pending, a->workspace.magnitude) : 0;
        answer_count(&w->counts, (double)a->values.p);
    }
    for (size_t j = 0; j < a->values.p; j++) {
        enum odamv_status status = marked ? answer_marked(a, pending, engine, j, out + j)
                                          : from_c(a, i, j, a->workspace.pending[j],
                                                   a->workspace.magnitude[j], terms, out + j);
        if (status != ODAMV_OK)
            return status;
    }
    return ODAMV_OK;
}

void answer_count(struct odamv_counts *c, double answers)
{
    c->additions += answers * 19;
    c->multiplications += answers * 16;
}

/* C_ij and what is pending against sum_s w_is V_sj, for one row of which that is claimed. */
static bool check_row(const struct attention *a, const struct pending_source *pending,
                      const void *engine, struct row *row, size_t i, char *message, size_t size)
{
    const struct weights *w = &a->weights;
    weights_row(w, i, row);
    for (size_t j = 0; j < a->values.p; j++) {
        double c = a->numerators.c[j * w->logits.ld + i], sum = 0, magnitude = 0;
        double terms = pending ? pending->entry(engine, i, j, &sum, &magnitude) : 0;
        struct pair exact = {0, 0};
        values_column(&a->values, j, row->v);
        if (pending)
            pending->overlay(engine, j, row->v);
        for (size_t s = 0; s < row->n; s++)
            exact = pair_add_product(exact, row->w[s], row->v[s]);
        double apart = fabs((exact.hi - c) - sum + exact.lo);
        double allowed =
            attention_error(a, i, j) + (terms + 4) * (UNIT * 1.01) * (fabs(c) + magnitude);
        if (!(apart <= allowed) || !(fabs(c) <= a->numerators.peak[i] * 1.01 + NUMERATOR_LEAST)) {
            snprintf(message, size,
                     "C[%zu,%zu] = %.17g and pending %.17g miss %.17g by %g, allowed %g", i, j, c,
                     sum, exact.hi, apart, allowed);
            return false;
        }
    }
    return true;
}

bool answer_check(const struct attention *a, const struct pending_source *pending,
                  const void *engine, char *message, size_t size)
{
    struct row row;
    if (!weights_check(&a->weights, message, size) || !values_check(&a->values, message, size))
        return false;
    if (row_open(&row, a->weights.logits.n) != ODAMV_OK) {
        snprintf(message, size, "no memory for the check");
        return false;
    }
    bool whole = true;
    for (size_t i = 0; i < a->weights.logits.m && whole; i++)
        if (!a->weights.marked[i] && isfinite(weights_error(&a->weights, i)))
            whole = check_row(a, pending, engine, &row, i, message, size);
    row_close(&row);
    return whole;
}
