/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * npy_element.c: elements of NPY files as doubles.
 *
 * An element is put together from its bytes into one word, so that neither the byte order of the
 * machine nor alignment matters; what the word means depends on the kind alone. f2 and f4 to f8 are
 * exact, subnormal numbers included, and so are the integers from -2^53 to 2^53.
 */
#include "npy_element.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

struct npy_type {
    char code[3];
    size_t bytes;
    enum npy_verdict (*decode)(uint64_t word, size_t bytes, double *out);
};

static enum npy_verdict decode_bool(uint64_t word, size_t bytes, double *out)
{
    (void)bytes;
    *out = (double)word;
    return word > 1 ? NPY_NO_BOOL : NPY_EXACT;
}

static enum npy_verdict decode_unsigned(uint64_t word, size_t bytes, double *out)
{
    (void)bytes;
    *out = (double)word;
    return word > (uint64_t)1 << 53 ? NPY_BEYOND : NPY_EXACT;
}

static enum npy_verdict decode_signed(uint64_t word, size_t bytes, double *out)
{
    const uint64_t sign = (uint64_t)1 << (8 * bytes - 1);
    const bool negative = word & sign;
    /* Two's complement: the magnitude of a negative word is 2^bits - word. */
    const uint64_t magnitude = negative ? sign - (word - sign) : word;
    *out = negative ? -(double)magnitude : (double)magnitude;
    return magnitude > (uint64_t)1 << 53 ? NPY_BEYOND : NPY_EXACT;
}

/* (-1)^s 2^(e-25) (1024 + m), or (-1)^s 2^-24 m for e = 0; e = 31 is infinite or NaN. */
static double from_half(uint64_t word)
{
    const int exponent = (int)(word >> 10 & 31);
    const double mantissa = (double)(word & 1023);
    double magnitude = exponent ? ldexp(1024 + mantissa, exponent - 25) : ldexp(mantissa, -24);
    if (exponent == 31)
        magnitude = mantissa > 0 ? (double)NAN : (double)INFINITY;
    return word >> 15 ? -magnitude : magnitude;
}

static enum npy_verdict decode_float(uint64_t word, size_t bytes, double *out)
{
    if (bytes == 8)
        memcpy(out, &word, sizeof *out);
    else if (bytes == 4) {
        const uint32_t single = (uint32_t)word;
        float value;
        memcpy(&value, &single, sizeof value);
        *out = (double)value;
    } else
        *out = from_half(word);
    return isfinite(*out) ? NPY_EXACT : isnan(*out) ? NPY_NAN : NPY_INFINITE;
}

static const struct npy_type types[] = {
    {"?", 1, decode_bool},      {"b1", 1, decode_bool},     {"i1", 1, decode_signed},
    {"i2", 2, decode_signed},   {"i4", 4, decode_signed},   {"i8", 8, decode_signed},
    {"u1", 1, decode_unsigned}, {"u2", 2, decode_unsigned}, {"u4", 4, decode_unsigned},
    {"u8", 8, decode_unsigned}, {"f2", 2, decode_float},    {"f4", 4, decode_float},
    {"f8", 8, decode_float},
};

const struct npy_type *npy_type_find(const char *code, size_t length)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strlen(types[i].code) == length && memcmp(types[i].code, code, length) == 0)
            return &types[i];
    return NULL;
}

size_t npy_type_bytes(const struct npy_type *type)
{
    return type->bytes;
}

enum npy_verdict npy_type_decode(const struct npy_type *type, const unsigned char *bytes,
                                 bool big_endian, double *out)
{
    const size_t count = type->bytes;
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++)
        word |= (uint64_t)bytes[big_endian ? count - 1 - i : i] << (8 * i);
    return type->decode(word, count, out);
}
