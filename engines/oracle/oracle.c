/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * oracle.c: B_ij = sum_s w_is V_sj / sum_s w_is (the quotient only when normalised), where
 * w_is = exp(scale * <Q_i, K_s>).
 *
 * The dot products are exact: products and sums of doubles are dyadic numbers, and an Arb number
 * holds them without rounding. An update therefore adds its difference to a dot product without any
 * drift. Only weights, sums and the quotient are rounded, at the precision of their row, which
 * starts at 128 bits and is doubled up to 512 as long as an answer has fewer than 64 correct bits.
 *
 * Nothing is computed before it is asked for. A K update is appended to a ring; a row reads on from
 * where it stopped, and evaluates the exponentials of the entries that changed. A row that fell
 * behind by more than the ring holds (n d changes, as many as there are terms in a fresh
 * computation) starts afresh.
 *
 * With u K updates since the last query of that row: O(1) per K or V update, O(n) exact
 * multiplications per Q update, u exact multiplications, min(u, n) exponentials and O(n) additions
 * and multiplications per query. Space: 2 m n + n p Arb numbers (48 bytes and, over 128 bits, what
 * they need).
 */
#include "oracle.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { PRECISION_FIRST = 128, PRECISION_LAST = 512, ACCURACY = 64 };

struct change {
    size_t key, feature;
    double before, after;
};

struct row {
    arb_t sum;       /* of its weights */
    uint64_t seen;   /* changes of K that its dot products contain */
    slong precision; /* of its weights */
    bool known;      /* its dot products have been computed */
    bool summed;     /* sum belongs to its weights, and none is stale */
};

struct oracle {
    size_t m, n, d, p;
    bool normalised;
    arf_t scale;
    double *q, *k;        /* m x d, n x d */
    arb_ptr v;            /* n x p, exact */
    arb_ptr dots;         /* m x n, exact: <Q_i, K_s> */
    arb_ptr weights;      /* m x n */
    unsigned char *stale; /* m x n: the weight is older than its dot product */
    struct row *rows;     /* m */
    struct change *ring;  /* n d */
    uint64_t changes;     /* of K so far; the latest are in the ring */
};

static void *copy_of(const double *from, size_t count)
{
    double *to = malloc(count * sizeof *to);

    if (to != NULL)
        memcpy(to, from, count * sizeof *to);
    return to;
}

struct oracle *oracle_open(const struct odamv_problem *problem)
{
    struct oracle *o = calloc(1, sizeof *o);

    if (o == NULL)
        return NULL;
    o->m = problem->m;
    o->n = problem->n;
    o->d = problem->d;
    o->p = problem->p;
    o->normalised = problem->normalised;
    arf_init(o->scale);
    arf_set_d(o->scale, problem->scale);
    o->q = copy_of(problem->q, o->m * o->d);
    o->k = copy_of(problem->k, o->n * o->d);
    o->stale = calloc(o->m, o->n);
    o->rows = calloc(o->m, sizeof *o->rows);
    o->ring = calloc(o->n * o->d, sizeof *o->ring);
    if (o->q == NULL || o->k == NULL || o->stale == NULL || o->rows == NULL || o->ring == NULL) {
        oracle_close(o);
        return NULL;
    }
    o->v = _arb_vec_init((slong)(o->n * o->p));
    for (size_t e = 0; e < o->n * o->p; e++)
        arb_set_d(o->v + e, problem->v[e]);
    o->dots = _arb_vec_init((slong)(o->m * o->n));
    o->weights = _arb_vec_init((slong)(o->m * o->n));
    for (size_t i = 0; i < o->m; i++) {
        arb_init(o->rows[i].sum);
        o->rows[i].precision = PRECISION_FIRST;
    }
    return o;
}

void oracle_close(struct oracle *o)
{
    if (o == NULL)
        return;
    if (o->weights != NULL) { /* the last that open makes */
        for (size_t i = 0; i < o->m; i++)
            arb_clear(o->rows[i].sum);
        _arb_vec_clear(o->weights, (slong)(o->m * o->n));
        _arb_vec_clear(o->dots, (slong)(o->m * o->n));
        _arb_vec_clear(o->v, (slong)(o->n * o->p));
    }
    arf_clear(o->scale);
    free(o->ring);
    free(o->rows);
    free(o->stale);
    free(o->k);
    free(o->q);
    free(o);
    flint_cleanup(); /* what FLINT keeps of freed numbers for the next ones */
}

/* dot += x * (after - before), exactly. */
static void dot_change(arb_t dot, double x, double before, double after)
{
    arf_t factor, difference;

    arf_init(factor);
    arf_init(difference);
    arf_set_d(factor, x);
    arf_set_d(difference, after);
    if (before != 0) {
        arf_t old;
        arf_init(old);
        arf_set_d(old, before);
        arf_sub(difference, difference, old, ARF_PREC_EXACT, ARF_RND_DOWN);
        arf_clear(old);
    }
    arf_addmul(arb_midref(dot), factor, difference, ARF_PREC_EXACT, ARF_RND_DOWN);
    arf_clear(difference);
    arf_clear(factor);
}

static void row_start(struct oracle *o, size_t i)
{
    struct row *row = o->rows + i;

    for (size_t s = 0; s < o->n; s++) {
        arb_ptr dot = o->dots + i * o->n + s;
        arb_zero(dot);
        for (size_t f = 0; f < o->d; f++)
            dot_change(dot, o->q[i * o->d + f], 0, o->k[s * o->d + f]);
    }
    memset(o->stale + i * o->n, 1, o->n);
    row->seen = o->changes;
    row->known = true;
    row->summed = false;
}

/* Brings the dot products of the row up to the present K. */
static void row_follow(struct oracle *o, size_t i)
{
    struct row *row = o->rows + i;
    const size_t capacity = o->n * o->d;

    if (!row->known || o->changes - row->seen > capacity) {
        row_start(o, i);
        return;
    }
    for (; row->seen < o->changes; row->seen++) {
        const struct change *c = o->ring + row->seen % capacity;
        dot_change(o->dots + i * o->n + c->key, o->q[i * o->d + c->feature], c->before, c->after);
        o->stale[i * o->n + c->key] = 1;
        row->summed = false;
    }
}

/* The weights of the row and their sum, at its precision. */
static void row_weigh(struct oracle *o, size_t i)
{
    struct row *row = o->rows + i;
    arb_t logit;

    if (row->summed)
        return;
    arb_init(logit);
    arb_zero(row->sum);
    for (size_t s = 0; s < o->n; s++) {
        const size_t e = i * o->n + s;
        if (o->stale[e]) {
            arf_mul(arb_midref(logit), arb_midref(o->dots + e), o->scale, ARF_PREC_EXACT,
                    ARF_RND_DOWN);
            arb_exp(o->weights + e, logit, row->precision);
            o->stale[e] = 0;
        }
        arb_add(row->sum, row->sum, o->weights + e, row->precision);
    }
    row->summed = true;
    arb_clear(logit);
}

void oracle_set_k(struct oracle *o, size_t key, size_t feature, double value)
{
    double *cell = o->k + key * o->d + feature;

    if (*cell != value)
        o->ring[o->changes++ % (o->n * o->d)] = (struct change){key, feature, *cell, value};
    *cell = value;
}

void oracle_set_v(struct oracle *o, size_t key, size_t column, double value)
{
    arb_set_d(o->v + key * o->p + column, value);
}

void oracle_set_q(struct oracle *o, size_t i, size_t feature, double value)
{
    struct row *row = o->rows + i;
    double *cell = o->q + i * o->d + feature;

    if (row->known) {
        row_follow(o, i); /* the changes of K so far belong to the old entry */
        for (size_t s = 0; s < o->n; s++)
            dot_change(o->dots + i * o->n + s, o->k[s * o->d + feature], *cell, value);
        memset(o->stale + i * o->n, 1, o->n);
        row->summed = false;
    }
    *cell = value;
}

void oracle_query(struct oracle *o, size_t i, size_t j, arb_t out)
{
    struct row *row = o->rows + i;

    row_follow(o, i);
    for (;;) {
        row_weigh(o, i);
        arb_dot(out, NULL, 0, o->weights + i * o->n, 1, o->v + j, (slong)o->p, (slong)o->n,
                row->precision);
        if (o->normalised)
            arb_div(out, out, row->sum, row->precision);
        if (arb_is_exact(out) || arb_rel_accuracy_bits(out) >= ACCURACY ||
            row->precision >= PRECISION_LAST)
            return;
        row->precision *= 2;
        row->summed = false;
        memset(o->stale + i * o->n, 1, o->n);
    }
}

struct oracle_error oracle_distance(const arb_t exact, double value)
{
    struct oracle_error error = {value, value};
    arf_t x, end;
    arb_t distance;

    if (value != value)
        return error;
    arf_init(x);
    arf_init(end);
    arb_init(distance);
    arf_set_d(x, value);
    arb_sub_arf(distance, exact, x, PRECISION_LAST);
    arb_get_abs_lbound_arf(end, distance, 64);
    error.lower = arf_get_d(end, ARF_RND_FLOOR);
    arb_get_abs_ubound_arf(end, distance, 64);
    error.upper = arf_get_d(end, ARF_RND_CEIL);
    arb_clear(distance);
    arf_clear(end);
    arf_clear(x);
    return error;
}

struct oracle_error oracle_error(struct oracle *o, size_t i, size_t j, double value)
{
    struct oracle_error error;
    arb_t exact;

    arb_init(exact);
    oracle_query(o, i, j, exact);
    error = oracle_distance(exact, value);
    arb_clear(exact);
    return error;
}
