/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * number.h: one number from one word, strictly and whatever the locale of the process.
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stddef.h>

/* A whole token as a finite number, decimal or C hexadecimal floating point. Refuses blanks, "inf",
 * "nan", trailing bytes and overflow; numbers below the smallest double round to it or to 0.
 * Returns null, or what is wrong with it. */
const char *number_parse(const char *token, double *out);

/* A whole token of decimal digits, at most `last`. Returns null, or what is wrong with it. */
const char *number_parse_index(const char *token, size_t last, size_t *out);

#endif
