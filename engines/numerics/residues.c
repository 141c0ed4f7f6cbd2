/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "residues.h"

#include <math.h>

/* Adding and subtracting it rounds what is below 2^51 to an integer. */
#define WHOLE 0x1.8p52

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    while (b) {
        const uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* The inverse of a modulo m, which are coprime. */
static uint64_t inverse(uint64_t a, uint64_t m)
{
    int64_t x = 1, y = 0;
    uint64_t b = m;
    a %= m;
    while (b) {
        const uint64_t quotient = a / b, rest = a % b;
        const int64_t next = x - (int64_t)quotient * y;
        a = b;
        b = rest;
        x = y;
        y = next;
    }
    return (uint64_t)(x < 0 ? x + (int64_t)m : x) % m;
}

static struct modulus modulus_of(uint64_t m)
{
    /* 2^128 / m in four digits of 32 bits, m being no power of two */
    uint64_t digit[4], rest = 1;
    for (int d = 0; d < 4; d++) {
        digit[d] = (rest << 32) / m;
        rest = (rest << 32) % m;
    }
    return (struct modulus){.m = (double)m,
                            .inverse = 1 / (double)m,
                            .high = (double)(((uint64_t)1 << 40) % m),
                            .part = {digit[0] << 32 | digit[1], digit[2] << 32 | digit[3]}};
}

static void weigh(struct residues *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const uint64_t m = (uint64_t)r->of[i].m;
        uint64_t others = 1;
        for (size_t j = 0; j < r->count; j++)
            others = j == i ? others : others * ((uint64_t)r->of[j].m % m) % m;
        r->of[i].weight = (double)inverse(others, m);
    }
}

/* P as a pair of about 1, and the power of two that is left out. */
static void multiply(struct residues *r)
{
    struct pair product = {1, 0};
    r->scale = 0;
    for (size_t i = 0; i < r->count; i++) {
        int exponent;
        const struct pair by = two_product(product.hi, r->of[i].m);
        product = fast_two_sum(by.hi, by.lo + product.lo * r->of[i].m);
        frexp(product.hi, &exponent);
        product = (struct pair){ldexp(product.hi, -exponent), ldexp(product.lo, -exponent)};
        r->scale += exponent;
    }
    r->product = product;
    r->log2_product = (r->scale + log2(product.hi)) * (1 - 0x1p-40);
}

bool residues_choose(struct residues *r, double largest, double bits)
{
    uint64_t next = largest < 0x1p26 ? (uint64_t)fmax(largest, 0) : (uint64_t)1 << 26;
    double sum = 0;
    r->count = 0;
    for (next -= next > 0 && next % 2 == 0; sum < bits + 0x1p-20 && next > 1; next -= 2) {
        bool coprime = true;
        for (size_t i = 0; i < r->count && coprime; i++)
            coprime = common_divisor((uint64_t)r->of[i].m, next) == 1;
        if (!coprime)
            continue;
        if (r->count == RESIDUES_MAX)
            return false;
        r->of[r->count++] = modulus_of(next);
        sum += log2((double)next);
    }
    if (!r->count || sum < bits + 0x1p-20)
        return false;
    weigh(r);
    multiply(r);
    return true;
}

/* x modulo m, for an integer x of at most 2^52 in magnitude. */
static inline double reduce(const struct modulus *m, double x)
{
    return x - m->m * ((x * m->inverse + WHOLE) - WHOLE);
}

void residues_of(const struct modulus *m, size_t count, const double *x, const double *f,
                 double *to)
{
    for (size_t c = 0; c < count; c++) {
        const double whole = x[c] * f[c], above = (whole * 0x1p-40 + WHOLE) - WHOLE;
        const double below = ((whole - above * 0x1p40) + WHOLE) - WHOLE;
        to[c] = reduce(m, reduce(m, above) * m->high + below);
    }
}

void residues_add(const struct modulus *m, size_t count, const double *s, struct fraction *f)
{
    const uint64_t upper = m->part[0], middle = m->part[1] >> 32, lower = m->part[1] & 0xffffffff;
    for (size_t x = 0; x < count; x++) {
        const double rest = reduce(m, reduce(m, s[x]) * m->weight);
        const uint64_t y = (uint64_t)(int64_t)(rest < 0 ? rest + m->m : rest);
        const uint64_t b = y * lower, a = y * middle + (b >> 32);
        const uint64_t low = a << 32 | (b & 0xffffffff), sum = f[x].low + low;
        f[x].high += y * upper + (a >> 32) + (sum < low);
        f[x].low = sum;
    }
}

struct pair residues_value(const struct residues *r, struct fraction f)
{
    /* the digits of the fraction, the first of them signed */
    const double digit[4] = {(double)(f.high >> 32) - (f.high >> 63 ? 0x1p32 : 0),
                             (double)(f.high & 0xffffffff), (double)(f.low >> 32),
                             (double)(f.low & 0xffffffff)};
    struct pair sum = two_sum(digit[0] * 0x1p-32, digit[1] * 0x1p-64);
    sum = pair_add(pair_add(sum, digit[2] * 0x1p-96), digit[3] * 0x1p-128);
    const struct pair value = two_product(sum.hi, r->product.hi);
    return fast_two_sum(value.hi, value.lo + (sum.hi * r->product.lo + sum.lo * r->product.hi));
}
