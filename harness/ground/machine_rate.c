/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * machine_rate.c: two short measurements: of the matrix product, and of the weights.
 */
#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engines/numerics/clock.h"
#include "engines/numerics/kernel.h"
#include "machine.h"

#define SAMPLES 5

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *samples)
{
    qsort(samples, SAMPLES, sizeof *samples, ascending);
    return samples[SAMPLES / 2];
}

double machine_gemm_rate(size_t n)
{
    double *a = calloc(3 * n * n, sizeof *a), samples[SAMPLES];
    int order = (int)n;
    if (!a)
        return 0;
    for (size_t i = 0; i < 2 * n * n; i++)
        a[i] = (double)(i % 7) - 3.0;
    /* The first product starts the threads and touches the pages; it is not a sample. */
    for (int s = -1; s < SAMPLES; s++) {
        double start = clock_seconds();
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, order, order, order, 1.0, a, order,
                    a + n * n, order, 0.0, a + 2 * n * n, order);
        if (s >= 0)
            samples[s] = clock_seconds() - start;
    }
    free(a);
    return 2.0 * (double)n * (double)n * (double)n / median(samples);
}

double machine_weight_rate(const char **name)
{
    const struct kernel *kernel = kernel_best();
    size_t count = 64 * PANEL, rounds = 200;
    double *hi = aligned_alloc(64, 3 * count * sizeof *hi), samples[SAMPLES];
    float *lo = aligned_alloc(64, count * sizeof *lo);
    *name = kernel->name;
    if (!hi || !lo) {
        free(hi);
        free(lo);
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        hi[i] = -(double)(i % 40);
        hi[count + i] = 0.0;
        lo[i] = 0.0f;
    }
    for (int s = -1; s < SAMPLES; s++) {
        double start = clock_seconds();
        for (size_t r = 0; r < rounds; r++)
            kernel->weights(count, hi, lo, hi + count, hi + 2 * count);
        if (s >= 0)
            samples[s] = clock_seconds() - start;
    }
    free(hi);
    free(lo);
    return (double)(count * rounds) / median(samples);
}
