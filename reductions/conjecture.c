/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * conjecture.c: the status of the hinted-Mv conjecture (Conjecture C.3 here; 5.2 in van den Brand,
 * Nanongkai, Saranurak 2019), of which Lemmas 4.2 and C.5 are consequences.
 *
 * Source: J. Alman, V. Vassilevska Williams, arXiv 2610.06783, October 2026, Corollary 40 and
 * Section 5.4, a preprint that has not been peer reviewed. It reports algorithms that beat the
 * conjectured bounds
 *     for 0 < tau < 1/18:        phase 2 in O(n^(2 - 0.063 tau)), phase 3 in O(n^(1 + 0.437 tau)),
 *     up to ln 4 / (5 ln 10):    the same with smaller savings.
 * Beyond that nothing is known. The reductions are implications, and hold whether or not what they
 * start from does.
 */
#include "conjecture.h"

#include <math.h>

#define SOURCE                                                                                     \
    " (Alman and Vassilevska Williams, arXiv 2610.06783, Corollary 40 and Section 5.4, a preprint" \
    " of October 2026, not peer reviewed)"

const char *conjecture_status(double tau)
{
    const double refuted_below = 1.0 / 18, weakened_below = log(4) / (5 * log(10));
    if (!(tau > 0))
        return "not covered: the hinted-Mv conjecture speaks of 0 < tau <= 1";
    if (tau < refuted_below)
        return "reported false for this tau: phase 2 in O(n^(2 - 0.063 tau)) and phase 3 in"
               " O(n^(1 + 0.437 tau))" SOURCE;
    if (tau < weakened_below)
        return "reported false for this tau, with smaller savings than below 1/18" SOURCE;
    if (tau <= 1)
        return "open for this tau: it is reported false below 0.1204 = ln 4 / (5 ln 10) "
               "only" SOURCE;
    return "not covered: P has more than n nonzeros, the hinted-Mv conjecture speaks of"
           " 0 < tau <= 1";
}
