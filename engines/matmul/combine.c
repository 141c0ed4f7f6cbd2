/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * combine.c: linear combinations of strided matrices, in one pass over memory each.
 *
 *     gather     to = sum_t c_t from_t
 *     scatter    to_t (+)= c_t from, all t
 *
 * Bound by memory: a gather of t sources moves t + 1 matrices (and one more for the lines that are
 * read only to be overwritten), where t - 1 separate additions would move 3 (t - 1). Sums are
 * evaluated from left to right for every element, whatever the number of threads and wherever rows
 * are cut, so results do not depend on either. Multiplying by 1 and -1 is exact, so all
 * coefficients go one way.
 */
#include "combine.h"

#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { PIECE = 512 }; /* doubles of a row at a time where there are many operands */

/* Doubles of a target that no cache keeps until it is used. */
#define PAST 0x1p20

/* The target may be one of the sources, at the same place: no iteration depends on another. */
#if defined(__clang__)
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define INDEPENDENT _Pragma("GCC ivdep")
#else
#define INDEPENDENT
#endif

/* A row of a source, and its coefficient. */
struct term {
    const double *x;
    double c;
};

static void sum_2(double *to, const struct term t[2], size_t n)
{
    const double *x = t[0].x, *y = t[1].x, a = t[0].c, b = t[1].c;
    INDEPENDENT
    for (size_t j = 0; j < n; j++)
        to[j] = a * x[j] + b * y[j];
}

static void sum_3(double *to, const struct term t[3], size_t n)
{
    const double *x = t[0].x, *y = t[1].x, *z = t[2].x, a = t[0].c, b = t[1].c, c = t[2].c;
    INDEPENDENT
    for (size_t j = 0; j < n; j++)
        to[j] = (a * x[j] + b * y[j]) + c * z[j];
}

static void add_1(double *to, const double *x, double a, size_t n)
{
    INDEPENDENT
    for (size_t j = 0; j < n; j++)
        to[j] += a * x[j];
}

static void set_1(double *to, const double *x, double a, size_t n)
{
    INDEPENDENT
    for (size_t j = 0; j < n; j++)
        to[j] = a * x[j];
}

/* The same past the caches: a target that does not fit is not read only to be overwritten, which
 * saves a quarter of the memory traffic of a sum of two. The target is none of the sources. */
static void sum_2_past(double *to, const struct term t[2], size_t n)
{
    struct term rest[2] = {t[0], t[1]};
#ifdef __SSE2__
    const double *x = t[0].x, *y = t[1].x, a = t[0].c, b = t[1].c;
    const __m128d va = _mm_set1_pd(a), vb = _mm_set1_pd(b);
    for (; n && (uintptr_t)to % 16; n--)
        *to++ = a * *x++ + b * *y++;
    for (; n >= 2; n -= 2, to += 2, x += 2, y += 2)
        _mm_stream_pd(to,
                      _mm_add_pd(_mm_mul_pd(va, _mm_loadu_pd(x)), _mm_mul_pd(vb, _mm_loadu_pd(y))));
    rest[0].x = x, rest[1].x = y;
#endif
    sum_2(to, rest, n);
}

/* Many sources: summed in a buffer, since the target may be any of them. */
static void gather_pieces(double *to, const struct matmul_source *from, size_t count, size_t row,
                          size_t cols)
{
    double sum[PIECE];
    for (size_t j = 0; j < cols; j += PIECE) {
        size_t n = cols - j < PIECE ? cols - j : PIECE;
        set_1(sum, from[0].at + row * from[0].stride + j, from[0].c, n);
        for (size_t t = 1; t < count; t++)
            add_1(sum, from[t].at + row * from[t].stride + j, from[t].c, n);
        memcpy(to + j, sum, n * sizeof *to);
    }
}

static void gather_rows(const struct matmul_target *to, const struct matmul_source *x, size_t count,
                        size_t row, size_t end, size_t cols, bool past)
{
    for (; row < end; row++) {
        double *d = to->at + row * to->stride;
        struct term terms[3];
        for (size_t t = 0; t < count && t < 3; t++)
            terms[t] = (struct term){x[t].at + row * x[t].stride, x[t].c};
        if (count == 2)
            (past ? sum_2_past : sum_2)(d, terms, cols);
        else if (count == 3)
            sum_3(d, terms, cols);
        else
            gather_pieces(d, x, count, row, cols);
    }
}

static void scatter_rows(const struct matmul_target *to, size_t count,
                         const struct matmul_source *from, size_t row, size_t end, size_t cols)
{
    for (; row < end; row++)
        for (size_t j = 0; j < cols; j += PIECE) {
            size_t n = cols - j < PIECE ? cols - j : PIECE;
            const double *x = from->at + row * from->stride + j;
            for (size_t t = 0; t < count; t++)
                (to[t].first ? set_1 : add_1)(to[t].at + row * to[t].stride + j, x, to[t].c, n);
        }
}

/* --- over threads -------------------------------------------------------------------------- */

struct job {
    const struct matmul_target *to;
    const struct matmul_source *from;
    size_t count, cols;
    bool gather, past;
};

static void part(void *context, size_t row, size_t end)
{
    const struct job *job = context;
    if (job->gather)
        gather_rows(job->to, job->from, job->count, row, end, job->cols, job->past);
    else
        scatter_rows(job->to, job->count, job->from, row, end, job->cols);
}

void matmul_gather(struct matmul_pool *pool, const struct matmul_target *to,
                   const struct matmul_source *from, size_t count, size_t rows, size_t cols)
{
    bool past = (double)rows * (double)cols > PAST;
    for (size_t t = 0; t < count; t++)
        past &= from[t].at != to->at;
    struct job job = {to, from, count, cols, true, past};
    matmul_pool_rows(pool, part, &job, rows, (double)cols * (double)(count + 1));
}

void matmul_scatter(struct matmul_pool *pool, const struct matmul_target *to, size_t count,
                    const struct matmul_source *from, size_t rows, size_t cols)
{
    struct job job = {to, from, count, cols, false, false};
    matmul_pool_rows(pool, part, &job, rows, (double)cols * (double)(2 * count + 1));
}
