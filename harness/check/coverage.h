/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * coverage.h: the situations that a check must have been in before its silence means anything.
 *
 * Of every engine: each kind of operation (updates of Q where it offers them), an operation that
 * must be refused, and each of the situations that the engine declares in its `events`. Of the run:
 * a problem of shape 1 x 1 x 1 x 1, one that is not normalised, one with n equal to the threshold,
 * a law. No case may be without operations.
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
