/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * npy_bytes.h: NPY files put together in memory, for the tests of their reader.
 */
#ifndef TEST_NPY_BYTES_H
#define TEST_NPY_BYTES_H

#include "harness/files/npy.h"
#include "harness/ground/test/files.h"

/* A file in memory. */
struct bytes {
    unsigned char data[32768];
    size_t length;
};

static inline void put(struct bytes *b, const void *data, size_t length)
{
    assert_true(b->length + length <= sizeof b->data);
    memcpy(b->data + b->length, data, length);
    b->length += length;
}

/* The preamble with this dictionary, padded to 64 as NumPy does it. */
static inline struct bytes preamble(unsigned version, const char *dictionary)
{
    struct bytes b = {.length = 0};
    size_t width = version == 1 ? 2 : 4, length = strlen(dictionary) + 1;
    unsigned char head[2] = {(unsigned char)version, 0}, count[4];
    length += (64 - (8 + width + length) % 64) % 64;
    put(&b, NPY_MAGIC, NPY_MAGIC_SIZE);
    put(&b, head, 2);
    for (size_t i = 0; i < 4; i++)
        count[i] = (unsigned char)(length >> (8 * i));
    put(&b, count, width);
    put(&b, dictionary, strlen(dictionary));
    while (b.length < 8 + width + length - 1)
        put(&b, " ", 1);
    put(&b, "\n", 1);
    return b;
}

/* An integer of `size` bytes, or the bits of a float. */
static inline void put_word(struct bytes *b, uint64_t word, size_t size, bool big_endian)
{
    unsigned char raw[8];
    for (size_t i = 0; i < size; i++)
        raw[big_endian ? size - 1 - i : i] = (unsigned char)(word >> (8 * i));
    put(b, raw, size);
}

/* `value` as an f8 or f4. */
static inline void put_real(struct bytes *b, double value, size_t size, bool big_endian)
{
    uint64_t word = 0;
    if (size == 8)
        memcpy(&word, &value, 8);
    else {
        float single = (float)value;
        uint32_t half;
        memcpy(&half, &single, 4);
        word = half;
    }
    put_word(b, word, size, big_endian);
}

#endif
