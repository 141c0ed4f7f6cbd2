/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "floating.h"

#include <stdio.h>
#include <string.h>

#if defined(__x86_64__) || defined(__i386__)

#include <xmmintrin.h>

/* Of MXCSR and of the x87 control word. */
enum { SSE_DENORMALS = 0x40, SSE_MASKS = 0x1f80, SSE_ROUNDING = 0x6000, SSE_FLUSH = 0x8000 };
enum { X87_MASKS = 0x3f, X87_PRECISION = 0x300, X87_ROUNDING = 0xc00 };

struct floating floating_now(void)
{
    struct floating f = {.sse =
                             _mm_getcsr() & (SSE_DENORMALS | SSE_MASKS | SSE_ROUNDING | SSE_FLUSH)};
    unsigned short word;
    __asm__ volatile("fnstcw %0" : "=m"(word));
    f.x87 = word & (X87_MASKS | X87_PRECISION | X87_ROUNDING);
    return f;
}

void floating_set(const struct floating *f)
{
    const unsigned short word = f->x87;
    _mm_setcsr(f->sse); /* and no flag raised, which a trap that is no longer masked would heed */
    __asm__ volatile("fnclex; fldcw %0" : : "m"(word));
}

bool floating_same(const struct floating *a, const struct floating *b)
{
    return a->sse == b->sse && a->x87 == b->x87;
}

void floating_describe(const struct floating *a, const struct floating *b, char *text, size_t size)
{
    static const char *const modes[] = {"nearest", "downward", "upward", "zero"};
    const unsigned sse = a->sse ^ b->sse, x87 = a->x87 ^ b->x87;
    if (sse & SSE_ROUNDING)
        snprintf(text, size, "the rounding mode, from %s to %s", modes[a->sse >> 13 & 3],
                 modes[b->sse >> 13 & 3]);
    else if (sse & (SSE_FLUSH | SSE_DENORMALS))
        snprintf(text, size,
                 "how small numbers are treated: flush to zero %s, denormals are zero %s",
                 b->sse & SSE_FLUSH ? "on" : "off", b->sse & SSE_DENORMALS ? "on" : "off");
    else if (sse || x87 & X87_MASKS)
        snprintf(text, size, "which floating-point exceptions trap");
    else
        snprintf(text, size, "how the x87 unit rounds");
}

#else

struct floating floating_now(void)
{
    struct floating f;
    memset(&f, 0, sizeof f);
    fegetmode(&f.modes);
    return f;
}

void floating_set(const struct floating *f)
{
    fesetmode(&f->modes);
}

bool floating_same(const struct floating *a, const struct floating *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

void floating_describe(const struct floating *a, const struct floating *b, char *text, size_t size)
{
    (void)a;
    (void)b;
    snprintf(text, size, "how the processor rounds, flushes small numbers or traps");
}

#endif
