/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * blas_order.c: the tree by which dgemm sums, as far as C's own leaf is concerned.
 *
 * Let C0 be M = 2^100, the products 1 but for number l, which is -M. A sum that holds M or -M
 * swallows every 1 that it meets; only where the two have met, and left 0, do the 1s that are still
 * to come survive. So the result is k less the products under the node where C0 meets product l,
 * and as l runs over all of them there are as many different results as nodes above C0: one for
 * every addition that C0 goes through. (The method: P. Xie et al., "FPRev", USENIX ATC 2025.)
 */
#include "blas_order.h"

#include <cblas.h>
#include <stdlib.h>
#include <string.h>

#define MASK 0x1p100

struct probe {
    const struct matmul_shape *shape;
    double *a, *b, *c;
    unsigned char *seen; /* m p (k + 1): results of an entry */
};

static void fill(double *x, size_t count, double value)
{
    for (size_t e = 0; e < count; e++)
        x[e] = value;
}

static void ask(struct probe *p, size_t l)
{
    const struct matmul_shape *s = p->shape;
    const size_t step = s->trans_a ? 1 : s->k, first = s->trans_a ? l * s->m : l;
    fill(p->c, s->m * s->p, MASK);
    for (size_t i = 0; i < s->m; i++)
        p->a[first + i * step] = -MASK;
    cblas_dgemm(CblasRowMajor, s->trans_a ? CblasTrans : CblasNoTrans,
                s->trans_b ? CblasTrans : CblasNoTrans, (int)s->m, (int)s->p, (int)s->k, 1, p->a,
                (int)(s->trans_a ? s->m : s->k), p->b, (int)(s->trans_b ? s->k : s->p), 1, p->c,
                (int)s->p);
    for (size_t i = 0; i < s->m; i++)
        p->a[first + i * step] = 1;
    for (size_t e = 0; e < s->m * s->p; e++)
        p->seen[e * (s->k + 1) + (size_t)p->c[e]] = 1;
}

static size_t most_seen(const struct probe *p)
{
    const size_t results = p->shape->k + 1;
    size_t most = 0;
    for (size_t e = 0; e < p->shape->m * p->shape->p; e++) {
        size_t count = 0;
        for (size_t x = 0; x < results; x++)
            count += p->seen[e * results + x];
        most = count > most ? count : most;
    }
    return most;
}

size_t blas_order_additions(const struct matmul_shape *shape)
{
    const size_t m = shape->m, k = shape->k, n = shape->p;
    struct probe p = {.shape = shape,
                      .a = malloc((m * k + k * n + m * n) * sizeof *p.a),
                      .seen = calloc(m * n, k + 1)};
    size_t most = 0;
    if (p.a && p.seen) {
        p.b = p.a + m * k;
        p.c = p.b + k * n;
        fill(p.a, m * k + k * n, 1);
        for (size_t l = 0; l < k; l++)
            ask(&p, l);
        most = most_seen(&p);
    }
    free(p.a);
    free(p.seen);
    return most;
}
