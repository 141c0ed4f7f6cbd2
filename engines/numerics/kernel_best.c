/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Chooses among the variants of kernel_body.h by what the processor and the system support. The
 * environment variable ODAMV_KERNEL, avx2 or base, sets a limit: for the same bits on different
 * machines, and for testing the variants that this machine would not choose.
 */
#include "kernel_variants.h"

#include <stdlib.h>
#include <string.h>

const struct kernel *kernel_best(void)
{
#if defined(__x86_64__)
    const char *limit = getenv("ODAMV_KERNEL");
    bool avx2 = !limit || strcmp(limit, "base") != 0,
         avx512 = !limit || strcmp(limit, "avx512") == 0;
    if (avx512 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
        return &kernel_avx512;
    if (avx2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return &kernel_avx2;
#endif
    return &kernel_base;
}
