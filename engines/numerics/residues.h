/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Integers by their remainders, and back: the Chinese remainder theorem, for matrices.
 *
 * An integer S with |S| < P / 2, P the product of pairwise coprime m_1, ..., m_N, is determined by its
 * remainders: with w_i the inverse of P / m_i modulo m_i and y_i = S w_i mod m_i,
 *
 *     S / P  =  sum_i y_i / m_i   modulo 1, from -1/2 to 1/2.
 *
 * The sum is kept as a fraction of 128 bits, which wraps around by itself; 1 / m_i is rounded down to 2^-128,
 * so the sum is short of N max m_i 2^-128 at most.
 */
#ifndef ODAMV_RESIDUES_H
#define ODAMV_RESIDUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eft.h"

#define RESIDUES_MAX 32

struct modulus {
    double m;         /* an odd integer below 2^26 */
    double inverse;   /* 1 / m, rounded */
    double high;      /* 2^40 modulo m */
    double weight;    /* w_i */
    uint64_t part[2]; /* floor(2^128 / m): the upper and the lower half */
};

struct residues {
    size_t count;
    struct modulus of[RESIDUES_MAX];
    double log2_product; /* of P, rounded down a little */
    struct pair product; /* P 2^-scale */
    int scale;
};

struct fraction {
    uint64_t high, low; /* of 2^128, as a complement: the upper half of the range is negative */
};

/* The largest moduli of at most `largest`, as few as have log2 P >= bits. False: too many, or none. */
bool residues_choose(struct residues *r, double largest, double bits);

/* to_c = x_c f_c, rounded to an integer, modulo m: integers of at most m / 2 + 1; |x_c f_c| <= 2^90. */
void residues_of(const struct modulus *m, size_t count, const double *x, const double *f,
                 double *to);

/* The sums f of count fractions += y / m, where s, an integer of at most 2^52, is S modulo m. */
void residues_add(const struct modulus *m, size_t count, const double *s, struct fraction *f);

/* S 2^-scale. */
struct pair residues_value(const struct residues *r, struct fraction f);

#endif
