/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wide_product.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engines/numerics/array.h"
#include "engines/numerics/eft.h"

#define BITS_WANTED     60
#define LOWEST_EXPONENT (-500) /* smaller operands are treated as if they were this large */

static struct matmul_shape shape_of(const struct wide_shape *x)
{
    return product_shape(x->rows, x->inner, x->columns, true);
}

/* False: more slices than there are. */
static bool cut_for(struct wide_choice *x, double growth)
{
    int bits;
    frexp(growth, &bits); /* growth < 2^bits */
    const int beta = (53 - bits) / 2;
    if (!(growth < 0x1p53) || beta < BITS_WANTED / WIDE_SLICES_MAX)
        return false;
    x->bits = beta;
    x->slices = (BITS_WANTED + beta - 1) / beta;
    return true;
}

static struct wide_choice classical(const struct wide_shape *shape)
{
    struct wide_choice x = {0};
    cut_for(&x, (double)shape->inner);
    return x;
}

static double products(const struct wide_choice *x)
{
    return x->slices * (x->slices + 1) / 2;
}

static double multiplications(const struct wide_choice *x, const struct wide_shape *shape)
{
    const double one = (double)shape->rows * (double)shape->inner * (double)shape->columns;
    return products(x) * (x->fast ? matmul_counts_multiplications(&x->plan.counts) : one);
}

/* Fewer levels may grow little enough for one slice less: the leaf with the fewest multiplications. */
struct wide_choice wide_choose(const struct wide_shape *shape, const struct odamv_options *options)
{
    const struct matmul_shape product = shape_of(shape);
    struct wide_choice best = classical(shape);
    struct odamv_options tried = options ? *options : (struct odamv_options){0};
    bool fast = true;
    for (int step = 0; fast && step < 64; step++) {
        struct wide_choice x = {.leaf = tried.leaf};
        fast = product_predict(&tried, &product, &x.plan) && x.plan.levels > 0;
        x.fast = fast && cut_for(&x, x.plan.growth);
        if (x.fast && multiplications(&x, shape) < multiplications(&best, shape))
            best = x;
        if (product_automatic(options))
            break;
        tried.leaf = 2 * (tried.leaf ? tried.leaf : PRODUCT_LEAF);
    }
    return best;
}

static bool arrays_open(struct wide_product *w)
{
    const size_t inner = w->shape.inner, rows = w->shape.rows, columns = w->shape.columns;
    bool whole = true;
    w->b_hi = array_alloc(array_times(inner, columns), sizeof *w->b_hi);
    w->b_lo = array_alloc(array_times(inner, columns), sizeof *w->b_lo);
    for (int t = 0; t < w->choice.slices; t++) {
        w->part_a[t] = array_alloc(array_times(inner, rows), sizeof *w->part_a[t]);
        w->part_b[t] = array_alloc(array_times(inner, columns), sizeof *w->part_b[t]);
        whole = whole && w->part_a[t] && w->part_b[t];
    }
    w->s = array_alloc(array_times(rows, columns), sizeof *w->s);
    w->factor_a = array_alloc(rows, sizeof *w->factor_a);
    w->factor_b = array_alloc(columns, sizeof *w->factor_b);
    w->unit = array_alloc(columns, sizeof *w->unit);
    w->error = array_alloc(columns, sizeof *w->error);
    return whole && w->b_hi && w->b_lo && w->s && w->factor_a && w->factor_b && w->unit && w->error;
}

enum odamv_status wide_product_open(struct wide_product *w, const struct wide_shape *shape,
                                    const struct odamv_options *options,
                                    const struct product *other)
{
    const struct matmul_shape product = shape_of(shape);
    struct odamv_options chosen = options ? *options : (struct odamv_options){0};
    char message[200];
    enum odamv_status status = product_check(options, message, sizeof message);
    *w = (struct wide_product){.shape = *shape, .kernel = kernel_best()};
    if (status != ODAMV_OK)
        return status;
    w->choice = wide_choose(shape, options);
    chosen.leaf = w->choice.leaf;
    if (w->choice.fast)
        status = product_open_like(&w->product, &chosen, &product, other);
    if (status != ODAMV_OK)
        return status;
    if (w->choice.fast && !w->product.plan) /* `auto`, asked again, may find otherwise */
        w->choice = classical(shape);
    if (!arrays_open(w))
        status = ODAMV_NOMEM;
    if (status != ODAMV_OK)
        wide_product_close(w);
    return status;
}

void wide_product_close(struct wide_product *w)
{
    product_close(&w->product);
    for (int t = 0; t < WIDE_SLICES_MAX; t++) {
        free(w->part_a[t]);
        free(w->part_b[t]);
    }
    free(w->b_hi);
    free(w->b_lo);
    free(w->s);
    free(w->factor_a);
    free(w->factor_b);
    free(w->unit);
    free(w->error);
    *w = (struct wide_product){0};
}

double wide_product_memory(const struct wide_shape *shape, const struct odamv_options *options)
{
    const double inner = (double)shape->inner, rows = (double)shape->rows;
    const double columns = (double)shape->columns;
    const struct wide_choice x = wide_choose(shape, options);
    return 8 * (x.slices * inner * (rows + columns) + 2 * inner * columns + rows * columns + rows +
                3 * columns) +
           (x.fast ? x.plan.memory : 0);
}

/* --- the product ------------------------------------------------------------------------------- */

static int exponent_of(double top)
{
    int e = LOWEST_EXPONENT;
    if (top > 0)
        frexp(top, &e);
    return e < LOWEST_EXPONENT ? LOWEST_EXPONENT : e;
}

/* The powers of two, and the error that follows from them: none where an operand is 0. */
static void scale(struct wide_product *w, size_t inner, size_t columns, const double *a)
{
    const size_t rows = w->shape.rows;
    const double peak = product_peak(a, inner, rows, rows);
    const int top = exponent_of(peak), left = 53 - w->choice.slices * w->choice.bits;
    for (size_t j = 0; j < rows; j++)
        w->factor_a[j] = ldexp(1, -top);
    memset(w->factor_b, 0, columns * sizeof *w->factor_b);
    for (size_t s = 0; s < inner; s++)
        for (size_t i = 0; i < columns; i++)
            w->factor_b[i] = fmax(w->factor_b[i], fabs(w->b_hi[s * w->shape.columns + i]));
    for (size_t i = 0; i < columns; i++) {
        const int e = exponent_of(w->factor_b[i]);
        w->error[i] = peak > 0 && w->factor_b[i] > 0 ? ldexp((double)inner, e + top + left) : 0;
        w->factor_b[i] = ldexp(1, -e);
        w->unit[i] = ldexp(1, e + top);
    }
}

/* At most a panel of a row of A or of B, to `at` of the slices. low: null, or at most half a unit in
 * the last place of x. Slice t has unit 2^(-(t + 1) beta - t): adding and subtracting 1.5 * 2^52 of
 * them rounds to whole ones. */
static void cut_panel(const struct wide_choice *choice, double *const *part, size_t at,
                      size_t count, const double *x, const double *low, const double *factor)
{
    double rest[PANEL];
    for (size_t i = 0; i < count; i++)
        rest[i] = x[i] * factor[i];
    for (int t = 0; t < choice->slices; t++) {
        const double magic = ldexp(1.5, 52 - (t + 1) * choice->bits - t);
        double *piece = part[t] + at;
        for (size_t i = 0; i < count; i++) {
            piece[i] = (rest[i] + magic) - magic;
            rest[i] -= piece[i];
        }
        for (size_t i = 0; t == 0 && low && i < count; i++)
            rest[i] += low[i] * factor[i];
    }
}

static void cut(const struct wide_choice *choice, double *const *part, size_t at, size_t count,
                const double *x, const double *low, const double *factor)
{
    for (size_t i = 0; i < count; i += PANEL)
        cut_panel(choice, part, at + i, count - i < PANEL ? count - i : PANEL, x + i,
                  low ? low + i : NULL, factor + i);
}

/* Both operands in slices; a plan reads all of its shape, of which what is beyond is 0. */
static void cut_all(struct wide_product *w, size_t inner, size_t columns, const double *a,
                    bool whole)
{
    const struct wide_shape *x = &w->shape;
    for (int t = 0; t < w->choice.slices && whole; t++) {
        memset(w->part_a[t], 0, x->inner * x->rows * sizeof *w->part_a[t]);
        memset(w->part_b[t], 0, x->inner * x->columns * sizeof *w->part_b[t]);
    }
    for (size_t s = 0; s < inner; s++) {
        const size_t at = s * x->columns;
        cut(&w->choice, w->part_a, s * x->rows, x->rows, a + s * x->rows, NULL, w->factor_a);
        cut(&w->choice, w->part_b, at, columns, w->b_hi + at, w->b_lo + at, w->factor_b);
    }
}

/* Whether the padded product multiplies no more often than the classical one does without. */
static bool goes_fast(const struct wide_choice *x, double rows, double inner, double columns)
{
    return x->fast && matmul_counts_multiplications(&x->plan.counts) <= rows * inner * columns;
}

static void multiply(struct wide_product *w, const double *a, const double *b, size_t inner,
                     size_t columns, bool fast)
{
    const struct wide_shape *x = &w->shape;
    if (fast)
        product_run(&w->product, a, x->rows, b, x->columns, w->s, x->columns);
    else
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (blasint)x->rows, (blasint)columns,
                    (blasint)inner, 1.0, a, (blasint)x->rows, b, (blasint)x->columns, 0.0, w->s,
                    (blasint)x->columns);
}

bool wide_product_run(struct wide_product *w, size_t inner, size_t columns, const double *a,
                      double *hi, double *lo, size_t ld)
{
    const size_t rows = w->shape.rows;
    const bool fast = goes_fast(&w->choice, (double)rows, (double)inner, (double)columns);
    scale(w, inner, columns, a);
    cut_all(w, inner, columns, a, fast);
    for (int last = w->choice.slices - 1; last >= 0; last--)
        for (int t = 0; t <= last; t++) {
            multiply(w, w->part_a[t], w->part_b[last - t], inner, columns, fast);
            for (size_t j = 0; j < rows; j++) {
                double *s = w->s + j * w->shape.columns;
                for (size_t i = 0; i < columns; i++)
                    s[i] *= w->unit[i];
                w->kernel->pair_add(columns, s, hi + j * ld, lo + j * ld);
            }
        }
    return fast;
}

/* per entry of A and of B a scaling and three additions per slice, of the low part of B two more;
 * per product and entry of C a scaling and a sum of pairs */
void wide_product_count(struct odamv_counts *c, const struct wide_choice *choice, double rows,
                        double inner, double columns, double times)
{
    const double slices = choice->slices, each = products(choice);
    if (goes_fast(choice, rows, inner, columns)) {
        product_count(c, &choice->plan.counts, each * times);
    } else {
        c->gemm_additions += each * times * rows * inner * columns;
        c->gemm_multiplications += each * times * rows * inner * columns;
    }
    c->additions += times * (3 * slices * inner * (rows + columns) + inner * columns +
                             10 * each * rows * columns);
    c->multiplications += times * (inner * (rows + 2 * columns) + each * rows * columns);
}
