/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * allocate.h: memory for the checker, or the end of the process.
 *
 * The oracle's number library ends the process when memory is short, so there is nothing to be
 * gained by carrying a status through everything that is built on it: what cannot be allocated is
 * said once, and the process ends with CLI_MACHINE. Files are written so that this never leaves
 * half of one (atomic_file.h).
 */
#ifndef ALLOCATE_H
#define ALLOCATE_H

#include <stddef.h>

/* count objects of `size` bytes, zeroed; never null, count * size checked. */
void *allocate(size_t count, size_t size);

/* The block with room for `count` objects, its old content kept; never null. */
void *reallocate(void *block, size_t count, size_t size);

/* A copy of the objects. */
void *allocate_copy(const void *from, size_t count, size_t size);

#endif
