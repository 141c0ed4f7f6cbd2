/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scheme_builtin.c: schemes by name.
 *
 * Strassen's and Winograd's are written down from their definitions. dps222 is Strassen's after the
 * change of bases A -> P A P^-1, B and C likewise, with P = (1, 1/2; 0, 1), which makes his seven
 * rank-one terms nearly equally long: sum_l |u_l|_2 |v_l|_2 |w_l|_2 is 12.20, not 14.83, and errors
 * are smaller in the mean, though not at worst. This choice and its reason: J.-G. Dumas, C. Pernet,
 * A. Sedoglavic, "Strassen's algorithm is not optimally accurate" (ISSAC 2024). hk323 and hk424 reach the
 * ranks of J. E. Hopcroft and L. R. Kerr (SIAM J. Appl. Math. 20, 1971) for <m,2,n>,
 *
 *     r = ceil((3 m n + max(m, n)) / 2)
 *
 * Their coefficients here were found by a random walk on schemes over {-1,0,1} that starts from the
 * definition, merges products that share two factors, and rewrites
 *
 *     a x b x c + a x b' x c' = a x (b + b') x c + a x b' x (c' - c)
 *
 * All pass Brent's equations, which is all that has to be believed.
 *
 * Why <m,2,n>: per level the inner dimension halves while the number of products grows only by
 * r / (m n) per output: 7/4, 15/9 and 26/16 for these three. For n x n^a x n with small a this
 * counts.
 */
#include <stdlib.h>
#include <string.h>

#include "matmul.h"
#include "ratio.h"
#include "say.h"

#include "scheme_builtin.inc"

const char *const matmul_scheme_names[] = {"classical", "strassen", "winograd", "dps222",
                                           "hk323",     "hk424",    NULL};

struct builtin {
    const char *name;
    int unit; /* what a coefficient of 1 is written as */
    size_t m, k, n, r;
    const signed char *u, *v, *w;
};

/* Of those that have the shape asked for, the last is taken. */
static const struct builtin builtins[] = {
    {"dps222", 4, 2, 2, 2, 7, dps222_u, dps222_v, dps222_w},
    {"strassen", 1, 2, 2, 2, 7, strassen_u, strassen_v, strassen_w},
    {"winograd", 1, 2, 2, 2, 7, winograd_u, winograd_v, winograd_w},
    {"hk323", 1, 3, 2, 3, 15, hk323_u, hk323_v, hk323_w},
    {"hk424", 1, 4, 2, 4, 26, hk424_u, hk424_v, hk424_w},
};
enum { BUILTINS = sizeof builtins / sizeof *builtins };

static void copy(const signed char *from, int unit, size_t count, struct matmul_ratio *to)
{
    for (size_t q = 0; q < count; q++)
        matmul_ratio_make(from[q], unit, &to[q]);
}

static enum odamv_status load(const struct builtin *b, struct matmul_scheme **out)
{
    enum odamv_status status = matmul_scheme_open(b->m, b->k, b->n, b->r, out);
    if (status)
        return status;
    copy(b->u, b->unit, b->r * b->m * b->k, (*out)->u);
    copy(b->v, b->unit, b->r * b->k * b->n, (*out)->v);
    copy(b->w, b->unit, b->r * b->m * b->n, (*out)->w);
    snprintf((*out)->name, sizeof(*out)->name, "%s", b->name);
    return ODAMV_OK;
}

/* One product per triple of indices. */
static enum odamv_status plain(size_t m, size_t k, size_t n, struct matmul_scheme **out)
{
    enum odamv_status status = matmul_scheme_open(m, k, n, m * k * n, out);
    if (status)
        return status;
    struct matmul_scheme *s = *out;
    size_t q = 0;
    for (size_t i = 0; i < m; i++)
        for (size_t l = 0; l < n; l++)
            for (size_t j = 0; j < k; j++, q++) {
                s->u[q * m * k + i * k + j].num = 1;
                s->v[q * k * n + j * n + l].num = 1;
                s->w[q * m * n + i * n + l].num = 1;
            }
    snprintf(s->name, sizeof s->name, "plain-%zux%zux%zu", m, k, n);
    return ODAMV_OK;
}

/* s, or its rotations and their transposes until the shape is right; closes what it replaces. */
static enum odamv_status permute(struct matmul_scheme *s, size_t m, size_t k, size_t n,
                                 struct matmul_scheme **out)
{
    for (int turn = 0; s; turn++) {
        if (s->m == m && s->k == k && s->n == n) {
            *out = s;
            return ODAMV_OK;
        }
        struct matmul_scheme *next = NULL;
        if (turn < 5 &&
            (turn % 3 == 2 ? matmul_scheme_transpose(s, &next) : matmul_scheme_rotate(s, &next))) {
            matmul_scheme_close(s);
            return ODAMV_NOMEM;
        }
        matmul_scheme_close(s);
        s = next;
    }
    return ODAMV_DOMAIN;
}

static bool shape_of(const char *text, size_t *m, size_t *k, size_t *n)
{
    int end = -1;
    unsigned x, y, z;
    if (strspn(text, "0123456789x") != strlen(text) || strlen(text) > 16 ||
        sscanf(text, "%ux%ux%u%n", &x, &y, &z, &end) != 3 || end < 0 || text[end])
        return false;
    *m = x, *k = y, *n = z;
    return true;
}

static enum odamv_status unknown(const char *text, struct matmul_scheme **out, char *message,
                                 size_t size)
{
    *out = NULL;
    matmul_say(message, size,
               "no scheme '%.40s': expected classical, strassen, winograd, dps222, hk323, hk424, "
               "plain-MxKxN, "
               "a shape like 3x3x2 of one of these, or several joined by '*'",
               text);
    return ODAMV_DOMAIN;
}

/* One factor of a name. */
static enum odamv_status find(const char *text, struct matmul_scheme **out, char *message,
                              size_t size)
{
    size_t m, k, n;
    enum odamv_status status = ODAMV_DOMAIN;
    *out = NULL;
    if (!strcmp(text, "classical")) {
        status = plain(1, 1, 1, out);
        if (!status)
            snprintf((*out)->name, sizeof(*out)->name, "classical");
        return status;
    }
    if (!strncmp(text, "plain-", 6) && shape_of(text + 6, &m, &k, &n))
        status = plain(m, k, n, out);
    for (int b = 0; status == ODAMV_DOMAIN && b < BUILTINS; b++)
        if (!strcmp(text, builtins[b].name))
            status = load(&builtins[b], out);
    bool shaped = shape_of(text, &m, &k, &n);
    for (int b = BUILTINS; shaped && status == ODAMV_DOMAIN && b-- > 0;) {
        struct matmul_scheme *s;
        if ((status = load(&builtins[b], &s)))
            break;
        status = permute(s, m, k, n, out);
    }
    if (status == ODAMV_DOMAIN)
        return unknown(text, out, message, size);
    if (!status && shaped)
        snprintf((*out)->name, sizeof(*out)->name, "%s", text);
    return status;
}

enum odamv_status matmul_scheme_find(const char *name, struct matmul_scheme **out, char *message,
                                     size_t size)
{
    struct matmul_scheme *product = NULL;
    enum odamv_status status = ODAMV_OK;
    *out = NULL;
    if (!*name)
        return unknown(name, out, message, size);
    for (const char *at = name, *end; at; at = *end ? end + 1 : NULL) {
        char text[MATMUL_NAME_MAX];
        end = at + strcspn(at, "*");
        snprintf(text, sizeof text, "%.*s", (int)(end - at < 63 ? end - at : 63), at);
        struct matmul_scheme *factor, *both = NULL;
        status = find(text, &factor, message, size);
        if (!status && product) {
            status = matmul_scheme_tensor(product, factor, &both);
            if (status == ODAMV_DOMAIN)
                matmul_say(message, size,
                           "scheme '%.40s': at most %d blocks a side and %d products", name,
                           MATMUL_SIDE_MAX, MATMUL_RANK_MAX);
            matmul_scheme_close(factor);
            factor = both;
        }
        matmul_scheme_close(product);
        product = factor;
        if (status)
            return status;
    }
    status = matmul_scheme_verify(product, message, size);
    if (status)
        matmul_scheme_close(product);
    else
        *out = product;
    return status;
}
