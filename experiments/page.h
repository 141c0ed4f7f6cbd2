/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * page.h: one HTML file with every figure inline, its caption, and the tables of exponents. It
 * needs nothing else: no network, no other file.
 */
#ifndef PAGE_H
#define PAGE_H

#include "figure.h"

/* Reads NAME.svg and NAME.txt of every figure from the folder; a figure that is not there is left
 * out. Errors of the stream stay in it. */
void page_write(FILE *out, const struct figure_input *input, const char *folder);

#endif
