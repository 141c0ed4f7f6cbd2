/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * conjecture.c: the status of the hinted-Mv conjecture, and where it comes from.
 *
 * Source: J. Alman, V. Vassilevska Williams, arXiv 2610.06783, October 2026, Corollary 40 and
 * Section 5.4: a preprint, checked in Lean on a word RAM, not peer reviewed. It reports an algorithm
 * for Conjectures 5.2 and 5.7 of van den Brand, Nanongkai and Saranurak that beats their bounds
 *
 *     for 0 < tau < 1/18:        phase 2 in O(n^(2 - 0.063 tau)), phase 3 in O(n^(1 + 0.437 tau)),
 *     up to ln 4 / (5 ln 10):    the same with smaller savings.
 *
 * Those have P as lists of indices, at most one nonzero in a column. Any P with t nonzeros, at (I_1,
 * J_1) to (I_t, J_t), is as easy: M P V = X Y with X = M[:, I] and Y = V[J, :], n x t by t x n, indices
 * repeated as they come, and the algorithm is one for entries of such a product.
 *
 * For larger tau nothing is known. The reductions are implications, and hold whether or not what
 * they start from does; an algorithm for hinted Mv is none for attention.
 */
#include "conjecture.h"

#include <math.h>

#define FAMILIES    "families of P with n^tau nonzeros"
#define FALSE_WORDS "reported false (arXiv 2610.06783) for families with "
#define SOURCE                                                                                     \
    "Alman and Vassilevska Williams, arXiv 2610.06783, Corollary 40 and Section 5.4, an "          \
    "algorithm; a preprint of October 2026, checked in Lean, not peer reviewed"

const char conjecture_naming[] =
    "The hinted-Mv conjecture (van den Brand, Nanongkai, Saranurak, FOCS 2019) has three forms: "
    "5.2 "
    "v-hinted,\n5.7 Mv-hinted, 5.12 uMv-hinted. Conjecture 3.1 of the paper is 5.7 with any sparse "
    "P, though it cites 5.2.\nThe status above is one of 5.2 and 5.7, of " FAMILIES ": a "
    "finite P has none.";
const char conjecture_source[] = SOURCE;

double conjecture_false_below(void)
{
    return log(4) / (5 * log(10));
}

enum conjecture conjecture_at(double tau)
{
    if (!(tau > 0 && tau <= 1))
        return CONJECTURE_SILENT;
    return tau < 1.0 / 18                   ? CONJECTURE_FALSE
           : tau < conjecture_false_below() ? CONJECTURE_WEAKENED
                                            : CONJECTURE_OPEN;
}

const char *conjecture_words(double tau)
{
    static const char *const words[] = {
        [CONJECTURE_SILENT] = "not covered: the conjecture speaks of families with 0 < tau <= 1",
        [CONJECTURE_FALSE] = FALSE_WORDS "tau < 1/18",
        [CONJECTURE_WEAKENED] = FALSE_WORDS "1/18 <= tau < 0.1204, by smaller savings",
        [CONJECTURE_OPEN] = "open for families with tau >= 0.1204",
    };
    return words[conjecture_at(tau)];
}

const char *conjecture_status(double tau)
{
    static const char *const sentences[] = {
        [CONJECTURE_SILENT] =
            "not covered: the Mv-hinted conjecture speaks of " FAMILIES " with 0 < tau <= 1",
        [CONJECTURE_FALSE] = "the Mv-hinted conjecture is reported false for " FAMILIES
                             ", tau < 1/18: phase 2 in O(n^(2 - 0.063 tau)) and phase 3 in "
                             "O(n^(1 + 0.437 tau)); source: " SOURCE,
        [CONJECTURE_WEAKENED] = "the Mv-hinted conjecture is reported false for " FAMILIES
                                ", 1/18 <= tau < 0.1204 = ln 4 / (5 ln 10), with smaller savings "
                                "than below 1/18; source: " SOURCE,
        [CONJECTURE_OPEN] = "the Mv-hinted conjecture is open for " FAMILIES
                            " with this tau: reported false below 0.1204 = ln 4 / (5 ln 10) only; "
                            "source: " SOURCE,
    };
    return sentences[conjecture_at(tau)];
}
