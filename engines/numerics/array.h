/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Arrays for the loops of kernel.h: aligned to a cache line, in large pages where they are large.
 */
#ifndef ODAMV_ARRAY_H
#define ODAMV_ARRAY_H

#include <stddef.h>

/* Room for so many elements of so many bytes, not cleared; null: no memory, or a size that
 * overflows. To be given back by free. */
void *array_alloc(size_t count, size_t size);

/* The same, every page touched now: the first use of fresh memory costs several times what a linear
 * combination does, and must not fall into work that has a budget. */
void *array_alloc_touched(size_t count, size_t size);

/* a b, or SIZE_MAX where that overflows, which no allocation grants. */
size_t array_times(size_t a, size_t b);

#endif
