/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fence.h: memory whose ends are guarded, for the process that plays an engine.
 *
 * The program has the C library's malloc and its kin replaced by its own (what dlopen loads gets
 * them, too). They pass on to the C library until fence_raise; from then on every block ends where
 * a page begins that cannot be touched, as far as its alignment allows, or begins where one ends; it
 * is filled with a pattern that is no ordinary number, and cannot be touched any more once it is freed.
 * Reading or writing past that side of an array, or after free, is a fault at once, and what was never
 * written shows.
 *
 * Blocks beyond the first FENCE_BLOCKS are ordinary ones: page tables are finite, and an engine of
 * many small blocks should still end. Under the sanitizers, which guard better, nothing is replaced
 * and nothing is raised.
 */
#ifndef FENCE_H
#define FENCE_H

#include <stdbool.h>
#include <stddef.h>

enum { FENCE_BLOCKS = 4096, FENCE_KINDS = 256 };

/* Watches, from now on, what code of the same program or library as `code` asks for, and refuses it the
 * `which`-th block, from 1; 0: none. What allocate.h never does without is not refused, nor counted. */
void fence_watch(const void *code, size_t which);
/* Ends that. Whether a block was refused, and how many that were given since are still in use. Which
 * were asked for by one call, for one size, are of one kind: how many kinds there were, and, from 1, the
 * first block of each; beyond FENCE_KINDS they are not told apart. */
struct fence_watched {
    bool refused;
    size_t kept, kinds;
    const size_t *first; /* kinds; until fence_watch */
};
struct fence_watched fence_watched(void);

/* What the blocks in use since fence_raise came to at their peak, and how many there were then. False:
 * not known, since some of them are not guarded. */
struct fence_peak {
    size_t bytes, blocks;
};
bool fence_peak(struct fence_peak *peak);

enum fence_side { FENCE_BEHIND, FENCE_BEFORE };

/* Whether there are fences: with the GNU C library and without a sanitizer. */
bool fence_exists(void);

/* From now on in this process. False: there are no fences here. */
bool fence_raise(enum fence_side side);

/* Whether this address is in a guarded block or beside one; whether that was freed, and its size. */
struct fence_place {
    bool guarded, freed;
    size_t size;
};
struct fence_place fence_at(const void *address);

#endif
