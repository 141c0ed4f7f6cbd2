/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * seeded.h: the random cases of the checker's tests, by the environment variable SEED (default 1).
 */
#ifndef SEEDED_H
#define SEEDED_H

#include <stdlib.h>

#include "harness/check/temper.h"

/* A whole number from the environment. */
static inline unsigned long seeded_number(const char *name, unsigned long otherwise)
{
    const char *text = getenv(name);
    return text && *text ? strtoul(text, NULL, 10) : otherwise;
}

static inline struct generate_options seeded_options(void)
{
    return (struct generate_options){.seed = seeded_number("SEED", 1), .largest = 24};
}

#endif
