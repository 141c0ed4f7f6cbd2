/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The loops of kernel.h, written once. The including file defines
 *
 *   KERNEL_NAME          a string
 *   LANES                doubles per vector
 *   exp_vector(x)        SLEEF's 1.0-ulp exponential of a vector
 *   fma_vector(a, b, c)  a b + c with one rounding
 *   min_vector, max_vector
 *
 * and compiles with the instruction set to match. What touches the logits is written in vectors;
 * the compiler vectorises the rest. An update goes panel by panel through three short loops,
 * logits, exponentials, sums: each has many independent iterations in flight, where one long loop
 * would wait for every exponential in turn, and the panel stays in the first-level cache.
 */
#include <string.h>

#include "eft.h"
#include "kernel.h"

typedef float half_vector __attribute__((vector_size(4 * LANES)));
typedef long long mask_vector __attribute__((vector_size(8 * LANES)));

struct vector_pair {
    vector hi, lo;
};

static inline vector load(const double *p)
{
    vector v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline vector load_low(const float *p)
{
    half_vector v;
    memcpy(&v, p, sizeof v);
    return __builtin_convertvector(v, vector);
}

static inline void store(double *p, vector v)
{
    memcpy(p, &v, sizeof v);
}

static inline vector every(double x)
{
    return x + (vector){0};
}

static inline vector magnitude(vector a)
{
    return (vector)((mask_vector)a & 0x7fffffffffffffff);
}

static inline vector clamp(vector x, double low, double high)
{
    return max_vector(every(low), min_vector(every(high), x));
}

/* The transformations of eft.h, lane by lane. */
static inline struct vector_pair sum_of(vector a, vector b)
{
    vector s = a + b, t = s - a;
    return (struct vector_pair){s, (a - (s - t)) + (b - t)};
}

static inline struct vector_pair ordered_sum_of(vector a, vector b)
{
    vector s = a + b;
    return (struct vector_pair){s, b - (s - a)};
}

/* hi = x and lo = rest with x + rest = logit - shift, clamped; 10 additions. Where x is not
 * clamped, rest is below 2^-43 anyway. */
static inline struct vector_pair exponent(vector hi, vector lo, vector shift)
{
    struct vector_pair t = sum_of(hi, -shift), e = ordered_sum_of(t.hi, t.lo + lo);
    return (struct vector_pair){clamp(e.hi, WEIGHT_LOWEST, WEIGHT_CLAMP),
                                clamp(e.lo, -0x1p-40, 0x1p-40)};
}

/* exp(x + rest), exp(x) (1 + rest) to first order; 1 addition, 1 multiplication */
static inline vector weight(struct vector_pair e)
{
    vector w = exp_vector(e.hi);
    return w + w * e.lo;
}

static inline void store_pair(double *hi, double *lo, struct vector_pair e)
{
    store(hi, e.hi);
    store(lo, e.lo);
}

static void weights(size_t count, const double *hi, const float *lo, const double *shift, double *w)
{
    double x[PANEL], rest[PANEL];
    size_t i = 0;
    for (; i + PANEL <= count; i += PANEL) {
        for (size_t r = 0; r < PANEL; r += LANES)
            store_pair(x + r, rest + r,
                       exponent(load(hi + i + r), load_low(lo + i + r), load(shift + i + r)));
        for (size_t r = 0; r < PANEL; r += LANES)
            store(w + i + r, weight((struct vector_pair){load(x + r), load(rest + r)}));
    }
    for (; i + LANES <= count; i += LANES)
        store(w + i, weight(exponent(load(hi + i), load_low(lo + i), load(shift + i))));
    if (i < count) {
        double last_hi[LANES] = {0}, last_shift[LANES] = {0}, last[LANES];
        float last_lo[LANES] = {0};
        memcpy(last_hi, hi + i, (count - i) * sizeof *hi);
        memcpy(last_lo, lo + i, (count - i) * sizeof *lo);
        memcpy(last_shift, shift + i, (count - i) * sizeof *shift);
        store(last, weight(exponent(load(last_hi), load_low(last_lo), load(last_shift))));
        memcpy(w + i, last, (count - i) * sizeof *w);
    }
}

/* (hi, lo) + q * step; 13 additions, 3 multiplications */
static inline struct vector_pair advance(struct vector_pair logit, vector q, vector step_hi,
                                         vector step_lo)
{
    vector p = q * step_hi, rest = fma_vector(q, step_hi, -p);
    struct vector_pair s = sum_of(logit.hi, p);
    return ordered_sum_of(s.hi, s.lo + ((rest + q * step_lo) + logit.lo));
}

/* D += now - before, the record likewise; returns where the row has lost its accuracy. 18
 * additions, 3 multiplications. D is at least any weight in it, hence the cheaper sum where one
 * leaves it. */
static inline mask_vector settle(const struct column_update *u, size_t at, vector before,
                                 vector now)
{
    double *record = u->record + at / PANEL * u->stride + at % PANEL;
    vector change = now - before, kept = u->merge ? load(record) + change : change;
    struct vector_pair a = ordered_sum_of(load(u->sum_hi + at), -before), b = sum_of(a.hi, now);
    struct vector_pair s = ordered_sum_of(b.hi, (a.lo + b.lo) + load(u->sum_lo + at));
    vector drift = load(u->drift + at) + (magnitude(change) + magnitude(kept)) * u->value;
    vector top = max_vector(s.hi, load(u->sum_top + at));
    store(record, kept);
    store(u->sum_top + at, top);
    store(u->sum_hi + at, s.hi);
    store(u->sum_lo + at, s.lo);
    store(u->drift + at, drift);
    if (u->weight)
        store(u->weight + at, now);
    return (drift > s.hi * u->most) | (s.hi < max_vector(every(SUM_LOWEST), top * TOP_SHARE));
}

static struct column_result update_column(const struct column_update *u)
{
    const vector step_hi = every(u->step_hi), step_lo = every(u->step_lo);
    vector top = {0};
    mask_vector alarm = {0};
    for (size_t at = 0; at < u->rows; at += PANEL) {
        double x[2 * PANEL], rest[2 * PANEL]; /* before, then after the update */
        for (size_t r = 0; r < PANEL; r += LANES) {
            struct vector_pair before = {load(u->hi + at + r), load_low(u->lo + at + r)};
            struct vector_pair after = advance(before, load(u->q + at + r), step_hi, step_lo);
            half_vector low = __builtin_convertvector(after.lo, half_vector);
            vector shift = load(u->shift + at + r);
            after.lo = __builtin_convertvector(low, vector);
            struct vector_pair now = exponent(after.hi, after.lo, shift);
            store_pair(x + r, rest + r, exponent(before.hi, before.lo, shift));
            store_pair(x + PANEL + r, rest + PANEL + r, now);
            store(u->hi + at + r, after.hi);
            memcpy(u->lo + at + r, &low, sizeof low);
            top = max_vector(top, magnitude(after.hi));
            alarm |= now.hi > WEIGHT_HIGHEST;
        }
        for (size_t r = 0; r < 2 * PANEL; r += LANES)
            store(x + r, weight((struct vector_pair){load(x + r), load(rest + r)}));
        for (size_t r = 0; r < PANEL; r += LANES)
            alarm |= settle(u, at + r, load(x + r), load(x + PANEL + r));
    }
    struct column_result result = {0, false};
    for (size_t r = 0; r < LANES; r++) {
        result.peak = top[r] > result.peak ? top[r] : result.peak;
        result.suspect |= alarm[r] != 0;
    }
    return result;
}

static void accumulate(size_t count, const double *restrict w, double *restrict sum_hi,
                       double *restrict sum_lo, double *restrict square)
{
    for (size_t i = 0; i < count; i++) {
        struct pair s = pair_add((struct pair){sum_hi[i], sum_lo[i]}, w[i]);
        sum_hi[i] = s.hi;
        sum_lo[i] = s.lo;
        square[i] += w[i] * w[i];
    }
}

static void maximum(size_t count, const double *restrict hi, double *restrict top)
{
    for (size_t i = 0; i < count; i++)
        top[i] = hi[i] > top[i] ? hi[i] : top[i];
}

static void absorb(size_t count, const double *restrict x, double factor, double *restrict total)
{
    for (size_t i = 0; i < count; i++)
        total[i] += __builtin_fabs(x[i]) * factor;
}

static void axpy(size_t count, double a, const double *restrict x, double *restrict y)
{
    for (size_t i = 0; i < count; i++)
        y[i] += a * x[i];
}

static void pair_axpy(size_t count, double a, const double *restrict x, double *restrict hi,
                      double *restrict lo)
{
    for (size_t i = 0; i < count; i++) {
        struct pair s = pair_add_product((struct pair){hi[i], lo[i]}, a, x[i]);
        hi[i] = s.hi;
        lo[i] = s.lo;
    }
}

static void add_pairs(size_t count, const double *restrict x, double *restrict hi,
                      double *restrict lo)
{
    for (size_t i = 0; i < count; i++) {
        struct pair s = pair_add((struct pair){hi[i], lo[i]}, x[i]);
        hi[i] = s.hi;
        lo[i] = s.lo;
    }
}

#define KERNEL                                                                                     \
    {                                                                                              \
        .name = KERNEL_NAME, .weights = weights, .update_column = update_column,                   \
        .accumulate = accumulate, .maximum = maximum, .absorb = absorb, .axpy = axpy,              \
        .pair_axpy = pair_axpy, .pair_add = add_pairs,                                             \
    }
