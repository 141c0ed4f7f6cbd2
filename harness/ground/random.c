/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "random.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

gsl_rng *random_open(unsigned long seed, unsigned long number)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    /* SplitMix64's finaliser, since neighbouring seeds of this generator are correlated */
    uint64_t z = (uint64_t)seed * 0x9e3779b97f4a7c15u + number;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    if (!rng)
        abort();
    gsl_rng_set(rng, (unsigned long)(z ^ (z >> 31)));
    return rng;
}

size_t random_below(gsl_rng *rng, size_t limit)
{
    return limit < 2 ? 0 : (size_t)gsl_rng_uniform_int(rng, (unsigned long)limit);
}

size_t random_size(gsl_rng *rng, size_t largest)
{
    const size_t size = (size_t)exp(gsl_rng_uniform(rng) * log((double)largest + 1));
    return size < 1 ? 1 : size > largest ? largest : size;
}
