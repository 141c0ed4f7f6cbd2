/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * decode.h: from a certified answer to a certified bit.
 *
 * Every gadget turns answers into one real number x whose exact value is 0 when the bit is 0 and at
 * least the gap, exp(eps) - 1, when it is 1. The certificate is an interval that contains the exact
 * value: it starts as [value - bound, value + bound] and every operation rounds outwards, so that
 * nothing is assumed but IEEE arithmetic to nearest. A bit is given only when half the interval's
 * length, the certified error of its midpoint, is below half the gap: then the interval cannot meet
 * both {0} and [gap, infinity). If it meets neither, the bound that an engine certified is false;
 * that is reported and never guessed away. NaN and infinities end as UNDECIDED.
 */
#ifndef DECODE_H
#define DECODE_H

#include <stddef.h>

#include "odamv.h"

enum verdict {
    VERDICT_NO,
    VERDICT_YES,
    VERDICT_UNDECIDED,     /* the certified error reaches half the gap */
    VERDICT_CONTRADICTORY, /* no bit is consistent with the certified answers */
};

struct interval {
    double lo, hi;
};

struct interval interval_of_answer(const struct odamv_answer *answer);
struct interval interval_subtract(struct interval a, double b);          /* b exact */
struct interval interval_multiply(struct interval a, struct interval b); /* b positive */
/* a / b, all reals when b may be 0 or less. */
struct interval interval_divide(struct interval a, struct interval b);

/* answer / probe - ones, where the probe is the answer 1 / D of the same row. */
struct interval decode_probed(const struct odamv_answer *answer, const struct odamv_answer *probe,
                              double ones);

/* A double not above exp(eps) - 1 and one not below it, for 0 < eps <= 1. The error of expm1 is
 * taken as at most 4 units in the last place; glibc states 1. */
struct interval decode_gap(double eps);

/* eps = ln 2 / largest, rounded down: largest * eps <= ln 2 exactly, so no weight exceeds 2. A
 * largest of 0 counts as 1. */
double decode_eps(size_t largest);

/* The bit; *error is the certified error of the midpoint, not below half the length. */
enum verdict decode_bit(struct interval x, double gap, double *error);

/* What became of several bits. All zero to begin with. */
struct bit_summary {
    size_t yes, no, undecided, contradictory;
    double error;    /* the largest certified error of a decoded value; NaN once one is */
    double half_gap; /* what `error` has to stay below; the smallest of several; 0: none yet */
};

/* One bit, as decode_bit returned it with its error; several, with their own half gap. */
void bit_summary_add(struct bit_summary *summary, enum verdict bit, double error);
void bit_summary_merge(struct bit_summary *total, const struct bit_summary *part);

#endif
