/* SPDX-License-Identifier: GPL-3.0-or-later
 * The loops for AVX2 with FMA: see kernel_body.h. */
#include "kernels.h"

#ifdef __AVX2__
#include <immintrin.h>
#include <sleef.h>

#define KERNEL_NAME "avx2"
#define LANES       4
static inline void exp_into(const double *x, double *w)
{
    _mm256_storeu_pd(w, Sleef_expd4_u10avx2(_mm256_loadu_pd(x)));
}
#include "kernel_body.h"
const struct kernel kernel_avx2 = KERNEL;
#endif
