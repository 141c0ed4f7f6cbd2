/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * npy_element.h: the element types of NPY files that are read, and one element as a double.
 */
#ifndef NPY_ELEMENT_H
#define NPY_ELEMENT_H

#include <stdbool.h>
#include <stddef.h>

/* How an element compares with the double that it is decoded into. From NPY_NAN on it is not even
 * known whether the element is zero. */
enum npy_verdict {
    NPY_EXACT,
    NPY_BEYOND,   /* an integer beyond 2^53, rounded */
    NPY_INFINITE, /* decoded as infinite */
    NPY_NAN,      /* decoded as NaN */
    NPY_NO_BOOL,  /* a bool whose byte is neither 0 nor 1, decoded as that byte */
};
#define NPY_VERDICTS 5

struct npy_type;

/* The type with this code ("f8", "u1", "?", ...), or null. */
const struct npy_type *npy_type_find(const char *code, size_t length);
/* All of them, for messages. */
#define NPY_TYPES "?, b1, i1 to i8, u1 to u8, f2, f4 or f8"

/* Bytes of an element: 1, 2, 4 or 8. */
size_t npy_type_bytes(const struct npy_type *type);

/* Decodes one element, from that many bytes at `bytes`. */
enum npy_verdict npy_type_decode(const struct npy_type *type, const unsigned char *bytes,
                                 bool big_endian, double *out);

#endif
