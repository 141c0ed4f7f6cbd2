/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * conjecture.c: the status of the hinted-Mv conjecture, and where it comes from.
 *
 * Source: J. Alman, V. Vassilevska Williams, arXiv 2610.06783, October 2026, Corollary 40 and
 * Section 5.4, a preprint that has not been peer reviewed. It reports algorithms that beat the
 * conjectured bounds
 *
 *     for 0 < tau < 1/18:        phase 2 in O(n^(2 - 0.063 tau)), phase 3 in O(n^(1 + 0.437 tau)),
 *     up to ln 4 / (5 ln 10):    the same with smaller savings.
 *
 * Beyond that nothing is known. The reductions are implications, and hold whether or not what they
 * start from does.
 */
#include "conjecture.h"

#include <math.h>

#define FALSE_WORDS "conjectured, but reported false (arXiv 2610.06783)"
#define SOURCE                                                                                     \
    "Alman and Vassilevska Williams, arXiv 2610.06783, Corollary 40 and Section 5.4, a preprint"   \
    " of October 2026, not peer reviewed"

const char conjecture_source[] = SOURCE;

enum conjecture conjecture_at(double tau)
{
    if (!(tau > 0 && tau <= 1))
        return CONJECTURE_SILENT;
    return tau < 1.0 / 18                 ? CONJECTURE_FALSE
           : tau < log(4) / (5 * log(10)) ? CONJECTURE_WEAKENED
                                          : CONJECTURE_OPEN;
}

const char *conjecture_words(double tau)
{
    static const char *const words[] = {
        [CONJECTURE_SILENT] = "not covered: the conjecture speaks of 0 < tau <= 1",
        [CONJECTURE_FALSE] = FALSE_WORDS ", for tau < 1/18",
        [CONJECTURE_WEAKENED] = FALSE_WORDS ", for 1/18 <= tau < 0.1204, by smaller savings",
        [CONJECTURE_OPEN] = "open",
    };
    return words[conjecture_at(tau)];
}

const char *conjecture_status(double tau)
{
    static const char *const sentences[] = {
        [CONJECTURE_SILENT] = "not covered: the hinted-Mv conjecture speaks of 0 < tau <= 1, which "
                              "is 2 to n nonzeros",
        [CONJECTURE_FALSE] = FALSE_WORDS ", for tau < 1/18: phase 2 in O(n^(2 - 0.063 tau)) and "
                                         "phase 3 in O(n^(1 + 0.437 tau)); source: " SOURCE,
        [CONJECTURE_WEAKENED] = FALSE_WORDS ", for 1/18 <= tau < 0.1204 = ln 4 / (5 ln 10), with "
                                            "smaller savings than below 1/18; source: " SOURCE,
        [CONJECTURE_OPEN] = "open for this tau: reported false below 0.1204 = ln 4 / (5 ln 10) "
                            "only; source: " SOURCE,
    };
    return sentences[conjecture_at(tau)];
}
