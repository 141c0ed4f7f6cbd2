/* SPDX-License-Identifier: GPL-3.0-or-later
 * The loops for AVX2 with FMA: see kernel_body.h. */
#include "kernel_variants.h"

#ifdef __AVX2__
#include <immintrin.h>
#include <sleef.h>

#define KERNEL_NAME "avx2"
#define LANES       4
typedef double vector __attribute__((vector_size(32)));
static inline vector exp_vector(vector x)
{
    return (vector)Sleef_expd4_u10avx2((__m256d)x);
}
static inline vector fma_vector(vector a, vector b, vector c)
{
    return (vector)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
}
static inline vector min_vector(vector a, vector b)
{
    return (vector)_mm256_min_pd((__m256d)a, (__m256d)b);
}
static inline vector max_vector(vector a, vector b)
{
    return (vector)_mm256_max_pd((__m256d)a, (__m256d)b);
}
#include "kernel_body.h"
const struct kernel kernel_avx2 = KERNEL;
#endif
