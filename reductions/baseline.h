/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * baseline.h: the boolean product M P V[:,i] computed directly, in the phases of the problem, to
 * compare answers and times with.
 *
 *     name        how                                             per column
 *     graphblas   SuiteSparse:GraphBLAS, semiring LOR_LAND_BOOL   M (P V[:,i]), sparse
 *     bits        packed rows, one AND per 64 entries             O(nnz(P) + n1 n2 / 64)
 *
 * GraphBLAS shares no code with this project; `bits` is there where the library is not.
 */
#ifndef BASELINE_H
#define BASELINE_H

#include "reductions/boolean/bitmatrix.h"

struct baseline {
    const char *name;
    /* M and V are borrowed until close. Not OK, here and below: a message is in *say. */
    enum status (*open)(const struct bitmatrix *m, const struct bitmatrix *v, void **state,
                        struct say *say);
    /* Replaces P, which is borrowed for the call. */
    enum status (*hint)(void *state, const struct bitcells *p, struct say *say);
    /* M P V[:,column] into out[0..n1-1]. */
    enum status (*column)(void *state, size_t column, bool *out, struct say *say);
    void (*close)(void *state); /* accepts null */
};

/* Ended by null; the first is the default. Without GraphBLAS.h at build time it is `bits` alone. */
extern const struct baseline *const baselines_all[];
const struct baseline *baseline_find(const char *name); /* or null */

#endif
