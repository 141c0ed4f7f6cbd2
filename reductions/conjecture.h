/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * conjecture.h: what is known, as of November 2026, about the hinted-Mv conjecture at a given tau.
 */
#ifndef CONJECTURE_H
#define CONJECTURE_H

/* One sentence with its source; static. tau = log(nnz(P)) / log(n); NaN and infinities are allowed
 * (an empty P, n = 1). */
const char *conjecture_status(double tau);

#endif
