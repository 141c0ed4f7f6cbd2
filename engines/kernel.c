/* SPDX-License-Identifier: GPL-3.0-or-later
 * Chooses among the variants of kernel_body.h by what the processor and the system support. */
#include "kernels.h"

const struct kernel *kernel_best(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
        return &kernel_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return &kernel_avx2;
#endif
    return &kernel_base;
}
