/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weights.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engines/numerics/array.h"

/* The rows are marked until they are settled, but not in the queue. Neither they nor the padding
 * ever raise an alarm. */
static void start_rows(struct weights *w)
{
    for (size_t i = 0; i < w->logits.ld; i++) {
        w->shift[i] = SHIFT_MARKED;
        w->sum_hi[i] = w->sum_top[i] = 1;
        w->sum_lo[i] = w->drift[i] = 0;
    }
    for (size_t i = 0; i < w->logits.m; i++)
        w->marked[i] = true;
}

static enum odamv_status alloc_rows(struct weights *w, size_t m, size_t ld)
{
    double **const arrays[] = {&w->shift, &w->sum_hi, &w->sum_lo, &w->sum_top, &w->drift};
    bool whole = true;
    for (size_t a = 0; a < sizeof arrays / sizeof *arrays; a++) {
        *arrays[a] = array_alloc(ld, sizeof **arrays[a]);
        whole &= *arrays[a] != NULL;
    }
    w->marked = malloc(m * sizeof *w->marked);
    w->queue = malloc(m * sizeof *w->queue);
    return whole && w->marked && w->queue ? ODAMV_OK : ODAMV_NOMEM;
}

enum odamv_status weights_open(struct weights *w, const struct odamv_problem *problem,
                               const struct odamv_options *options)
{
    const size_t m = problem->m, n = problem->n;
    *w = (struct weights){0};
    enum odamv_status status = logits_open(&w->logits, problem, options);
    if (status == ODAMV_OK)
        status = row_open(&w->row, n);
    if (status == ODAMV_OK)
        status = alloc_rows(w, m, w->logits.ld);
    if (status != ODAMV_OK) {
        weights_close(w);
        return status;
    }
    start_rows(w);
    logits_count_open(&w->counts, problem, options);
    return ODAMV_OK;
}

void weights_close(struct weights *w)
{
    logits_close(&w->logits);
    row_close(&w->row);
    free(w->shift);
    free(w->sum_hi);
    free(w->sum_lo);
    free(w->sum_top);
    free(w->drift);
    free(w->marked);
    free(w->queue);
    *w = (struct weights){0};
}

double weights_memory(const struct odamv_problem *shape)
{
    double ld = (double)logits_ld(shape->m), m = (double)shape->m;
    return logits_memory(shape) + row_memory(shape->n) + 40 * ld +
           (sizeof(bool) + sizeof(size_t)) * m;
}

double weights_peak(const struct odamv_problem *shape, const struct odamv_options *options,
                    double instance)
{
    return fmax(instance, logits_memory(shape) + logits_open_memory(shape, options));
}

void weights_mark(struct weights *w, size_t row)
{
    if (w->marked[row])
        return;
    w->marked[row] = true;
    w->shift[row] = SHIFT_MARKED;
    w->sum_hi[row] = w->sum_top[row] = 1;
    w->sum_lo[row] = w->drift[row] = 0;
    w->queue[(w->marked_first + w->marked_count++) % w->logits.m] = row;
    w->counts.marked_rows++;
}

bool weights_next_marked(struct weights *w, size_t *row)
{
    if (w->marked_count == 0)
        return false;
    *row = w->queue[w->marked_first];
    w->marked_first = (w->marked_first + 1) % w->logits.m;
    w->marked_count--;
    return true;
}

void weights_settle(struct weights *w, size_t row, double shift, double sum_hi, double sum_lo)
{
    w->marked[row] = false;
    w->shift[row] = shift;
    w->sum_hi[row] = w->sum_top[row] = sum_hi;
    w->sum_lo[row] = sum_lo;
    w->drift[row] = 0;
}

/* Nothing is derived from the change of a marked row. The entry, which may be as large as the
 * weight that made the row lose its accuracy, is taken out, so that it does not enter the norms by
 * which the products of all rows are bounded. */
static void mark_suspects(struct weights *w, size_t key, const struct change_place *place,
                          double most)
{
    const struct logits *l = &w->logits;
    const double *hi = l->hi + key * l->ld;
    for (size_t i = 0; i < l->m; i++)
        if (hi[i] - w->shift[i] > WEIGHT_HIGHEST || w->sum_hi[i] < SUM_LOWEST ||
            w->sum_hi[i] < w->sum_top[i] * TOP_SHARE || w->drift[i] > w->sum_hi[i] * most) {
            weights_mark(w, i);
            place->change[i / PANEL * place->stride + i % PANEL] = 0;
        }
}

double weights_most(double value)
{
    return DRIFT_SHARE * fmax(value, VALUE_LEAST);
}

void weights_set_k(struct weights *w, size_t key, size_t feature, double value,
                   const struct change_place *place)
{
    struct logits *l = &w->logits;
    struct pair step = logits_step(l, l->kt[feature * l->n + key], value);
    const struct column_update update = {.rows = l->ld,
                                         .q = l->qt + feature * l->ld,
                                         .step_hi = step.hi,
                                         .step_lo = step.lo,
                                         .hi = l->hi + key * l->ld,
                                         .lo = l->lo + key * l->ld,
                                         .shift = w->shift,
                                         .sum_hi = w->sum_hi,
                                         .sum_lo = w->sum_lo,
                                         .sum_top = w->sum_top,
                                         .record = place->change,
                                         .stride = place->stride,
                                         .merge = place->merge,
                                         .weight = place->weight,
                                         .drift = w->drift,
                                         .value = place->value,
                                         .most = weights_most(place->value)};
    struct column_result result = l->kernel->update_column(&update);
    logits_note_k(l, key, feature, value, result.peak);
    if (result.suspect)
        mark_suspects(w, key, place, update.most);
    w->updates++;
    weights_count_set_k(&w->counts, (double)l->m, 1);
}

/* the operations of update_column */
void weights_count_set_k(struct odamv_counts *c, double m, double updates)
{
    c->additions += updates * m * COLUMN_ADDITIONS;
    c->multiplications += updates * m * COLUMN_MULTIPLICATIONS;
    c->exponentials += updates * m * COLUMN_EXPONENTIALS;
}

void weights_set_q(struct weights *w, size_t row, size_t feature, double value)
{
    logits_set_q(&w->logits, row, feature, value);
    weights_mark(w, row);
    logits_count_set_q(&w->counts, (double)w->logits.n, 1);
}

void weights_prepare_row(struct weights *w, size_t row)
{
    logits_gather(&w->logits, row, 0, w->logits.n, w->row.hi, w->row.lo);
    row_prepare(&w->row, w->logits.kernel, logits_error(&w->logits, row));
}

void weights_of_key(const struct weights *w, size_t key, double *out)
{
    const struct logits *l = &w->logits;
    l->kernel->weights(l->ld, l->hi + key * l->ld, l->lo + key * l->ld, w->shift, out);
}

double weights_error(const struct weights *w, size_t row)
{
    if (!(fabs(w->shift[row]) < SHIFT_RELIABLE))
        return INFINITY;
    return logits_error(&w->logits, row) + WEIGHT_ERROR;
}

double weights_sum_error(const struct weights *w)
{
    return ((double)w->logits.n + 2 * w->updates) * 0x1p-80;
}

void weights_row(const struct weights *w, size_t i, struct row *row)
{
    const struct logits *l = &w->logits;
    double shift[PANEL];
    logits_gather(l, i, 0, l->n, row->hi, row->lo);
    for (size_t r = 0; r < PANEL; r++)
        shift[r] = w->shift[i];
    for (size_t s = 0; s < l->n; s += PANEL)
        l->kernel->weights(l->n - s < PANEL ? l->n - s : PANEL, row->hi + s, row->lo + s, shift,
                           row->w + s);
}

/* D of a row that is not marked against a fresh sum. */
static bool check_sum(const struct weights *w, struct row *row, size_t i, char *message,
                      size_t size)
{
    weights_row(w, i, row);
    struct pair sum = {0, 0};
    for (size_t s = 0; s < row->n; s++)
        sum = pair_add(sum, row->w[s]);
    double apart = (sum.hi - w->sum_hi[i]) + (sum.lo - w->sum_lo[i]);
    if (fabs(apart) <= sum.hi * weights_sum_error(w))
        return true;
    snprintf(message, size, "row %zu: D is %.17g, its weights sum to %.17g", i, w->sum_hi[i],
             sum.hi);
    return false;
}

/* Marks against shifts and against the queue's length. */
static bool check_marks(const struct weights *w, char *message, size_t size)
{
    size_t marked = 0;
    for (size_t i = 0; i < w->logits.m; i++) {
        marked += w->marked[i];
        if (w->marked[i] != (w->shift[i] == SHIFT_MARKED)) {
            snprintf(message, size, "row %zu: marked %d, shift %g", i, w->marked[i], w->shift[i]);
            return false;
        }
    }
    if (marked == w->marked_count)
        return true;
    snprintf(message, size, "%zu rows are marked, %zu are queued", marked, w->marked_count);
    return false;
}

bool weights_check(const struct weights *w, char *message, size_t size)
{
    struct row row;
    if (!check_marks(w, message, size) || !logits_check(&w->logits, message, size))
        return false;
    if (row_open(&row, w->logits.n) != ODAMV_OK) {
        snprintf(message, size, "no memory to check the rows");
        return false;
    }
    bool whole = true;
    for (size_t i = 0; i < w->logits.m && whole; i++)
        whole = w->marked[i] || check_sum(w, &row, i, message, size);
    row_close(&row);
    return whole;
}
