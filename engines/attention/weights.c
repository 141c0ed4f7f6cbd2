/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weights.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engines/numerics/exact_product.h"

enum odamv_status weights_open(struct weights *w, const struct odamv_problem *problem)
{
    *w = (struct weights){0};
    if (logits_open(&w->logits, problem) != ODAMV_OK)
        return ODAMV_NOMEM;
    const size_t ld = w->logits.ld, m = problem->m, n = problem->n, d = problem->d;
    double **arrays[] = {&w->shift, &w->sum_hi, &w->sum_lo, &w->sum_top, &w->drift};
    bool whole = row_open(&w->row, n) == ODAMV_OK;
    for (size_t a = 0; a < sizeof arrays / sizeof *arrays; a++) {
        *arrays[a] = aligned_array(ld, sizeof **arrays[a]);
        whole &= *arrays[a] != NULL;
    }
    w->marked = malloc(m * sizeof *w->marked);
    w->queue = malloc(m * sizeof *w->queue);
    if (!whole || !w->marked || !w->queue) {
        weights_close(w);
        return ODAMV_NOMEM;
    }
    for (size_t i = 0; i < ld; i++) {
        w->shift[i] = SHIFT_MARKED;
        w->sum_hi[i] = w->sum_top[i] =
            1; /* of marked rows and padding: nothing that raises an alarm */
        w->sum_lo[i] = w->drift[i] = 0;
    }
    for (size_t i = 0; i < m; i++)
        w->marked[i] = true; /* until settled; not in the queue */
    count_weights_open(&w->counts, (double)m, (double)n, (double)d);
    return ODAMV_OK;
}

void count_weights_open(struct odamv_counts *c, double m, double n, double d)
{
    c->gemm_additions += EXACT_PRODUCT_GEMMS * m * n * d;
    c->gemm_multiplications += EXACT_PRODUCT_GEMMS * m * n * d;
    c->additions += m * n * EXACT_PRODUCT_ADDITIONS(d);
    c->multiplications += m * n * EXACT_PRODUCT_MULTIPLICATIONS;
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

double weights_peak(const struct odamv_problem *shape, double instance)
{
    double exact = exact_product_memory(shape->m, shape->n, shape->d, logits_ld(shape->m));
    return fmax(instance, logits_memory(shape) + exact);
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

/* Nothing is derived from the record of a marked row. The entry, which may be as large as the
 * weight that made the row lose its accuracy, is taken out, so that it does not enter the norms by
 * which the products of all rows are bounded. */
static void mark_suspects(struct weights *w, size_t key, const struct record *record)
{
    const struct logits *l = &w->logits;
    const double *hi = l->hi + key * l->ld;
    for (size_t i = 0; i < l->m; i++)
        if (hi[i] - w->shift[i] > WEIGHT_HIGHEST || w->sum_hi[i] < SUM_LOWEST ||
            w->sum_hi[i] < w->sum_top[i] * TOP_SHARE ||
            w->drift[i] > w->sum_hi[i] * (DRIFT_SHARE * record->value)) {
            weights_mark(w, i);
            record->change[i / PANEL * record->stride + i % PANEL] = 0;
        }
}

void weights_set_k(struct weights *w, size_t key, size_t feature, double value,
                   const struct record *record)
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
                                         .record = record->change,
                                         .stride = record->stride,
                                         .merge = record->merge,
                                         .weight = record->weight,
                                         .drift = w->drift,
                                         .value = record->value};
    struct column_result result = l->kernel->update_column(&update);
    logits_note_k(l, key, feature, value, result.peak);
    if (result.suspect)
        mark_suspects(w, key, record);
    w->updates++;
    w->counts.additions += COLUMN_ADDITIONS * (double)l->m;
    w->counts.multiplications += COLUMN_MULTIPLICATIONS * (double)l->m;
    w->counts.exponentials += COLUMN_EXPONENTIALS * (double)l->m;
}

void weights_set_q(struct weights *w, size_t row, size_t feature, double value)
{
    logits_set_q(&w->logits, row, feature, value);
    weights_mark(w, row);
    w->counts.additions += SET_Q_ADDITIONS * (double)w->logits.n;
    w->counts.multiplications += SET_Q_MULTIPLICATIONS * (double)w->logits.n;
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

bool weights_check(const struct weights *w, char *message, size_t size)
{
    const struct logits *l = &w->logits;
    struct row row;
    if (row_open(&row, l->n) != ODAMV_OK) {
        snprintf(message, size, "no memory to check the rows");
        return false;
    }
    size_t marked = 0;
    bool whole = true;
    for (size_t i = 0; i < l->m && whole; i++) {
        marked += w->marked[i];
        if (w->marked[i] != (w->shift[i] == SHIFT_MARKED)) {
            snprintf(message, size, "row %zu: marked %d, shift %g", i, w->marked[i], w->shift[i]);
            whole = false;
        }
        if (w->marked[i] || !whole)
            continue;
        double shift[PANEL], sum = 0, low = 0;
        logits_gather(l, i, 0, l->n, row.hi, row.lo);
        for (size_t r = 0; r < PANEL; r++)
            shift[r] = w->shift[i];
        for (size_t s = 0; s < l->n; s += PANEL)
            l->kernel->weights(l->n - s < PANEL ? l->n - s : PANEL, row.hi + s, row.lo + s, shift,
                               row.w + s);
        for (size_t s = 0; s < l->n; s++) {
            struct pair t = pair_add((struct pair){sum, low}, row.w[s]);
            sum = t.hi, low = t.lo;
        }
        double apart = (sum - w->sum_hi[i]) + (low - w->sum_lo[i]);
        if (!(fabs(apart) <= sum * weights_sum_error(w))) {
            snprintf(message, size, "row %zu: D is %.17g, its weights sum to %.17g", i,
                     w->sum_hi[i], sum);
            whole = false;
        }
    }
    if (whole && marked != w->marked_count) {
        snprintf(message, size, "%zu rows are marked, %zu are queued", marked, w->marked_count);
        whole = false;
    }
    row_close(&row);
    return whole;
}
