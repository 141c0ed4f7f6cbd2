/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The loops of kernel.h, written once. The including file defines
 *   KERNEL_NAME     a string
 *   LANES           doubles per vector
 *   exp_into(x, w)  w[0..LANES-1] = exp(x[..]), SLEEF's 1.0-ulp function of that width
 * and compiles with the instruction set to match; the compiler vectorises the plain loops.
 *
 * Each panel of 64 rows stays in the first-level cache between the loops over it, so that memory is
 * streamed once: hi and lo in and out, q in, the record out.
 */
#include "eft.h"
#include "kernel.h"

/* x + rest = hi - shift + lo, x clamped; 10 additions */
static inline void exponents(size_t count, const double *restrict hi, const float *restrict lo,
                             const double *restrict shift, double *restrict x, double *restrict rest)
{
    for (size_t i = 0; i < count; i++) {
        struct pair t = two_sum(hi[i], -shift[i]), e = fast_two_sum(t.hi, t.lo + (double)lo[i]);
        double above = e.hi < WEIGHT_LOWEST ? WEIGHT_LOWEST : e.hi;
        x[i] = above > WEIGHT_CLAMP ? WEIGHT_CLAMP : above;
        rest[i] = e.lo;
    }
}

/* w = exp(x + rest), exp(x) (1 + rest) to first order; 1 addition, 1 multiplication */
static inline void exponentials(size_t count, const double *restrict x, const double *restrict rest,
                                double *restrict w)
{
    for (size_t i = 0; i < count; i += LANES)
        exp_into(x + i, w + i);
    for (size_t i = 0; i < count; i++)
        w[i] += w[i] * rest[i];
}

static void weights(size_t count, const double *hi, const float *lo, const double *shift, double *w)
{
    double x[PANEL], rest[PANEL], last[PANEL];
    size_t i = 0;
    for (; i + PANEL <= count; i += PANEL) {
        exponents(PANEL, hi + i, lo + i, shift + i, x, rest);
        exponentials(PANEL, x, rest, w + i);
    }
    if (i < count) {
        size_t left = count - i, padded = (left + LANES - 1) / LANES * LANES;
        exponents(left, hi + i, lo + i, shift + i, x, rest);
        for (size_t r = left; r < padded; r++)
            x[r] = rest[r] = 0;
        exponentials(padded, x, rest, last);
        for (size_t r = 0; r < left; r++)
            w[i + r] = last[r];
    }
}

/* (hi, lo) += q * step, top = max(top, |hi| before and after). 13 additions, 3 multiplications */
static inline void advance(const double *restrict q, double step_hi, double step_lo,
                           double *restrict hi, float *restrict lo, double *restrict top)
{
    for (size_t i = 0; i < PANEL; i++) {
        struct pair p = two_product(q[i], step_hi), s = two_sum(hi[i], p.hi);
        struct pair r = fast_two_sum(s.hi, s.lo + ((p.lo + q[i] * step_lo) + (double)lo[i]));
        double before = __builtin_fabs(hi[i]), after = __builtin_fabs(r.hi);
        double larger = after > before ? after : before;
        hi[i] = r.hi;
        lo[i] = (float)r.lo;
        top[i] = larger > top[i] ? larger : top[i];
    }
}

/* D += now - before, the record likewise; alarm[i] becomes nonzero where the row is suspect.
 * 21 additions, 2 multiplications */
static inline void settle(const struct column_update *u, size_t at, double *restrict record,
                          const double *restrict before, const double *restrict now,
                          const double *restrict x, double *restrict alarm)
{
    double *restrict sum_hi = u->sum_hi + at, *restrict sum_lo = u->sum_lo + at;
    double *restrict peak = u->sum_peak + at, *restrict drift = u->drift + at;
    double unit = UNIT * u->value;
    const bool merge = u->merge;
    for (size_t i = 0; i < PANEL; i++) {
        double change = now[i] - before[i];
        double kept = (merge ? record[i] : 0) + change;
        struct pair a = two_sum(sum_hi[i], now[i]), b = two_sum(a.hi, -before[i]);
        struct pair s = fast_two_sum(b.hi, (a.lo + b.lo) + sum_lo[i]);
        double highest = s.hi > peak[i] ? s.hi : peak[i];
        record[i] = kept;
        drift[i] += unit * (__builtin_fabs(change) + __builtin_fabs(kept));
        sum_hi[i] = s.hi;
        sum_lo[i] = s.lo;
        peak[i] = highest;
        alarm[i] = x[i] > WEIGHT_HIGHEST || s.hi < highest * PEAK_SHARE ? 1 : alarm[i];
    }
}

static struct column_result update_column(const struct column_update *u)
{
    struct column_result result = {0, false};
    double top[PANEL] = {0}, alarm[PANEL] = {0};
    for (size_t at = 0; at < u->rows; at += PANEL) {
        double x[PANEL], rest[PANEL], before[PANEL], now[PANEL];
        exponents(PANEL, u->hi + at, u->lo + at, u->shift + at, x, rest);
        exponentials(PANEL, x, rest, before);
        advance(u->q + at, u->step_hi, u->step_lo, u->hi + at, u->lo + at, top);
        exponents(PANEL, u->hi + at, u->lo + at, u->shift + at, x, rest);
        exponentials(PANEL, x, rest, now);
        settle(u, at, u->record + at / PANEL * u->stride, before, now, x, alarm);
        if (u->weight)
            for (size_t i = 0; i < PANEL; i++)
                u->weight[at + i] = now[i];
    }
    for (size_t i = 0; i < PANEL; i++) {
        result.peak = top[i] > result.peak ? top[i] : result.peak;
        result.suspect |= alarm[i] != 0;
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
        .pair_axpy = pair_axpy, .pair_add = add_pairs,                                                                     \
    }
