/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * conjecture.h: what is known, as of November 2026, about the hinted-Mv conjecture, on which Lemmas
 * 4.2 and C.5 rest (Conjecture C.3 here; 5.2 in van den Brand, Nanongkai, Saranurak 2019).
 */
#ifndef CONJECTURE_H
#define CONJECTURE_H

enum conjecture {
    CONJECTURE_SILENT,   /* tau is not in (0, 1], or not a number: nothing is conjectured */
    CONJECTURE_FALSE,    /* 0 < tau < 1/18: reported false */
    CONJECTURE_WEAKENED, /* 1/18 <= tau < ln 4 / (5 ln 10): reported false, by smaller savings */
    CONJECTURE_OPEN,     /* above */
};

/* tau = log(nnz(P)) / log(n); NaN and infinities are allowed (an empty P, n = 1). */
enum conjecture conjecture_at(double tau);

/* A few words for a table; and one sentence with the source. All static. */
const char *conjecture_words(double tau);
const char *conjecture_status(double tau);
extern const char conjecture_source[];

#endif
