/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweep.h"

#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engines/numerics/array.h"
#include "engines/numerics/pair.h"
#include "restore.h"

/* Few rows where p is small, so that their weights do not outweigh the update itself. */
static size_t width_of(size_t m, size_t p)
{
    size_t rows = p / 16;
    rows = rows < 1 ? 1 : rows > SWEEP_ROWS ? SWEEP_ROWS : rows;
    return rows < m ? rows : m;
}

static size_t steps_per_row(const struct odamv_problem *shape, double gain)
{
    double updates = gain * (double)shape->n / (double)shape->m;
    return (size_t)ceil(SWEEP_SHARE * fmax(updates, 1));
}

enum odamv_status sweep_open(struct sweep *s, const struct odamv_problem *problem, double gain)
{
    *s = (struct sweep){.width = width_of(problem->m, problem->p)};
    s->steps = steps_per_row(problem, gain) * s->width;
    s->w = array_alloc(problem->n * SWEEP_ROWS, sizeof *s->w);
    s->fresh = array_alloc(problem->p * SWEEP_ROWS, sizeof *s->fresh);
    s->part = array_alloc(problem->p * SWEEP_ROWS, sizeof *s->part);
    if (s->w && s->fresh && s->part)
        return ODAMV_OK;
    sweep_close(s);
    return ODAMV_NOMEM;
}

void sweep_close(struct sweep *s)
{
    free(s->w);
    free(s->fresh);
    free(s->part);
    *s = (struct sweep){0};
}

double sweep_memory(const struct odamv_problem *shape)
{
    return 8 * SWEEP_ROWS * ((double)shape->n + 2 * (double)shape->p);
}

/* The key's weights in the job's rows, which need not begin a panel. */
static void weigh(const struct sweep *s, const struct attention *a, size_t key, double *w)
{
    const struct logits *l = &a->weights.logits;
    size_t at = key * l->ld + s->first;
    l->kernel->weights(s->rows, l->hi + at, l->lo + at, a->weights.shift + s->first, w);
}

static void count_prepare(struct odamv_counts *c, double rows, double n)
{
    c->additions += rows * n * (WEIGHT_ADDITIONS + 1);
    c->multiplications += rows * n * (WEIGHT_MULTIPLICATIONS + 1);
    c->exponentials += rows * n;
}

void sweep_prepare(struct sweep *s, struct attention *a)
{
    const size_t m = a->weights.logits.m, n = a->weights.logits.n;
    if (s->step > 0)
        return;
    s->rows = m - s->first < s->width ? m - s->first : s->width;
    s->done = 0;
    for (size_t r = 0; r < s->rows; r++) {
        s->shift[r] = a->weights.shift[s->first + r];
        s->square[r] = s->drift[r] = s->adding[r] = s->peak[r] = 0;
    }
    for (size_t key = 0; key < n; key++) {
        double *w = s->w + key * SWEEP_ROWS;
        weigh(s, a, key, w);
        for (size_t r = 0; r < s->rows; r++)
            s->square[r] += w[r] * w[r];
    }
    count_prepare(&a->weights.counts, (double)s->rows, a->shape.n);
}

static void count_note_k(struct odamv_counts *c, double rows, double done)
{
    c->additions += rows * (WEIGHT_ADDITIONS + 6 + done);
    c->multiplications += rows * (WEIGHT_MULTIPLICATIONS + 4 + done);
    c->exponentials += rows;
}

void sweep_note_k(struct sweep *s, struct attention *a, size_t key)
{
    const double *v = a->values.v + key * a->values.p;
    double *w = s->w + key * SWEEP_ROWS, now[SWEEP_ROWS], change[SWEEP_ROWS];
    weigh(s, a, key, now);
    for (size_t r = 0; r < s->rows; r++) {
        change[r] = now[r] - w[r];
        s->square[r] += fmax(0, now[r] * now[r] - w[r] * w[r]);
        w[r] = now[r];
        double reach = fabs(change[r]) * a->values.key_peak[key];
        s->peak[r] += reach;
        s->drift[r] += 3 * reach + s->peak[r];
    }
    for (size_t j = 0; j < s->done; j++)
        for (size_t r = 0; r < s->rows; r++)
            s->fresh[j * SWEEP_ROWS + r] += change[r] * v[j];
    count_note_k(&a->weights.counts, (double)s->rows, (double)s->done);
}

static void count_note_v(struct odamv_counts *c, double rows)
{
    c->additions += rows * 2;
    c->multiplications += rows * 2;
}

void sweep_note_v(struct sweep *s, struct attention *a, size_t key, size_t column, double step)
{
    const double *w = s->w + key * SWEEP_ROWS;
    if (s->step == 0)
        return;
    for (size_t r = 0; r < s->rows; r++) {
        double x = w[r] * step, *fresh = s->fresh + column * SWEEP_ROWS + r;
        if (column >= s->done)
            *fresh = 0;
        *fresh += x; /* the rounding of the sum: folds_j of attention.h */
        s->drift[r] += 3 * fabs(x);
        s->peak[r] = fmax(s->peak[r], fabs(*fresh));
    }
    count_note_v(&a->weights.counts, (double)s->rows);
}

static size_t slice_start(size_t step, size_t steps, size_t p)
{
    return (size_t)((double)step * (double)p / (double)steps);
}

/* adding: of the slice, the rounding errors of adding its chunks. */
static void add_part(struct sweep *s, double *fresh, size_t columns, double *adding)
{
    double peak[SWEEP_ROWS] = {0};
    for (size_t j = 0; j < columns; j++)
        for (size_t r = 0; r < s->rows; r++) {
            double *x = fresh + j * SWEEP_ROWS + r;
            *x += s->part[j * SWEEP_ROWS + r];
            peak[r] = fmax(peak[r], fabs(*x));
        }
    for (size_t r = 0; r < s->rows; r++) {
        adding[r] += peak[r];
        s->peak[r] = fmax(s->peak[r], peak[r]);
    }
}

/* per row, value and chunk an addition; per row and chunk their error */
static void count_slice(struct odamv_counts *c, double rows, double columns, double n)
{
    double chunks = columns > 0 ? ceil(n / (double)shape_chunk(n)) : 0;
    c->additions += rows * (columns + 1) * chunks;
    c->gemm_additions += rows * columns * n;
    c->gemm_multiplications += rows * columns * n;
}

bool sweep_advance(struct sweep *s, struct attention *a)
{
    const size_t n = a->weights.logits.n, p = a->values.p, chunk = shape_chunk((double)n);
    const size_t end = s->step + 1 == s->steps ? p : slice_start(s->step + 1, s->steps, p);
    const size_t from = s->done, columns = end - from;
    double *fresh = s->fresh + from * SWEEP_ROWS, adding[SWEEP_ROWS] = {0};
    memset(fresh, 0, columns * SWEEP_ROWS * sizeof *fresh);
    for (size_t key = 0; key < n && columns; key += chunk) {
        size_t keys = n - key < chunk ? n - key : chunk;
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (blasint)columns, (blasint)s->rows,
                    (blasint)keys, 1.0, a->values.v + key * p + from, (blasint)p,
                    s->w + key * SWEEP_ROWS, SWEEP_ROWS, 0.0, s->part, SWEEP_ROWS);
        add_part(s, fresh, columns, adding);
    }
    for (size_t r = 0; r < s->rows && columns; r++)
        s->adding[r] = fmax(s->adding[r], adding[r]);
    s->done = end;
    s->step++;
    count_slice(&a->weights.counts, (double)s->rows, (double)columns, a->shape.n);
    return s->step == s->steps;
}

void sweep_forget_row(struct sweep *s, size_t row)
{
    if (s->step > 0 && row >= s->first && row < s->first + s->rows)
        s->shift[row - s->first] = INFINITY;
}

/* the rows' sums */
static void count_finish(struct odamv_counts *c, double rows, double n)
{
    c->additions += rows * 10 * n;
}

void sweep_finish(struct sweep *s, struct attention *a, bool taken[SWEEP_ROWS])
{
    struct weights *w = &a->weights;
    for (size_t r = 0; r < s->rows; r++) {
        size_t i = s->first + r;
        taken[r] = !w->marked[i] && w->shift[i] == s->shift[r];
        if (!taken[r])
            continue; /* its sum below is counted all the same */
        for (size_t j = 0; j < a->values.p; j++)
            a->numerators.c[j * w->logits.ld + i] = s->fresh[j * SWEEP_ROWS + r];
        a->numerators.base[i] = restore_base(w->logits.n, s->square[r]);
        a->numerators.peak[i] = s->peak[r];
        struct pair sum = {0, 0};
        for (size_t key = 0; key < w->logits.n; key++)
            sum = pair_add(sum, s->w[key * SWEEP_ROWS + r]);
        weights_settle(w, i, s->shift[r], sum.hi, sum.lo);
        w->drift[i] = s->drift[r] + s->adding[r];
    }
    count_finish(&w->counts, (double)s->rows, a->shape.n);
    s->first = s->first + s->rows < w->logits.m ? s->first + s->rows : 0;
    s->step = 0;
    w->counts.refreshes += s->first == 0;
}

/* Row r of the job, column j, against what sweep.h says of it. */
static bool check_fresh(const struct sweep *s, const struct attention *a, size_t r, size_t j,
                        char *message, size_t size)
{
    const double fresh = s->fresh[j * SWEEP_ROWS + r];
    const double roundings = s->drift[r] + s->adding[r] + a->values.folds[j] * s->peak[r];
    const double allowed =
        (restore_base(a->weights.logits.n, s->square[r]) * a->values.norm[j] + UNIT * roundings) *
            1.01 +
        NUMERATOR_LEAST;
    struct pair exact = {0, 0};
    for (size_t key = 0; key < a->weights.logits.n; key++)
        exact =
            pair_add_product(exact, s->w[key * SWEEP_ROWS + r], a->values.v[key * a->values.p + j]);
    const double apart = fabs((exact.hi - fresh) + exact.lo);
    if (apart <= allowed && fabs(fresh) <= s->peak[r] * 1.01 + NUMERATOR_LEAST)
        return true;
    snprintf(message, size,
             "sweep: (%zu, %zu) is %.17g, misses %.17g by %g, allowed %g; peak %.17g", s->first + r,
             j, fresh, exact.hi, apart, allowed, s->peak[r]);
    return false;
}

bool sweep_check(const struct sweep *s, const struct attention *a, char *message, size_t size)
{
    bool whole = true;
    for (size_t r = 0; r < s->rows && s->step > 0; r++)
        if (!a->weights.marked[s->first + r] && s->shift[r] == a->weights.shift[s->first + r])
            for (size_t j = 0; j < s->done && whole; j++)
                whole = check_fresh(s, a, r, j, message, size);
    return whole;
}

/* --- counts ---------------------------------------------------------------------------------- */

/* What so many rows cost in the steps before `step` of a job. */
static void count_steps(struct odamv_counts *c, const struct odamv_problem *shape, size_t step,
                        size_t steps, double rows)
{
    const double n = (double)shape->n;
    if (step > 0)
        count_prepare(c, rows, n);
    for (size_t t = 0; t < step; t++) {
        const bool last = t + 1 == steps;
        double done = (double)slice_start(t, steps, shape->p);
        double end = last ? (double)shape->p : (double)slice_start(t + 1, steps, shape->p);
        count_note_k(c, rows, done);
        count_slice(c, rows, end - done, n);
        if (last)
            count_finish(c, rows, n);
    }
}

void sweep_count(struct odamv_counts *c, const struct odamv_problem *shape, double gain,
                 double updates_k, double updates_v)
{
    const double width = (double)width_of(shape->m, shape->p);
    const double steps = (double)steps_per_row(shape, gain) * width;
    const double m = (double)shape->m, blocks = ceil(m / width);
    const double jobs = floor(updates_k / steps), rounds = floor(jobs / blocks);
    const double block = jobs - rounds * blocks, rows = fmin(width, m - block * width);
    const double step = updates_k - jobs * steps; /* of the job under way */
    count_steps(c, shape, (size_t)steps, (size_t)steps, rounds * m + fmin(block * width, m));
    count_steps(c, shape, (size_t)step, (size_t)steps, rows);
    if (step > 0)
        count_note_v(c, updates_v * rows);
    c->refreshes += rounds;
}
