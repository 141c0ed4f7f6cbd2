/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fence.h: memory whose ends are guarded, for the process that plays an engine.
 *
 * The program has the C library's malloc and its kin replaced by its own (what dlopen loads gets
 * them, too). They pass on to the C library until fence_raise; from then on every block ends where
 * a page ends that cannot be touched, as far as its alignment allows, is filled with a pattern that
 * is no ordinary number, and cannot be touched any more once it is freed. Reading or writing past
 * the end of an array, or after free, is a fault at once, and what was never written shows.
 *
 * Blocks beyond the first FENCE_BLOCKS are ordinary ones: page tables are finite, and an engine of
 * many small blocks should still end. Under the sanitizers, which guard better, nothing is replaced
 * and nothing is raised.
 */
#ifndef FENCE_H
#define FENCE_H

#include <stdbool.h>
#include <stddef.h>

enum { FENCE_BLOCKS = 4096 };

/* From now on in this process. False: there are no fences here. */
bool fence_raise(void);

/* Whether this address is in a guarded block, or between two; and whether it was freed. */
struct fence_place {
    bool guarded, freed;
    size_t size; /* of the block that lies at or before the address */
};
struct fence_place fence_at(const void *address);

#endif
