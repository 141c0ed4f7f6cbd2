/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Error-free transformations: the rounded result and its exact rounding error, as a pair.
 *
 * Valid for round-to-nearest and results that neither overflow nor, for the product, underflow; the
 * compiler must not contract or reassociate (-ffp-contract=off). Sources: Knuth, TAOCP 2, 4.2.2
 * (sum); Dekker, Numer. Math. 18 (1971) (fast sum); Ogita, Rump, Oishi, SIAM J. Sci. Comput. 26
 * (2005).
 */
#ifndef ODAMV_EFT_H
#define ODAMV_EFT_H

/* Unit roundoff of double: one rounding changes a result by at most this factor. */
#define UNIT 0x1p-53

struct pair {
    double hi, lo; /* hi = fl(hi + lo) */
};

/* a + b; 6 additions */
static inline struct pair two_sum(double a, double b)
{
    double s = a + b, t = s - a;
    return (struct pair){s, (a - (s - t)) + (b - t)};
}

/* a + b where |a| >= |b| or a = 0; 3 additions */
static inline struct pair fast_two_sum(double a, double b)
{
    double s = a + b;
    return (struct pair){s, b - (s - a)};
}

/* a * b; 2 multiplications, 1 addition (one of each in a fused multiply-add) */
static inline struct pair two_product(double a, double b)
{
    double p = a * b;
    return (struct pair){p, __builtin_fma(a, b, -p)};
}

/* x += a, for a pair that carries a running sum: relative error of each step at most 2^-104 of the
 * larger of the two; 10 additions */
static inline struct pair pair_add(struct pair x, double a)
{
    struct pair s = two_sum(x.hi, a);
    return fast_two_sum(s.hi, s.lo + x.lo);
}

/* x += a * b; 12 additions, 2 multiplications */
static inline struct pair pair_add_product(struct pair x, double a, double b)
{
    struct pair t = two_product(a, b), s = two_sum(x.hi, t.hi);
    return fast_two_sum(s.hi, s.lo + (t.lo + x.lo));
}

#endif
