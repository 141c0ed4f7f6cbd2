/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The maintained product C = A V behind `eager`, `lazy` and `lazy-wc`, with its error.
 *
 * What an engine keeps pending is its own business; the invariant it must hold for every row i
 * that is not marked is
 *
 *     | sum_s w_is V_sj - C_ij - pending_ij |
 *         <= base_i norm_j + UNIT (drift_i + folds_j peak_i) + fast_error + NUMERATOR_LEAST
 *
 * for all j, with V the values stored here. base_i norm_j covers the products from scratch
 * (Cauchy-Schwarz over sum_s w_is |V_sj|), the third the roundings of C_ij when V updates of
 * column j were added to it, fast_error the products of fast multiplication since the last
 * refresh, drift_i everything else, in units of UNIT, so that no charge is multiplied by it while it
 * is small; error-bounds.md derives them. |C_ij| <= peak_i since row i was computed, and neither
 * norm_j nor folds_j has shrunk since then. Where |shift_i| >= SHIFT_RELIABLE nothing is claimed.
 *
 * Space: C, V and two batches of p x 1024, besides weights.h.
 */
#ifndef ODAMV_ATTENTION_H
#define ODAMV_ATTENTION_H

#include "numerators.h"
#include "shape.h"
#include "values.h"
#include "weights.h"
#include "workspace.h"

/* What underflows, in an entry and in its accounts: at most 2^-1075 in each of fewer than 2^70
 * products, carried on by additions alone (the fast products have terms of their own for it). */
#define NUMERATOR_LEAST 0x1p-1000

struct attention {
    struct shape shape;
    bool normalised;
    struct weights weights;
    struct values values;
    struct numerators numerators;
    struct workspace workspace;
};

/* Everything from the problem; no row is marked. OK, DOMAIN or NOMEM, as product_open. */
enum odamv_status attention_open(struct attention *a, const struct odamv_problem *problem,
                                 const struct odamv_options *options);
void attention_close(struct attention *a);
double attention_memory(const struct odamv_problem *shape, const struct odamv_options *options);
/* Adds what opening executes. */
void attention_count_open(struct odamv_counts *c, const struct odamv_problem *shape,
                          const struct odamv_options *options);

/* The bound of the invariant. */
double attention_error(const struct attention *a, size_t i, size_t j);

/* V[key,column] += after - before on C: O(m). The stored V becomes `after`. */
void attention_fold_v(struct attention *a, size_t key, size_t column, double before, double after);
/* Adds what so many of them execute. */
void attention_count_fold_v(struct odamv_counts *c, double m, double records);

#endif
