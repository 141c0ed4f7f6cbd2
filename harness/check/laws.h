/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * laws.h: cases whose answers can be judged without an oracle, at any size.
 *
 *     undo          an update and its inverse restore the answers, step by step
 *     return        so does undoing a whole history at its end
 *     shift         adding one vector to every key leaves normalised answers unchanged
 *     constant      a constant value column is answered by that constant (normalised)
 *     hull          answers lie between the smallest and largest value of the column (normalised)
 *     permutation   permuting keys together with their values changes nothing
 *     linearity     B(3 V1 - 2 V2) = 3 B(V1) - 2 B(V2)
 *     lines         column, row and entry queries agree
 *
 * A law is a trace with relations between its answers: sums of a few of them, each with a factor,
 * lie in an interval, up to the answers' bounds. Entries are multiples of 2^-10, so that the sums
 * that a law asks for are exact. Where a relation does not hold one of its answers is farther from
 * the exact one than its bound says, so that the oracle, asked about these answers alone, names it.
 */
#ifndef LAWS_H
#define LAWS_H

#include "examine.h"
#include "generate.h"
#include "script.h"

struct law_relation {
    size_t terms;
    struct law_term {
        size_t op, place; /* the place-th answer of that operation */
        double factor;
    } term[3];
    double low, high;
};

struct law_case {
    const char *name;
    struct check_case c;
    struct law_relation *relations;
    size_t count, capacity;
};

/* Which law it is and all of its numbers depend on seed and number only. */
void law_open(struct law_case *law, const struct generate_options *options, unsigned long number);
void law_close(struct law_case *law);

/* Judges the last play of the examiner's box, in which nothing else was found. */
struct finding law_judge(const struct law_case *law, const struct examiner *x,
                         const struct script *script);

#endif
