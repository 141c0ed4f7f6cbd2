/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * floating.h: how this thread's processor computes with doubles: rounding mode, flush to zero,
 * denormals as zero, which exceptions trap. Not the flags that operations raise.
 */
#ifndef FLOATING_H
#define FLOATING_H

#include <stdbool.h>
#include <stddef.h>

#if defined(__x86_64__) || defined(__i386__)
struct floating {
    unsigned sse;
    unsigned short x87;
};
#else
#include <fenv.h>
struct floating {
    femode_t modes;
};
#endif

/* A few nanoseconds each. */
struct floating floating_now(void);
void floating_set(const struct floating *f);
bool floating_same(const struct floating *a, const struct floating *b);

/* What is different in b, such as "the rounding mode, from nearest to upward". */
void floating_describe(const struct floating *a, const struct floating *b, char *text, size_t size);

#endif
