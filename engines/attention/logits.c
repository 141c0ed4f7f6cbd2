/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "logits.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engines/numerics/array.h"
#include "engines/numerics/exact_product.h"
#include "engines/numerics/pair.h"
#include "residue_product.h"

size_t logits_ld(size_t m)
{
    return (m + PANEL - 1) / PANEL * PANEL;
}

static double largest(size_t count, const double *x)
{
    double top = 0;
    for (size_t i = 0; i < count; i++)
        top = fmax(top, fabs(x[i]));
    return top;
}

static void transpose(size_t rows, size_t columns, const double *x, size_t ld, double *t)
{
    for (size_t c = 0; c < columns; c++) {
        for (size_t r = 0; r < rows; r++)
            t[c * ld + r] = x[r * columns + c];
        for (size_t r = rows; r < ld; r++)
            t[c * ld + r] = 0;
    }
}

/* By the multiplication that was chosen where that pays, else by slices. */
static enum odamv_status multiply(struct logits *l, const struct odamv_problem *problem,
                                  const struct odamv_options *options)
{
    enum odamv_status status = residue_product(problem, options, l->ld, l->hi, l->lo, l->error_key);
    l->fast = status != ODAMV_UNABLE;
    if (!l->fast)
        status = exact_product(problem, l->kernel, l->ld, l->hi, l->lo, l->error_key);
    return status;
}

void logits_count_open(struct odamv_counts *c, const struct odamv_problem *shape,
                       const struct odamv_options *options)
{
    if (!residue_product_count(c, shape, options))
        exact_product_count(c, (double)shape->m, (double)shape->n, (double)shape->d);
}

double logits_open_memory(const struct odamv_problem *shape, const struct odamv_options *options)
{
    const double fast = residue_product_memory(shape, options);
    return fast > 0 ? fast
                    : exact_product_memory(shape->m, shape->n, shape->d, logits_ld(shape->m));
}

enum odamv_status logits_open(struct logits *l, const struct odamv_problem *problem,
                              const struct odamv_options *options)
{
    const size_t m = problem->m, n = problem->n, d = problem->d, ld = logits_ld(m);
    *l = (struct logits){
        .kernel = kernel_best(), .m = m, .n = n, .d = d, .ld = ld, .scale = problem->scale};
    l->hi = array_alloc(n * ld, sizeof *l->hi);
    l->lo = array_alloc(n * ld, sizeof *l->lo);
    l->qt = array_alloc(d * ld, sizeof *l->qt);
    l->kt = array_alloc(d * n, sizeof *l->kt);
    l->error_key = array_alloc(n, sizeof *l->error_key);
    l->peak_key = array_alloc(n, sizeof *l->peak_key);
    l->error_row = calloc(m, sizeof *l->error_row);
    bool whole = l->hi && l->lo && l->qt && l->kt && l->error_key && l->peak_key && l->error_row;
    enum odamv_status status = whole ? multiply(l, problem, options) : ODAMV_NOMEM;
    if (status != ODAMV_OK) {
        logits_close(l);
        return status;
    }
    transpose(m, d, problem->q, ld, l->qt);
    transpose(n, d, problem->k, n, l->kt);
    l->error_top = largest(n, l->error_key);
    for (size_t s = 0; s < n; s++)
        l->peak_key[s] = largest(ld, l->hi + s * ld);
    l->peak = largest(n, l->peak_key);
    l->q_peak = largest(m * d, problem->q);
    l->k_peak = largest(n * d, problem->k);
    return ODAMV_OK;
}

void logits_close(struct logits *l)
{
    free(l->hi);
    free(l->lo);
    free(l->qt);
    free(l->kt);
    free(l->error_key);
    free(l->peak_key);
    free(l->error_row);
    *l = (struct logits){0};
}

double logits_memory(const struct odamv_problem *shape)
{
    double m = (double)shape->m, n = (double)shape->n, d = (double)shape->d;
    double ld = (double)logits_ld(shape->m);
    return 12 * n * ld + 8 * d * (ld + n) + 8 * (m + 2 * n);
}

struct pair logits_step(const struct logits *l, double before, double after)
{
    struct pair change = two_sum(after, -before), step = two_product(l->scale, change.hi);
    step.lo += l->scale * change.lo;
    return step;
}

/* Whether logits x[0], x[stride], ... + factor[..] * step all stay within the limit. */
static bool within(size_t count, const double *x, size_t stride, const double *factor, double step)
{
    for (size_t i = 0; i < count; i++)
        if (!(fabs(x[i * stride] + factor[i] * step) <= ODAMV_LOGIT_MAX))
            return false;
    return true;
}

static bool allowed(const struct logits *l, double before, double value, double other_peak)
{
    return l->peak + fabs(l->scale) * (fabs(value) + fabs(before)) * other_peak <= ODAMV_LOGIT_MAX;
}

enum odamv_status logits_allow_k(const struct logits *l, size_t key, size_t feature, double value)
{
    if (key >= l->n || feature >= l->d || !(fabs(value) <= ODAMV_FEATURE_MAX))
        return ODAMV_DOMAIN;
    double before = l->kt[feature * l->n + key];
    if (allowed(l, before, value, l->q_peak) ||
        within(l->m, l->hi + key * l->ld, 1, l->qt + feature * l->ld,
               logits_step(l, before, value).hi))
        return ODAMV_OK;
    return ODAMV_DOMAIN;
}

enum odamv_status logits_allow_q(const struct logits *l, size_t row, size_t feature, double value)
{
    if (row >= l->m || feature >= l->d || !(fabs(value) <= ODAMV_FEATURE_MAX))
        return ODAMV_DOMAIN;
    double before = l->qt[feature * l->ld + row];
    if (allowed(l, before, value, l->k_peak) ||
        within(l->n, l->hi + row, l->ld, l->kt + feature * l->n, logits_step(l, before, value).hi))
        return ODAMV_OK;
    return ODAMV_DOMAIN;
}

static double stored_error(double peak)
{
    return peak * 0x1p-75 + 0x1p-140;
}

void logits_set_q(struct logits *l, size_t row, size_t feature, double value)
{
    double *q = l->qt + feature * l->ld + row, peak = 0;
    const double *k = l->kt + feature * l->n;
    struct pair step = logits_step(l, *q, value);
    for (size_t s = 0; s < l->n; s++) {
        double *hi = l->hi + s * l->ld + row;
        float *lo = l->lo + s * l->ld + row;
        struct pair p = two_product(k[s], step.hi), t = two_sum(*hi, p.hi);
        t = fast_two_sum(t.hi, t.lo + ((p.lo + k[s] * step.lo) + (double)*lo));
        peak = fmax(peak, fmax(fabs(*hi), fabs(t.hi)));
        l->peak_key[s] = fmax(l->peak_key[s], fabs(t.hi));
        *hi = t.hi;
        *lo = (float)t.lo;
    }
    *q = value;
    l->error_row[row] += stored_error(peak);
    l->peak = fmax(l->peak, peak);
    l->q_peak = fmax(l->q_peak, fabs(value));
}

/* per key: a product of pairs, their sum, and the error's peak */
void logits_count_set_q(struct odamv_counts *c, double n, double updates)
{
    c->additions += updates * n * 13;
    c->multiplications += updates * n * 3;
}

void logits_note_k(struct logits *l, size_t key, size_t feature, double value, double peak)
{
    l->kt[feature * l->n + key] = value;
    l->error_key[key] += stored_error(fmax(peak, l->peak_key[key]));
    l->peak_key[key] = peak;
    l->error_top = fmax(l->error_top, l->error_key[key]);
    l->peak = fmax(l->peak, peak);
    l->k_peak = fmax(l->k_peak, fabs(value));
}

void logits_gather(const struct logits *l, size_t row, size_t from, size_t count, double *hi,
                   float *lo)
{
    for (size_t s = 0; s < count; s++) {
        hi[s] = l->hi[(from + s) * l->ld + row];
        lo[s] = l->lo[(from + s) * l->ld + row];
    }
}

double logits_error(const struct logits *l, size_t row)
{
    return l->error_top + l->error_row[row];
}

/* Logit (i, s) against a row of Q and one of K. */
static bool check_logit(const struct logits *l, size_t i, size_t s, const double *q,
                        const double *k, char *message, size_t size)
{
    const double hi = l->hi[s * l->ld + i], lo = (double)l->lo[s * l->ld + i];
    const struct pair dot = pair_dot(l->d, q, k);
    const struct pair exact = two_product(l->scale, dot.hi);
    double magnitude = 0, apart, allowed;
    for (size_t f = 0; f < l->d; f++)
        magnitude += fabs(l->scale * q[f] * k[f]);
    apart = fabs((exact.hi - hi) + (exact.lo + l->scale * dot.lo - lo));
    allowed =
        l->error_key[s] + l->error_row[i] + (double)(l->d + 4) * 0x1p-99 * magnitude + 0x1p-1000;
    if (apart <= allowed && l->error_key[s] <= l->error_top && fabs(hi) <= l->peak_key[s] &&
        l->peak_key[s] <= l->peak)
        return true;
    snprintf(message, size,
             "logit (%zu, %zu) is %.17g and %g, misses %.17g by %g, allowed %g; peaks %.17g, %.17g",
             i, s, hi, lo, exact.hi, apart, allowed, l->peak_key[s], l->peak);
    return false;
}

/* x = the row of a matrix that is kept by features. False: an entry is beyond the peak. */
static bool take_row(size_t d, const double *features, size_t ld, size_t row, double peak,
                     double *x)
{
    bool within_peak = true;
    for (size_t f = 0; f < d; f++) {
        x[f] = features[f * ld + row];
        within_peak &= fabs(x[f]) <= peak;
    }
    return within_peak;
}

bool logits_check(const struct logits *l, char *message, size_t size)
{
    double *q = array_alloc(2 * l->d, sizeof *q), *k = q ? q + l->d : NULL;
    bool whole = q != NULL;
    if (!whole)
        snprintf(message, size, "no memory to check the logits");
    for (size_t s = 0; s < l->n && whole; s++) {
        whole = take_row(l->d, l->kt, l->n, s, l->k_peak, k);
        if (!whole)
            snprintf(message, size, "row %zu of K exceeds its peak %.17g", s, l->k_peak);
        for (size_t i = 0; i < l->m && whole; i++) {
            whole = take_row(l->d, l->qt, l->ld, i, l->q_peak, q);
            if (!whole)
                snprintf(message, size, "row %zu of Q exceeds its peak %.17g", i, l->q_peak);
            else
                whole = check_logit(l, i, s, q, k, message, size);
        }
    }
    free(q);
    return whole;
}
