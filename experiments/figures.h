/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * figures.h: the list of all figures, in the order of the page.
 */
#ifndef FIGURES_H
#define FIGURES_H

#include "figure.h"

/* Ended by null. */
extern const struct figure *const figures_all[];

/* The figure of that name, or null. */
const struct figure *figures_find(const char *name);

#endif
