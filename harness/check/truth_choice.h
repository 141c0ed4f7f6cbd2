/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * truth_choice.h: which answers of a case are compared with the exact ones.
 *
 * Of an entry query its answer, in any row. Of a column or row query the first and the last answer,
 * those on both sides of every multiple of 128, 64, 32, 16 and 8, where loops in blocks change from
 * one to the next, and a random sample of the others; all of them when the sample is that large.
 *
 * What is computed is limited by a budget, since a query costs up to n exponentials of 128 bits. An
 * entry, and the ends of a column or row, may use all that is left; the rest of a column or row an
 * equal share of it for each of the queries to come, coarse edges before fine ones before the
 * sample. What is left out is not in `samples`: the judge counts answers and comparisons.
 */
#ifndef TRUTH_CHOICE_H
#define TRUTH_CHOICE_H

#include "check_case.h"
#include "engines/oracle/oracle.h"
#include "script.h"

struct truth_plan {
    size_t sample;      /* of every column or row query, beside the edges */
    double budget;      /* weights in ball arithmetic, about 3 microseconds and 100 bytes each */
    unsigned long seed; /* of the sample */
};

struct truth_sample {
    size_t op, i, j;
    size_t answer; /* position among the answers of the script */
    arb_t exact;
};

struct truth {
    struct truth_sample *samples; /* by operation */
    size_t count, capacity;
};

/* Appends the chosen answers to an empty truth, by operation, each exact value initialised. */
void truth_choose(struct truth *truth, const struct check_case *c, const struct script *script,
                  const struct truth_plan *plan);

#endif
