/* SPDX-License-Identifier: GPL-3.0-or-later
 * The loops for any processor of the architecture: see kernel_body.h. */
#include "kernel_variants.h"

#include <sleef.h>

#define LANES 2
typedef double vector __attribute__((vector_size(16)));
#if defined(__SSE2__)
#include <emmintrin.h>
#define KERNEL_NAME "sse2"
static inline vector exp_vector(vector x)
{
    return (vector)Sleef_expd2_u10((__m128d)x);
}
#elif defined(__aarch64__)
#include <arm_neon.h>
#define KERNEL_NAME "advsimd"
static inline vector exp_vector(vector x)
{
    return (vector)Sleef_expd2_u10advsimd((float64x2_t)x);
}
#else
#define KERNEL_NAME "scalar"
static inline vector exp_vector(vector x)
{
    return (vector){Sleef_expd1_u10purec(x[0]), Sleef_expd1_u10purec(x[1])};
}
#endif
static inline vector fma_vector(vector a, vector b, vector c)
{
    return (vector){__builtin_fma(a[0], b[0], c[0]), __builtin_fma(a[1], b[1], c[1])};
}
static inline vector min_vector(vector a, vector b)
{
    return (vector){a[0] < b[0] ? a[0] : b[0], a[1] < b[1] ? a[1] : b[1]};
}
static inline vector max_vector(vector a, vector b)
{
    return (vector){a[0] > b[0] ? a[0] : b[0], a[1] > b[1] ? a[1] : b[1]};
}
#include "kernel_body.h"
const struct kernel kernel_base = KERNEL;
