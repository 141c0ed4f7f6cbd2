/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scheme.c: bilinear schemes for matrix products: storage, proof, and the operations that make new
 * ones.
 *
 * A scheme <m,k,n;r> computes C = A B for blocks exactly when
 *
 *     sum_q u_q[i,j] v_q[j',l] w_q[i',l'] = 1 if i = i', j = j', l = l', else 0       (Brent 1970)
 *
 * for all i and i' below m, j and j' below k, l and l' below n. verify multiplies each side by its
 * common denominator and checks the (m k n)^2 sums in 64-bit integers with overflow checks. The
 * tensor of the product is invariant under
 *
 *     (A, B, C^T) -> (B, C^T, A)   and   (A, B, C) -> (B^T, A^T, C^T)
 *
 * which rotate and transpose apply to the coefficients. The tensor product of two schemes
 * multiplies their coefficients.
 */
#include <stdlib.h>
#include <string.h>

#include "ratio.h"
#include "say.h"

enum odamv_status matmul_scheme_open(size_t m, size_t k, size_t n, size_t r,
                                     struct matmul_scheme **out)
{
    *out = NULL;
    if (!m || !k || !n || !r || m > MATMUL_SIDE_MAX || k > MATMUL_SIDE_MAX || n > MATMUL_SIDE_MAX ||
        r > MATMUL_RANK_MAX)
        return ODAMV_DOMAIN;
    struct matmul_scheme *s = calloc(1, sizeof *s);
    if (!s)
        return ODAMV_NOMEM;
    s->m = m, s->k = k, s->n = n, s->r = r;
    s->u = calloc(r * m * k, sizeof *s->u);
    s->v = calloc(r * k * n, sizeof *s->v);
    s->w = calloc(r * m * n, sizeof *s->w);
    if (!s->u || !s->v || !s->w) {
        matmul_scheme_close(s);
        return ODAMV_NOMEM;
    }
    for (size_t q = 0; q < r * m * k; q++)
        s->u[q].den = 1;
    for (size_t q = 0; q < r * k * n; q++)
        s->v[q].den = 1;
    for (size_t q = 0; q < r * m * n; q++)
        s->w[q].den = 1;
    *out = s;
    return ODAMV_OK;
}

void matmul_scheme_close(struct matmul_scheme *s)
{
    if (!s)
        return;
    free(s->u);
    free(s->v);
    free(s->w);
    free(s);
}

/* --- Brent's equations --------------------------------------------------------------------- */

/* c[q] = common * x[q]; 0 when a coefficient is out of range or the common denominator is too
 * large. */
static int64_t integers(const struct matmul_ratio *x, size_t count, int64_t *c)
{
    int64_t common = 1;
    for (size_t q = 0; q < count; q++) {
        if (x[q].den < 1 || x[q].den > MATMUL_COEF_MAX || x[q].num > MATMUL_COEF_MAX ||
            x[q].num < -MATMUL_COEF_MAX)
            return 0;
        common = common / matmul_gcd(common, x[q].den) * x[q].den;
        if (common > INT64_C(1) << 24)
            return 0;
    }
    for (size_t q = 0; q < count; q++)
        c[q] = common / x[q].den * x[q].num;
    return common;
}

/* sum += u v w; false on overflow */
static bool accumulate(int64_t u, int64_t v, int64_t w, int64_t *sum)
{
    int64_t t;
    return !__builtin_mul_overflow(u, v, &t) && !__builtin_mul_overflow(t, w, &t) &&
           !__builtin_add_overflow(*sum, t, sum);
}

struct brent {
    const struct matmul_scheme *s;
    int64_t *u, *v, *w, unit; /* integers, and what a product of one unit is */
};

static bool equation(const struct brent *b, size_t a, size_t v, size_t c, char *message,
                     size_t size)
{
    const struct matmul_scheme *s = b->s;
    int64_t sum = 0;
    bool fits = true;
    for (size_t q = 0; q < s->r && fits; q++)
        fits = accumulate(b->u[q * s->m * s->k + a], b->v[q * s->k * s->n + v],
                          b->w[q * s->m * s->n + c], &sum);
    size_t i = a / s->k, j = a % s->k, j2 = v / s->n, l = v % s->n, i2 = c / s->n, l2 = c % s->n;
    int64_t want = i == i2 && j == j2 && l == l2 ? b->unit : 0;
    if (!fits)
        return matmul_say(message, size, "coefficients too large for exact verification");
    if (sum == want)
        return true;
    return matmul_say(
        message, size,
        "Brent's equation for A[%zu,%zu] B[%zu,%zu] C[%zu,%zu] fails: the sum is %.17g, "
        "expected %d",
        i, j, j2, l, i2, l2, (double)sum / (double)b->unit, want != 0);
}

enum odamv_status matmul_scheme_verify(const struct matmul_scheme *s, char *message, size_t size)
{
    size_t mk = s->m * s->k, kn = s->k * s->n, mn = s->m * s->n;
    struct brent b = {.s = s};
    b.u = malloc(s->r * (mk + kn + mn) * sizeof *b.u);
    if (!b.u)
        return ODAMV_NOMEM;
    b.v = b.u + s->r * mk, b.w = b.v + s->r * kn;
    int64_t du = integers(s->u, s->r * mk, b.u), dv = integers(s->v, s->r * kn, b.v);
    int64_t dw = integers(s->w, s->r * mn, b.w);
    bool ok = du && dv && dw && !__builtin_mul_overflow(du, dv, &b.unit) &&
              !__builtin_mul_overflow(b.unit, dw, &b.unit);
    if (!ok)
        matmul_say(message, size, "a coefficient or a common denominator is too large (at most %d)",
                   MATMUL_COEF_MAX);
    for (size_t i = 0; ok && i < mk; i++)
        for (size_t j = 0; ok && j < kn; j++)
            for (size_t l = 0; ok && l < mn; l++)
                ok = equation(&b, i, j, l, message, size);
    free(b.u);
    return ok ? ODAMV_OK : ODAMV_DOMAIN;
}

/* --- symmetries and products --------------------------------------------------------------- */

/* to[q][c,r] = from[q][r,c] for r matrices of rows x cols */
static void flip(size_t r, size_t rows, size_t cols, const struct matmul_ratio *from,
                 struct matmul_ratio *to)
{
    for (size_t q = 0; q < r; q++)
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < cols; j++)
                to[(q * cols + j) * rows + i] = from[(q * rows + i) * cols + j];
}

enum odamv_status matmul_scheme_rotate(const struct matmul_scheme *s, struct matmul_scheme **out)
{
    enum odamv_status status = matmul_scheme_open(s->k, s->n, s->m, s->r, out);
    if (status)
        return status;
    memcpy((*out)->u, s->v, s->r * s->k * s->n * sizeof *s->v);
    flip(s->r, s->m, s->n, s->w, (*out)->v);
    flip(s->r, s->m, s->k, s->u, (*out)->w);
    memcpy((*out)->name, s->name, sizeof s->name);
    return ODAMV_OK;
}

enum odamv_status matmul_scheme_transpose(const struct matmul_scheme *s, struct matmul_scheme **out)
{
    enum odamv_status status = matmul_scheme_open(s->n, s->k, s->m, s->r, out);
    if (status)
        return status;
    flip(s->r, s->k, s->n, s->v, (*out)->u);
    flip(s->r, s->m, s->k, s->u, (*out)->v);
    flip(s->r, s->m, s->n, s->w, (*out)->w);
    memcpy((*out)->name, s->name, sizeof s->name);
    return ODAMV_OK;
}

/* The coefficients of one side: r matrices of rows x cols. */
struct side {
    size_t r, rows, cols;
    const struct matmul_ratio *x;
};

/* to[(p,q)][(i,i2),(j,j2)] = a[p][i,j] b[q][i2,j2] */
static bool kronecker(const struct side *a, const struct side *b, struct matmul_ratio *to)
{
    size_t size_a = a->rows * a->cols, size_b = b->rows * b->cols;
    for (size_t x = 0; x < a->r * size_a; x++)
        for (size_t y = 0; y < b->r * size_b; y++) {
            size_t p = x / size_a, i = x % size_a / a->cols, j = x % a->cols;
            size_t q = y / size_b, i2 = y % size_b / b->cols, j2 = y % b->cols;
            size_t row = i * b->rows + i2, col = j * b->cols + j2;
            size_t at = (p * b->r + q) * size_a * size_b + row * a->cols * b->cols + col;
            if (!matmul_ratio_times(a->x[x], b->x[y], &to[at]))
                return false;
        }
    return true;
}

enum odamv_status matmul_scheme_tensor(const struct matmul_scheme *a, const struct matmul_scheme *b,
                                       struct matmul_scheme **out)
{
    enum odamv_status status =
        matmul_scheme_open(a->m * b->m, a->k * b->k, a->n * b->n, a->r * b->r, out);
    if (status)
        return status;
    struct matmul_scheme *s = *out;
    const struct side sides_a[3] = {
        {a->r, a->m, a->k, a->u}, {a->r, a->k, a->n, a->v}, {a->r, a->m, a->n, a->w}};
    const struct side sides_b[3] = {
        {b->r, b->m, b->k, b->u}, {b->r, b->k, b->n, b->v}, {b->r, b->m, b->n, b->w}};
    struct matmul_ratio *const to[3] = {s->u, s->v, s->w};
    bool fits = true;
    for (int side = 0; side < 3 && fits; side++)
        fits = kronecker(&sides_a[side], &sides_b[side], to[side]);
    if (!fits) {
        matmul_scheme_close(s);
        *out = NULL;
        return ODAMV_DOMAIN;
    }
    char name[2 * MATMUL_NAME_MAX];
    snprintf(name, sizeof name, "%s*%s", a->name, b->name);
    snprintf(s->name, sizeof s->name, "%.*s", MATMUL_NAME_MAX - 1, name);
    return ODAMV_OK;
}
