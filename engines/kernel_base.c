/* SPDX-License-Identifier: GPL-3.0-or-later
 * The loops for any processor of the architecture: see kernel_body.h. */
#include "kernels.h"

#include <sleef.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#define KERNEL_NAME "sse2"
#define LANES       2
static inline void exp_into(const double *x, double *w)
{
    _mm_storeu_pd(w, Sleef_expd2_u10(_mm_loadu_pd(x)));
}
#elif defined(__aarch64__)
#include <arm_neon.h>
#define KERNEL_NAME "advsimd"
#define LANES       2
static inline void exp_into(const double *x, double *w)
{
    vst1q_f64(w, Sleef_expd2_u10advsimd(vld1q_f64(x)));
}
#else
#define KERNEL_NAME "scalar"
#define LANES       1
static inline void exp_into(const double *x, double *w)
{
    *w = Sleef_expd1_u10purec(*x);
}
#endif
#include "kernel_body.h"
const struct kernel kernel_base = KERNEL;
