/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * coverage.h: the situations that a check must have been in before its silence means anything.
 *
 * Of every engine: each kind of operation (updates of Q where it offers them), an operation that
 * must be refused, an answer that was compared with the exact one, a workload whose counts were
 * compared with the predicted ones where it offers both, and each of the situations that the engine
 * declares in its `events`. Of the run: a problem of shape 1 x 1 x 1 x 1, one that is
 * not normalised, thresholds equal to n and above it, a law; each of m, n, d and p on both sides of
 * 8, 16, 64, 128 and 256, as far as sizes go, and as the largest; lists that are asked when they
 * are longer than a block of 64. No case may be without operations.
 */
#ifndef COVERAGE_H
#define COVERAGE_H

#include "hunt.h"

struct coverage_state {
    const char *engine; /* null: of the run */
    const char *name;
    double count;
    bool never; /* the count must be 0, else more */
};

static inline bool coverage_holds(const struct coverage_state *state)
{
    return state->never ? state->count == 0 : state->count > 0;
}

/* Every required state with its count; returns their number. The caller frees *states. */
size_t coverage_states(const struct hunt_options *options, const struct hunt_result *result,
                       struct coverage_state **states);

#endif
