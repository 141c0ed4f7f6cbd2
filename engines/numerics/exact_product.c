/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exact_product.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "eft.h"

#define FEATURES        EXACT_PRODUCT_FEATURES
#define TILE            (1u << 20) /* entries of S per tile, about */
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

/* Magnitude of each row of x (rows x d), as a power of two. */
static void measure(struct slices *s, size_t rows, size_t d, const double *x)
{
    for (size_t r = 0; r < rows; r++) {
        double top = 0;
        for (size_t f = 0; f < d; f++)
            top = fmax(top, fabs(x[r * d + f]));
        int e = LOWEST_EXPONENT;
        if (top > 0)
            frexp(top, &e);
        s->exponent[r] = e < LOWEST_EXPONENT ? LOWEST_EXPONENT : e;
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
static const int pairs_of_slices[EXACT_PRODUCT_GEMMS][2] = {{2, 0}, {0, 2}, {1, 1},
                                                            {1, 0}, {0, 1}, {0, 0}};

struct tile {
    double *hi, *lo, *product; /* rows x ld */
};

static void multiply(const struct kernel *kernel, const struct slices *k, const struct slices *q,
                     size_t keys, size_t m, size_t ld, size_t width, struct tile *t)
{
    for (int g = 0; g < EXACT_PRODUCT_GEMMS; g++) {
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (blasint)keys, (blasint)m,
                    (blasint)width, 1.0, k->part[pairs_of_slices[g][0]], (blasint)width,
                    q->part[pairs_of_slices[g][1]], (blasint)width, 0.0, t->product, (blasint)ld);
        kernel->pair_add(keys * ld, t->product, t->hi, t->lo);
    }
}

/* Undoes the rows' scaling (exact) and applies the factor `scale` (one rounding of the pair). */
static void store(const struct odamv_problem *problem, const struct slices *k,
                  const struct slices *q, size_t keys, size_t ld, const struct tile *t, double *hi,
                  float *lo)
{
    for (size_t s = 0; s < keys; s++)
        for (size_t i = 0; i < ld; i++) {
            double unit = i < problem->m ? ldexp(1, k->exponent[s] + q->exponent[i]) : 0;
            struct pair x = two_product(t->hi[s * ld + i] * unit, problem->scale);
            x = fast_two_sum(x.hi, x.lo + t->lo[s * ld + i] * unit * problem->scale);
            hi[s * ld + i] = x.hi;
            lo[s * ld + i] = (float)x.lo;
        }
}

static size_t tile_keys(size_t n, size_t ld)
{
    size_t keys = TILE / ld;
    return smaller(n, keys < 1 ? 1 : keys);
}

double exact_product_memory(size_t m, size_t n, size_t d, size_t ld)
{
    double keys = (double)tile_keys(n, ld), width = (double)smaller(d, FEATURES);
    return 8 * (3 * ((double)m + keys) * width + 3 * keys * (double)ld) + 4 * ((double)m + keys);
}

enum odamv_status exact_product(const struct odamv_problem *problem, const struct kernel *kernel,
                                size_t ld, double *hi, float *lo, double *error)
{
    const size_t m = problem->m, n = problem->n, d = problem->d;
    const size_t width = smaller(d, FEATURES), keys = tile_keys(n, ld);
    int bits;
    frexp((double)width, &bits); /* 2^bits > width */
    const int beta = (53 - bits) / 2;
    struct slices q = {0}, k = {0};
    struct tile t = {calloc(keys * ld, 8), calloc(keys * ld, 8), calloc(keys * ld, 8)};
    enum odamv_status status = ODAMV_NOMEM;
    if (!slices_alloc(&q, m, width) || !slices_alloc(&k, keys, width) || !t.hi || !t.lo ||
        !t.product)
        goto done;
    measure(&q, m, d, problem->q);
    int top = LOWEST_EXPONENT;
    for (size_t i = 0; i < m; i++)
        top = q.exponent[i] > top ? q.exponent[i] : top;
    for (size_t s = 0; s < n; s += keys) {
        const size_t count = smaller(keys, n - s);
        const double *rows = problem->k + s * d;
        measure(&k, count, d, rows);
        memset(t.hi, 0, keys * ld * sizeof *t.hi);
        memset(t.lo, 0, keys * ld * sizeof *t.lo);
        for (size_t from = 0; from < d; from += width) {
            const size_t block = smaller(width, d - from);
            if (s == 0 || d > width)
                cut(&q, m, d, problem->q, from, block, beta);
            cut(&k, count, d, rows, from, block, beta);
            multiply(kernel, &k, &q, count, m, ld, block, &t);
        }
        store(problem, &k, &q, count, ld, &t, hi + s * ld, lo + s * ld);
        for (size_t r = 0; r < count; r++) {
            /* left out: 2^(-3 beta) d; sums as pairs and the scaling: 2^-98 d; lo as float below */
            double magnitude = ldexp((double)d, top + k.exponent[r]) * fabs(problem->scale);
            double peak = 0;
            for (size_t i = 0; i < m; i++)
                peak = fmax(peak, fabs(hi[(s + r) * ld + i]));
            error[s + r] = magnitude * (ldexp(1, -3 * beta) + 0x1p-98) + peak * 0x1p-76 + 0x1p-140;
        }
    }
    status = ODAMV_OK;
done:
    slices_free(&q);
    slices_free(&k);
    free(t.hi);
    free(t.lo);
    free(t.product);
    return status;
}
