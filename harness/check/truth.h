/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * truth.h: the exact answers of a case, by the oracle.
 *
 * Of an entry query its answer; of a column or row query all answers up to `sample` of them, else
 * that many, the first and the last among them. Where there are more than 64 queries (m) only
 * answers of 8 rows, spread evenly, are computed: then time and memory do not depend on m.
 */
#ifndef TRUTH_H
#define TRUTH_H

#include "check_case.h"
#include "engines/oracle/oracle.h"
#include "script.h"

struct truth_sample {
    size_t op, i, j;
    size_t answer; /* position among the answers of the script */
    arb_t exact;
};

struct truth {
    struct truth_sample *samples; /* by operation */
    size_t count, capacity;
};

/* Without memory the process ends; close accepts a zeroed one. */
void truth_open(struct truth *truth, const struct check_case *c, const struct script *script,
                size_t sample);
void truth_close(struct truth *truth);

/* Whether answers of that row are computed; and a row of which they are, from any number. */
bool truth_has_row(size_t m, size_t i);
size_t truth_row(size_t m, size_t number);

/* B[i,j] after the first `ops` operations, at any size: O(n d) in exact arithmetic. `out` is the
 * caller's, and indeterminate when there is no memory. */
void truth_entry(const struct check_case *c, const struct script *script, size_t ops, size_t i,
                 size_t j, arb_t out);

#endif
