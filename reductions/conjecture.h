/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * conjecture.h: what is known, as of November 2026, about the hinted-Mv conjecture on which Lemmas
 * 4.2 and C.5 rest: Conjecture 5.7 of van den Brand, Nanongkai, Saranurak 2019 (Mv-hinted, Definition
 * 5.6), which the paper calls Conjecture 3.1 and C.3 and cites as 5.2 (v-hinted).
 */
#ifndef CONJECTURE_H
#define CONJECTURE_H

/* Of families of P with n^tau nonzeros for n without end. One finite P belongs to families of every
 * tau: its own tau only says which of them it looks like. */
enum conjecture {
    CONJECTURE_SILENT,   /* tau is not in (0, 1], or not a number: nothing is conjectured */
    CONJECTURE_FALSE,    /* 0 < tau < 1/18: reported false */
    CONJECTURE_WEAKENED, /* 1/18 <= tau < ln 4 / (5 ln 10): reported false, by smaller savings */
    CONJECTURE_OPEN,     /* above */
};

/* tau = log(nnz(P)) / log(n); NaN and infinities are allowed (an empty P, n = 1). */
enum conjecture conjecture_at(double tau);

/* ln 4 / (5 ln 10) = 0.1204. */
double conjecture_false_below(void);

/* A few words for a table; and one sentence with the source. All static. */
const char *conjecture_words(double tau);
const char *conjecture_status(double tau);
/* Which conjectures there are, and what the words above are about; where it is from. */
extern const char conjecture_naming[], conjecture_source[];

#endif
