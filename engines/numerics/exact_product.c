/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exact_product.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "eft.h"

#define PRODUCTS        6          /* of two slices each */
#define FEATURES        1024       /* per block: few enough for beta = 21 */
#define STRIP           (1u << 16) /* entries of S per strip, about: a cache holds three of them */
#define LOWEST_EXPONENT (-500) /* rows smaller than this are treated as if they were this large */

struct slices {
    size_t rows, width;
    double *part[3]; /* each rows x width */
    int *exponent;   /* of each row: magnitudes below 2^exponent */
};

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void slices_free(struct slices *s)
{
    for (int t = 0; t < 3; t++)
        free(s->part[t]);
    free(s->exponent);
}

static bool slices_alloc(struct slices *s, size_t rows, size_t width)
{
    *s = (struct slices){rows, width, {NULL}, malloc(rows * sizeof *s->exponent)};
    for (int t = 0; t < 3; t++)
        s->part[t] = malloc(rows * width * sizeof *s->part[t]);
    return s->part[0] && s->part[1] && s->part[2] && s->exponent;
}

void exact_product_exponents(const double *x, size_t rows, size_t d, int *exponent)
{
    for (size_t r = 0; r < rows; r++) {
        double top = 0;
        for (size_t f = 0; f < d; f++)
            top = fmax(top, fabs(x[r * d + f]));
        int e = LOWEST_EXPONENT;
        if (top > 0)
            frexp(top, &e);
        exponent[r] = e < LOWEST_EXPONENT ? LOWEST_EXPONENT : e;
    }
}

/* Features [from, from + width) of each row of x, scaled by 2^-exponent, as a sum of three slices
 * whose units are 2^-beta, 2^(-2 beta - 1), 2^(-3 beta - 2). */
static void cut(struct slices *s, size_t rows, size_t d, const double *x, size_t from, size_t width,
                int beta)
{
    for (size_t r = 0; r < rows; r++) {
        double shrink = ldexp(1, -s->exponent[r]);
        for (size_t f = 0; f < width; f++) {
            double rest = x[r * d + from + f] * shrink;
            for (int t = 0; t < 3; t++) {
                /* adding and subtracting 1.5 * 2^52 units rounds to whole units */
                double magic = ldexp(1.5, 52 - (t + 1) * beta - t);
                double part = (rest + magic) - magic;
                s->part[t][r * width + f] = part;
                rest -= part;
            }
        }
    }
}

/* Smallest contributions first. */
static const int pairs_of_slices[PRODUCTS][2] = {{2, 0}, {0, 2}, {1, 1}, {1, 0}, {0, 1}, {0, 0}};

/* The product of a strip of keys with Q: operands in slices, sums of ld entries per key. */
struct strip {
    const struct odamv_problem *problem;
    const struct kernel *kernel;
    size_t ld, width, keys; /* width: features of a block */
    int beta;
    int top; /* largest exponent of Q's rows */
    struct slices q, k;
    double *hi, *lo, *product; /* keys x ld each */
};

static size_t strip_keys(size_t n, size_t ld)
{
    size_t keys = STRIP / ld;
    return smaller(n, keys < 1 ? 1 : keys);
}

static void strip_close(struct strip *t)
{
    slices_free(&t->q);
    slices_free(&t->k);
    free(t->hi);
    free(t->lo);
    free(t->product);
}

static int slice_bits(size_t width)
{
    int bits;
    frexp((double)width, &bits); /* 2^bits > width */
    return (53 - bits) / 2;
}

int exact_product_bits(size_t d)
{
    return 3 * slice_bits(smaller(d, FEATURES));
}

static enum odamv_status strip_open(struct strip *t, const struct odamv_problem *problem,
                                    const struct kernel *kernel, size_t ld)
{
    const size_t width = smaller(problem->d, FEATURES), keys = strip_keys(problem->n, ld);
    *t = (struct strip){.problem = problem, .kernel = kernel, .ld = ld, .width = width};
    t->keys = keys;
    t->beta = slice_bits(width);
    t->hi = calloc(keys * ld, sizeof *t->hi);
    t->lo = calloc(keys * ld, sizeof *t->lo);
    t->product = calloc(keys * ld, sizeof *t->product);
    bool whole = slices_alloc(&t->q, problem->m, width);
    whole &= slices_alloc(&t->k, keys, width);
    if (whole && t->hi && t->lo && t->product)
        return ODAMV_OK;
    strip_close(t);
    return ODAMV_NOMEM;
}

/* Adds the products of the slices of one block of features, for the first `keys` keys. */
static void multiply(struct strip *t, size_t keys, size_t width)
{
    for (int g = 0; g < PRODUCTS; g++) {
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (blasint)keys, (blasint)t->problem->m,
                    (blasint)width, 1.0, t->k.part[pairs_of_slices[g][0]], (blasint)width,
                    t->q.part[pairs_of_slices[g][1]], (blasint)width, 0.0, t->product,
                    (blasint)t->ld);
        t->kernel->pair_add(keys * t->ld, t->product, t->hi, t->lo);
    }
}

/* The sums for keys [s, s + keys), in units of the rows' scaling. */
static void sum_blocks(struct strip *t, size_t s, size_t keys)
{
    const size_t m = t->problem->m, d = t->problem->d;
    const double *rows = t->problem->k + s * d;
    exact_product_exponents(rows, keys, d, t->k.exponent);
    memset(t->hi, 0, t->keys * t->ld * sizeof *t->hi);
    memset(t->lo, 0, t->keys * t->ld * sizeof *t->lo);
    for (size_t from = 0; from < d; from += t->width) {
        const size_t block = smaller(t->width, d - from);
        if (s == 0 || d > t->width)
            cut(&t->q, m, d, t->problem->q, from, block, t->beta);
        cut(&t->k, keys, d, rows, from, block, t->beta);
        multiply(t, keys, block);
    }
}

/* Undoes the rows' scaling (exact) and applies the factor `scale` (one rounding of the pair). */
static void store(const struct strip *t, size_t keys, double *hi, float *lo)
{
    const double scale = t->problem->scale;
    for (size_t s = 0; s < keys; s++)
        for (size_t i = 0; i < t->ld; i++) {
            const size_t at = s * t->ld + i;
            double unit = i < t->problem->m ? ldexp(1, t->k.exponent[s] + t->q.exponent[i]) : 0;
            struct pair x = two_product(t->hi[at] * unit, scale);
            x = fast_two_sum(x.hi, x.lo + t->lo[at] * unit * scale);
            hi[at] = x.hi;
            lo[at] = (float)x.lo;
        }
}

/* Left out: 2^(-3 beta) d; sums as pairs and the scaling: 2^-98 d; lo as float: 2^-76 of hi. */
static void bound(const struct strip *t, size_t keys, const double *hi, double *error)
{
    const struct odamv_problem *problem = t->problem;
    for (size_t s = 0; s < keys; s++) {
        double magnitude =
            ldexp((double)problem->d, t->top + t->k.exponent[s]) * fabs(problem->scale);
        double peak = 0;
        for (size_t i = 0; i < problem->m; i++)
            peak = fmax(peak, fabs(hi[s * t->ld + i]));
        error[s] = magnitude * (ldexp(1, -3 * t->beta) + 0x1p-98) + peak * 0x1p-76 + 0x1p-140;
    }
}

enum odamv_status exact_product(const struct odamv_problem *problem, const struct kernel *kernel,
                                size_t ld, double *hi, float *lo, double *error)
{
    const size_t m = problem->m, n = problem->n, d = problem->d;
    struct strip t;
    enum odamv_status status = strip_open(&t, problem, kernel, ld);
    if (status != ODAMV_OK)
        return status;
    exact_product_exponents(problem->q, m, d, t.q.exponent);
    t.top = LOWEST_EXPONENT;
    for (size_t i = 0; i < m; i++)
        t.top = t.q.exponent[i] > t.top ? t.q.exponent[i] : t.top;
    for (size_t s = 0; s < n; s += t.keys) {
        const size_t keys = smaller(t.keys, n - s);
        sum_blocks(&t, s, keys);
        store(&t, keys, hi + s * ld, lo + s * ld);
        bound(&t, keys, hi + s * ld, error + s);
    }
    strip_close(&t);
    return ODAMV_OK;
}

/* per entry of S: summing as pairs the products of every block of features, then scaling */
void exact_product_count(struct odamv_counts *c, double m, double n, double d)
{
    c->gemm_additions += PRODUCTS * m * n * d;
    c->gemm_multiplications += PRODUCTS * m * n * d;
    c->additions += m * n * (10.0 * PRODUCTS * ceil(d / (double)FEATURES) + 5.0);
    c->multiplications += m * n * 5.0;
}

double exact_product_memory(size_t m, size_t n, size_t d, size_t ld)
{
    double keys = (double)strip_keys(n, ld), width = (double)smaller(d, FEATURES);
    return 8 * (3 * ((double)m + keys) * width + 3 * keys * (double)ld) + 4 * ((double)m + keys);
}
