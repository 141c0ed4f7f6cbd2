/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * table.c: which plan is fastest, predicted from measured rates.
 *
 *     seconds of a level = combinations: doubles moved x seconds per double at that block size
 *                        + products:     r x seconds of the level below
 *                        + peeled:       seconds of plain products
 *
 * Plain products are interpolated in log side and log k (linear between measured points, constant
 * beyond), with the geometric mean of m and p for the side. The crossover is not stored: it is
 * where two predictions meet, so one table serves every shape and every scheme. A fast plan is
 * taken only where it promises to win by MARGIN, as the prediction is not exact and classical has
 * the smaller errors. Short leaves find their operands cold, which the table does not see; hence at
 * most DEEPEST levels and no side below LEAST. On 2 cores with AVX-512, 8192^3: three levels 1.14
 * times as fast as dgemm, two levels 1.18 (predicted 1.25 and 1.24). 4096^3: two levels, with
 * leaves of 1024, anything from 0.99 to 1.12, one level 1.03 to 1.09.
 */
#include <math.h>
#include <stdlib.h>

#include "program.h"
#include "table_cache.h"
#include "table_measure.h"

#define MARGIN  0.07
#define LEAST   2048 /* side of a leaf */
#define DEEPEST 2

static const char *const candidates[] = {"strassen", "winograd", "3x2x3",
                                         "2x3x3",    "3x3x2",    "4x2x4"};
enum { CANDIDATES = sizeof candidates / sizeof *candidates };

/* --- interpolation ------------------------------------------------------------------------- */

/* Position of x in a table of doubling values: whole part and fraction, clamped to its ends. */
static size_t position(double x, unsigned first, size_t count, double *fraction)
{
    double at = fmin(fmax(log2(x / first), 0), (double)(count - 1));
    size_t i = (size_t)fmin(floor(at), (double)(count - 2));
    *fraction = at - (double)i;
    return i;
}

static double mix(double a, double b, double fraction)
{
    return a + (b - a) * fraction;
}

static double product_seconds(const struct matmul_table *t, double m, double k, double p)
{
    double fs, fk;
    if (!(m > 0 && k > 0 && p > 0))
        return 0;
    size_t s = position(sqrt(m * p), matmul_table_side[0], TABLE_SIDES, &fs);
    size_t i = position(k, matmul_table_inner[0], TABLE_INNERS, &fk);
    return m * k * p *
           mix(mix(t->product[s][i], t->product[s][i + 1], fk),
               mix(t->product[s + 1][i], t->product[s + 1][i + 1], fk), fs);
}

static double moved_seconds(const double *per_double, double rows, double cols, double operands)
{
    double f;
    size_t b = position(sqrt(rows * cols), matmul_table_block[0], TABLE_BLOCKS, &f);
    return rows * cols * operands * mix(per_double[b], per_double[b + 1], f);
}

/* --- a plan -------------------------------------------------------------------------------- */

static double steps_seconds(const struct matmul_table *t, const struct matmul_program *p, double bm,
                            double bk, double bp)
{
    double sum = 0;
    for (size_t s = 0; s < p->steps; s++) {
        const struct matmul_step *step = &p->step[s];
        double rows = step->side == SIDE_B ? bk : bm, cols = step->side == SIDE_A ? bk : bp;
        if (step->verb == GATHER)
            sum += moved_seconds(t->gather, rows, cols, (double)step->terms + 1);
        else if (step->verb == SCATTER)
            sum += moved_seconds(t->scatter, rows, cols, 2 * (double)step->terms + 1);
    }
    return sum;
}

/* The plan of `levels` levels, or fewer where a side would fall below the leaf. */
static double plan_seconds(const struct matmul_table *t, const struct matmul_program *p, size_t m,
                           size_t k, size_t n, size_t leaf, unsigned levels)
{
    size_t bm = p ? m / p->m : 0, bk = p ? k / p->k : 0, bn = p ? n / p->n : 0;
    if (!levels || bm < leaf || bk < leaf || bn < leaf || !bm || !bk || !bn)
        return product_seconds(t, (double)m, (double)k, (double)n);
    size_t core_m = bm * p->m, core_k = bk * p->k, core_n = bn * p->n;
    return steps_seconds(t, p, (double)bm, (double)bk, (double)bn) +
           (double)p->r * plan_seconds(t, p, bm, bk, bn, leaf, levels - 1) +
           product_seconds(t, (double)core_m, (double)(k - core_k), (double)core_n) +
           product_seconds(t, (double)core_m, (double)k, (double)(n - core_n)) +
           product_seconds(t, (double)(m - core_m), (double)k, (double)n);
}

double matmul_table_seconds(const struct matmul_table *t, const struct matmul_shape *shape,
                            const struct matmul_options *options)
{
    struct matmul_program *p = NULL;
    const struct matmul_scheme *s = options->scheme;
    if (s && s->m * s->k * s->n > 1 && matmul_program_open(s, &p))
        return INFINITY;
    unsigned levels = options->levels < MATMUL_LEVELS_MAX ? options->levels : MATMUL_LEVELS_MAX;
    double seconds = plan_seconds(t, p, shape->m, shape->k, shape->p, options->leaf, levels);
    matmul_program_close(p);
    return seconds;
}

enum odamv_status matmul_auto(const struct matmul_table *t, const struct matmul_shape *shape,
                              struct matmul_options *options, struct matmul_scheme **scheme)
{
    *scheme = NULL;
    options->scheme = NULL, options->leaf = LEAST, options->levels = 0;
    double best = (1 - MARGIN) * matmul_table_seconds(t, shape, options);
    for (int c = 0; c < CANDIDATES; c++) {
        struct matmul_scheme *s;
        enum odamv_status status = matmul_scheme_find(candidates[c], &s, NULL, 0);
        if (status) {
            matmul_scheme_close(*scheme);
            *scheme = NULL;
            return status;
        }
        bool taken = false;
        for (unsigned levels = 1; levels <= DEEPEST; levels++) {
            struct matmul_options trial = {.scheme = s, .leaf = LEAST, .levels = levels};
            double seconds = matmul_table_seconds(t, shape, &trial);
            if (seconds < best)
                best = seconds, taken = true, options->levels = levels;
        }
        if (taken) {
            matmul_scheme_close(*scheme);
            *scheme = s;
        } else {
            matmul_scheme_close(s);
        }
    }
    options->scheme = *scheme;
    return ODAMV_OK;
}

/* --- opening ------------------------------------------------------------------------------- */

enum odamv_status matmul_table_open(bool measure, struct matmul_table **out)
{
    struct matmul_table *t = *out = calloc(1, sizeof *t);
    if (!t)
        return ODAMV_NOMEM;
    matmul_table_name(t);
    if (!measure && matmul_table_recall(t))
        return ODAMV_OK;
    enum odamv_status status = matmul_table_measure(t);
    if (status) {
        matmul_table_close(t);
        *out = NULL;
        return status;
    }
    t->measured = true;
    matmul_table_keep(t);
    return ODAMV_OK;
}

void matmul_table_close(struct matmul_table *t)
{
    free(t);
}

const char *matmul_table_file(const struct matmul_table *t)
{
    return t->file;
}

bool matmul_table_measured(const struct matmul_table *t)
{
    return t->measured;
}

const char *matmul_table_machine(const struct matmul_table *t)
{
    return t->machine;
}
