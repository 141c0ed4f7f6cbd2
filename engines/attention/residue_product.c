/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "residue_product.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engines/numerics/array.h"
#include "engines/numerics/exact_product.h"
#include "engines/numerics/residues.h"

#define BLOCK_KEYS 1024

/* What is fixed by the shape and the multiplication. */
struct manner {
    size_t keys; /* per block */
    int bits;    /* t */
    struct residues residues;
    struct matmul_prediction plan;
};

/* Blocks of one size, at most BLOCK_KEYS or d, whichever is more. */
static size_t block_keys(const struct odamv_problem *shape)
{
    const size_t most = shape->d > BLOCK_KEYS ? shape->d : BLOCK_KEYS;
    const size_t blocks = (shape->n - 1) / most + 1;
    return (shape->n - 1) / blocks + 1;
}

static struct matmul_shape block_shape(const struct odamv_problem *shape)
{
    return product_shape(block_keys(shape), shape->d, shape->m, true);
}

/* The numbers for a plan: false where they would be too small, or too many. */
static bool choose_residues(struct manner *x, const struct odamv_problem *shape)
{
    const double d = (double)shape->d, largest = 2 * sqrt(0x1p52 / x->plan.growth) - 4;
    x->bits = exact_product_bits(shape->d);
    return largest >= 3 && residues_choose(&x->residues, largest, 2 * x->bits + log2(d) + 2);
}

static double blocks_of(const struct manner *x, const struct odamv_problem *shape)
{
    return ceil((double)shape->n / (double)x->keys);
}

static bool choose(struct manner *x, const struct odamv_problem *shape,
                   const struct odamv_options *options)
{
    const struct matmul_shape block = block_shape(shape);
    struct odamv_counts slices = {0};
    x->keys = block_keys(shape);
    if (!product_predict(options, &block, &x->plan) || !choose_residues(x, shape))
        return false;
    exact_product_count(&slices, (double)shape->m, (double)shape->n, (double)shape->d);
    return blocks_of(x, shape) * (double)x->residues.count *
               matmul_counts_multiplications(&x->plan.counts) <
           slices.gemm_multiplications;
}

/* --- the product ------------------------------------------------------------------------------- */

/* Rows of Q, or a block of K. */
struct side {
    size_t room;           /* rows */
    double *by_features;   /* d x room: the rows' entries */
    double *remainders;    /* d x room */
    double *factor, *unit; /* room: powers of two that make a row integers, and back */
    int *exponent;         /* room: magnitudes below 2^exponent */
};

struct work {
    const struct odamv_problem *problem;
    const struct manner *manner;
    struct product product;
    size_t ld;
    struct side k, q;
    int top;              /* largest exponent of Q */
    double *s;            /* keys x m */
    struct fraction *sum; /* keys x m */
};

static void side_close(struct side *x)
{
    free(x->by_features);
    free(x->remainders);
    free(x->factor);
    free(x->unit);
    free(x->exponent);
}

/* The last block may be short of rows; what the one before left there are integers as good as any. */
static bool side_open(struct side *x, size_t room, size_t d)
{
    *x = (struct side){.room = room, .exponent = calloc(room, sizeof *x->exponent)};
    x->by_features = array_alloc(array_times(d, room), sizeof *x->by_features);
    x->remainders = array_alloc(array_times(d, room), sizeof *x->remainders);
    x->factor = array_alloc(room, sizeof *x->factor);
    x->unit = array_alloc(room, sizeof *x->unit);
    return x->by_features && x->remainders && x->factor && x->unit && x->exponent;
}

static void work_close(struct work *w)
{
    product_close(&w->product);
    side_close(&w->k);
    side_close(&w->q);
    free(w->s);
    free(w->sum);
}

static enum odamv_status work_open(struct work *w, const struct odamv_options *options)
{
    const size_t m = w->problem->m, d = w->problem->d, keys = w->manner->keys;
    const struct matmul_shape block = block_shape(w->problem);
    enum odamv_status status = product_open(&w->product, options, &block);
    if (status != ODAMV_OK)
        return status;
    bool whole = side_open(&w->k, keys, d);
    whole &= side_open(&w->q, m, d);
    w->s = array_alloc(array_times(keys, m), sizeof *w->s);
    w->sum = array_alloc(array_times(keys, m), sizeof *w->sum);
    if (whole && w->product.plan && w->s && w->sum)
        return ODAMV_OK;
    work_close(w);
    return ODAMV_NOMEM;
}

/* x: rows x d. The factors are split so that neither leaves the doubles. */
static void read_rows(const struct work *w, struct side *to, const double *x, size_t rows, int left)
{
    const size_t d = w->problem->d;
    exact_product_exponents(x, rows, d, to->exponent);
    for (size_t r = 0; r < rows; r++) {
        to->factor[r] = ldexp(1, w->manner->bits - to->exponent[r]);
        to->unit[r] = ldexp(1, to->exponent[r] + left);
        for (size_t f = 0; f < d; f++)
            to->by_features[f * to->room + r] = x[r * d + f];
    }
}

static void reduce(const struct modulus *m, struct side *x, size_t d)
{
    for (size_t f = 0; f < d; f++)
        residues_of(m, x->room, x->by_features + f * x->room, x->factor,
                    x->remainders + f * x->room);
}

/* The sums of the products of a block of keys. */
static void multiply(struct work *w)
{
    const size_t m = w->problem->m, d = w->problem->d, keys = w->manner->keys;
    const struct residues *r = &w->manner->residues;
    memset(w->sum, 0, keys * m * sizeof *w->sum);
    for (size_t x = 0; x < r->count; x++) {
        reduce(r->of + x, &w->k, d);
        reduce(r->of + x, &w->q, d);
        product_run(&w->product, w->k.remainders, keys, w->q.remainders, m, w->s, m);
        residues_add(r->of + x, keys * m, w->s, w->sum);
    }
}

/* S times the rows' units and the scale. */
static void store(const struct work *w, size_t keys, double *hi, float *lo)
{
    const double scale = w->problem->scale;
    for (size_t s = 0; s < keys; s++)
        for (size_t i = 0; i < w->ld; i++) {
            struct pair x = {0, 0};
            if (i < w->problem->m) {
                x = residues_value(&w->manner->residues, w->sum[s * w->problem->m + i]);
                const double high = x.hi * w->k.unit[s] * w->q.unit[i];
                const double low = x.lo * w->k.unit[s] * w->q.unit[i];
                x = two_product(high, scale);
                x = fast_two_sum(x.hi, x.lo + low * scale);
            }
            hi[s * w->ld + i] = x.hi;
            lo[s * w->ld + i] = (float)x.lo;
        }
}

/* In units of the rows' magnitudes: rounding to integers, d 2^-t and a little; the fractions, of which one
 * is 2^(log2 P - 2 t); pairs. */
static void bound(const struct work *w, size_t keys, const double *hi, double *error)
{
    const double d = (double)w->problem->d, t = w->manner->bits;
    const struct residues *r = &w->manner->residues;
    const double fractions = (double)r->count * r->of[0].m * 0x1p-128 + 0x1p-102;
    const double part =
        d * exp2(-t) * 1.01 + fractions * exp2(r->log2_product + 1 - 2 * t) + d * 0x1p-98;
    for (size_t s = 0; s < keys; s++) {
        const double magnitude = ldexp(fabs(w->problem->scale), w->top + w->k.exponent[s]);
        double peak = 0;
        for (size_t i = 0; i < w->problem->m; i++)
            peak = fmax(peak, fabs(hi[s * w->ld + i]));
        error[s] = magnitude * part + peak * 0x1p-76 + 0x1p-140;
    }
}

enum odamv_status residue_product(const struct odamv_problem *problem,
                                  const struct odamv_options *options, size_t ld, double *hi,
                                  float *lo, double *error)
{
    const size_t n = problem->n, d = problem->d;
    struct manner manner;
    struct work w = {.problem = problem, .manner = &manner, .ld = ld};
    if (!choose(&manner, problem, options))
        return ODAMV_UNABLE;
    enum odamv_status status = work_open(&w, options);
    if (status != ODAMV_OK)
        return status;
    read_rows(&w, &w.q, problem->q, problem->m, 0);
    w.top = w.q.exponent[0];
    for (size_t i = 0; i < problem->m; i++)
        w.top = w.q.exponent[i] > w.top ? w.q.exponent[i] : w.top;
    for (size_t s = 0; s < n; s += manner.keys) {
        const size_t keys = n - s < manner.keys ? n - s : manner.keys;
        read_rows(&w, &w.k, problem->k + s * d, keys, manner.residues.scale - 2 * manner.bits);
        multiply(&w);
        store(&w, keys, hi + s * ld, lo + s * ld);
        bound(&w, keys, hi + s * ld, error + s);
    }
    work_close(&w);
    return ODAMV_OK;
}

/* --- counts ---------------------------------------------------------------------------------- */

/* per remainder 12 additions and 6 multiplications, of which a block has d (keys + m); per entry and number 7
 * additions, 6 multiplications, those of integers left out; per entry the value: 30 and 14 */
bool residue_product_count(struct odamv_counts *c, const struct odamv_problem *shape,
                           const struct odamv_options *options)
{
    const double m = (double)shape->m, n = (double)shape->n, d = (double)shape->d;
    struct manner x;
    if (!choose(&x, shape, options))
        return false;
    const double blocks = blocks_of(&x, shape), count = (double)x.residues.count;
    const double remainders = count * d * (n + blocks * m), entries = n * m;
    product_count(c, &x.plan.counts, blocks * count);
    c->additions += 12 * remainders + (7 * count + 30) * entries;
    c->multiplications += 6 * remainders + (6 * count + 14) * entries;
    return true;
}

double residue_product_memory(const struct odamv_problem *shape,
                              const struct odamv_options *options)
{
    const double m = (double)shape->m, d = (double)shape->d;
    struct manner x;
    if (!choose(&x, shape, options))
        return 0;
    const double keys = (double)x.keys;
    return x.plan.memory + (16 * d + 20) * (keys + m) + 24 * keys * m;
}
