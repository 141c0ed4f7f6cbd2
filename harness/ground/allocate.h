/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * allocate.h: memory, or a status; or, where the oracle is at work, the end of the process.
 *
 * The oracle's number library ends the process when memory is short, so there is nothing to be
 * gained by carrying a status through everything that is built on it: there what cannot be
 * allocated is said once, and the process ends with STATUS_MACHINE. Files are written so that this
 * never leaves half of one (atomic_file.h). All blocks are the caller's, to be freed with free.
 */
#ifndef ALLOCATE_H
#define ALLOCATE_H

#include <stddef.h>

#include "say.h"

/* rows * cols objects of `bytes` bytes each, zeroed. Refuses, before it allocates, a product that
 * does not fit a size_t (BAD) and a size above odamv_memory_available (MACHINE). `what` begins the
 * message: a file, "FILE:LINE" or a name. *out is null after a failure, and never null on success,
 * not even for 0 objects. */
enum status allocate_zeros(size_t rows, size_t cols, size_t bytes, const char *what, void **out,
                           struct say *say);

/* Twice the room of a block that grows as a file is read, *count objects of `size` bytes, at first
 * null and 0; what it held is kept. MACHINE, with block and count as they were, when the size does
 * not fit a size_t or what is added is above odamv_memory_available. The message is the caller's,
 * who knows the place in the file. */
enum status allocate_more(void **block, size_t *count, size_t size);

/* The three that follow end the process when they get no memory; this tells whether the calling
 * thread is in one of them. */
bool allocate_is_asking(void);

/* count objects of `size` bytes, zeroed; never null, count * size checked. */
void *allocate_array(size_t count, size_t size);

/* The block with room for `count` objects, its old content kept; never null. */
void *allocate_again(void *block, size_t count, size_t size);

/* A copy of the objects; never null. */
void *allocate_copy(const void *from, size_t count, size_t size);

#endif
