/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate.h: the random cases of a check: a case is a function of (seed, number), whatever ran
 * before it.
 *
 * Swarm testing (Groce et al., ISSTA 2012): every case has its own habits, so that among many cases
 * there are some that do nothing but what breaks the engine. Chosen per case: which kinds of
 * operations occur and how often; tiny shapes (1 x 1 x 1 x 1 among them), sizes at the threshold,
 * or any up to `largest`; thresholds 1, 2, 3, n/2, n, the default, coalescing, multiplication
 * schemes with small leaves; normalised or not; hot keys; bursts of one kind of operation; repeated
 * writes of one cell; update and undo; and the magnitudes: ordinary, a coarse grid with ties and
 * zeros, wide logits, logits that jump by hundreds and more, to both sides of the largest that is allowed
 * among them, logits of large terms that cancel, values from the smallest to the largest, values so small
 * that products underflow. One operation in forty is one that must be refused.
 */
#ifndef GENERATE_H
#define GENERATE_H

#include "temper.h"

/* The case is opened here. Ends with at least one query. */
void generate_case(const struct generate_options *options, unsigned long number,
                   struct check_case *c);

#endif
