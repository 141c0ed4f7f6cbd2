/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The O(m) loops of every engine, compiled once per instruction set and chosen at run time.
 *
 * A logit is stored as hi + lo with hi a double and lo a float (77 bits, 12 bytes): repeated
 * updates of one entry then cost 2^-76 of it each, so that logits need no refresh. A weight is
 *
 *     w = exp(x) (1 + rest),   x + rest = hi - shift + lo exactly, x the nearest double,
 *
 * computed from the stored logit by exactly these operations wherever it is needed: the same bits
 * every time, so that what was added to a sum can be taken out of it again.
 * Error: |w / exp(exact logit - shift) - 1| <= WEIGHT_ERROR + error of the stored logit.
 */
#ifndef ODAMV_KERNEL_H
#define ODAMV_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

/* Rows are handled in panels of this many; arrays over rows are padded to a multiple of it and
 * aligned to a cache line. */
#define PANEL 64

/* SLEEF's u10 functions are within 1.0 ulp (sleef.org, "DP functions"), at most 2 UNIT relative;
 * one more for the product with 1 + rest; the rest for rest^2, below 2^-87. */
#define WEIGHT_ERROR (3.01 * 0x1p-53)

#define WEIGHT_LOWEST  -700.0 /* exponents below become this: an error under 1e-304 in the weight */
#define WEIGHT_HIGHEST 60.0   /* above: the row's shift no longer fits, the row must be marked */
#define WEIGHT_CLAMP   300.0  /* exponents above become this: nothing overflows until it is */

/* When a row has lost its accuracy: its drift (in units of UNIT) passes this many times D times the
 * largest value, or VALUE_LEAST where all are smaller, as what underflows is charged, too; or D has
 * fallen below this share of the largest value it was accumulated from. D
 * below the last number: the row's shift no longer fits. */
#define DRIFT_SHARE 0x1p20
#define VALUE_LEAST 0x1p-500
#define TOP_SHARE   0x1p-20
#define SUM_LOWEST  0x1p-64

/* The shift of a marked or padding row: all its weights are exp(WEIGHT_LOWEST), before and after
 * any update, so that what changes of it is below 1e-300. Finite, so that no NaN arises. */
#define SHIFT_MARKED 0x1p1000

/* The logits of one key change by q_i * (step_hi + step_lo) in every row i. */
struct column_update {
    size_t rows;     /* multiple of PANEL */
    const double *q; /* the feature's column of Q */
    double step_hi, step_lo;
    double *hi; /* the key's logits */
    float *lo;
    const double *shift;
    double *sum_hi, *sum_lo; /* D, as a pair */
    double *sum_top;         /* largest D since the row was settled */
    double *record; /* receives the change of the weights: panel b at record + b * stride */
    size_t stride;
    bool merge;     /* add to the record instead of overwriting it */
    double *weight; /* null, or receives the new weights */
    double *drift;  /* += value * (|change| + |record|): rounding of the record, in units of UNIT */
    double value;   /* at least the largest magnitude in V */
    double most;    /* drift, per unit of D, beyond which a row is suspect */
};

struct column_result {
    double peak;  /* largest |hi| afterwards */
    bool suspect; /* some row may have lost its accuracy, or its shift no longer fits */
};

/* Operations per row of update_column, in the units of struct odamv_counts. */
#define COLUMN_ADDITIONS       53
#define COLUMN_MULTIPLICATIONS 8
#define COLUMN_EXPONENTIALS    2
/* Per weight. */
#define WEIGHT_ADDITIONS       11
#define WEIGHT_MULTIPLICATIONS 1

struct kernel {
    const char *name;
    /* w[i] = weight of hi[i] + lo[i] under shift[i] */
    void (*weights)(size_t count, const double *hi, const float *lo, const double *shift,
                    double *w);
    struct column_result (*update_column)(const struct column_update *u);
    /* sum += w, square += w^2; 11 additions, 1 multiplication each */
    void (*accumulate)(size_t count, const double *w, double *sum_hi, double *sum_lo,
                       double *square);
    /* top = max(top, hi) */
    void (*maximum)(size_t count, const double *hi, double *top);
    /* total += |x| * factor; 1 addition, 1 multiplication each */
    void (*absorb)(size_t count, const double *x, double factor, double *total);
    /* y += a * x, the product rounded first; 1 addition, 1 multiplication each */
    void (*axpy)(size_t count, double a, const double *x, double *y);
    /* (hi, lo) += a * x; 12 additions, 2 multiplications each */
    void (*pair_axpy)(size_t count, double a, const double *x, double *hi, double *lo);
    /* (hi, lo) += x; 10 additions each */
    void (*pair_add)(size_t count, const double *x, double *hi, double *lo);
};

/* The widest that this processor runs. */
const struct kernel *kernel_best(void);

#endif
