/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "array.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

/* A key's logits and a record's panels lie far apart: large pages spare the misses of the address
 * translation that every update would otherwise meet. */
#define HUGE_PAGE ((size_t)2 << 20)
#define HUGE_FROM (4 * HUGE_PAGE)

void *array_alloc(size_t count, size_t size)
{
    if (count > (SIZE_MAX - 63) / size)
        return NULL;
    size_t bytes = count * size, unit = bytes >= HUGE_FROM ? HUGE_PAGE : 64;
    if (bytes > SIZE_MAX - unit)
        return NULL;
    bytes = bytes ? (bytes + unit - 1) / unit * unit : unit;
    void *array = aligned_alloc(unit, bytes);
#ifdef MADV_HUGEPAGE
    if (array && unit == HUGE_PAGE)
        madvise(array, bytes, MADV_HUGEPAGE); /* a hint: without it the array is only slower */
#endif
    return array;
}

void *array_alloc_touched(size_t count, size_t size)
{
    void *array = array_alloc(count, size);
    volatile char *bytes = array;
    for (size_t at = 0; bytes && at < count * size; at += 4096)
        bytes[at] = 0;
    return array;
}

size_t array_times(size_t a, size_t b)
{
    return b != 0 && a > SIZE_MAX / b ? SIZE_MAX : a * b;
}
