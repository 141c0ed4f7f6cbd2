/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * number.h: one number from one word, strictly and whatever the locale of the process.
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stddef.h>

/* A whole token as a finite number, decimal or C hexadecimal floating point. Refuses blanks, "inf",
 * "nan", trailing bytes and overflow; numbers below the smallest double round to it or to 0.
 * Returns null, or what is wrong with it, in static words; *out is then as it was. */
const char *number_parse(const char *token, double *out);

/* The same of a whole token of decimal digits, a number at most `last`. */
const char *number_parse_index(const char *token, size_t last, size_t *out);

#endif
