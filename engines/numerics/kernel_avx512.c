/* SPDX-License-Identifier: GPL-3.0-or-later
 * The loops for AVX-512: see kernel_body.h. */
#include "kernel_variants.h"

#ifdef __AVX512F__
#include <immintrin.h>
#include <sleef.h>

#define KERNEL_NAME "avx512"
#define LANES       8
typedef double vector __attribute__((vector_size(64)));
static inline vector exp_vector(vector x)
{
    return (vector)Sleef_expd8_u10avx512f((__m512d)x);
}
static inline vector fma_vector(vector a, vector b, vector c)
{
    return (vector)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
}
static inline vector min_vector(vector a, vector b)
{
    return (vector)_mm512_min_pd((__m512d)a, (__m512d)b);
}
static inline vector max_vector(vector a, vector b)
{
    return (vector)_mm512_max_pd((__m512d)a, (__m512d)b);
}
#include "kernel_body.h"
const struct kernel kernel_avx512 = KERNEL;
#endif
