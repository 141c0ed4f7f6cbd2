/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * random.h: the random numbers of a case, which are a function of (seed, number) alone.
 */
#ifndef RANDOM_H
#define RANDOM_H

#include <gsl/gsl_rng.h>
#include <stddef.h>

/* A generator for that case alone; to be freed with gsl_rng_free. Never null: without memory the
 * process ends. */
gsl_rng *random_open(unsigned long seed, unsigned long number);

/* A number below `limit`; 0 draws nothing and gives 0, and so does 1. */
size_t random_below(gsl_rng *rng, size_t limit);

/* 1..largest, log-uniform. */
size_t random_size(gsl_rng *rng, size_t largest);

#endif
