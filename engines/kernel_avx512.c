/* SPDX-License-Identifier: GPL-3.0-or-later
 * The loops for AVX-512: see kernel_body.h. */
#include "kernels.h"

#ifdef __AVX512F__
#include <immintrin.h>
#include <sleef.h>

#define KERNEL_NAME "avx512"
#define LANES       8
static inline void exp_into(const double *x, double *w)
{
    _mm512_storeu_pd(w, Sleef_expd8_u10avx512f(_mm512_loadu_pd(x)));
}
#include "kernel_body.h"
const struct kernel kernel_avx512 = KERNEL;
#endif
