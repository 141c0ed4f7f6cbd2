/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The fold of a list into C, tile by tile and step by step; see tiles.h for what is when.
 */
#include <math.h>
#include <string.h>

#include "tiles.h"

/* data: the list's changes or values. */
static void copy_entries(const struct pending *list, const double *data, size_t record, size_t from,
                         size_t count, double *plain)
{
    for (size_t x = from, run; x < from + count; x += run) {
        size_t rest = from + count - x, panel = PANEL - x % PANEL;
        run = rest < panel ? rest : panel;
        memcpy(plain + (x - from), data + pending_at(list, x, record), run * sizeof *plain);
    }
}

static void start_block(struct tiles *t, const struct pending *list)
{
    for (size_t x = 0; x < t->rows; x++)
        t->live[x] = true;
    memset(t->total, 0, t->rows * sizeof *t->total);
    t->change_peak = t->value_peak = 0;
    for (size_t s = 0; s < list->count; s++)
        t->value_peak = fmax(t->value_peak, list->value_peak[s]);
}

/* With the first tile of the rows: its error, which is that of all their tiles, as none of those
 * holds more than C's peak so far and the result. What a V update adds to C before a tile's turn
 * comes is wc_set_v's business. A row that is computed anew in the meantime loses its drift, this
 * included, and must take nothing more from the block (live). */
static void note_error(const struct tiles *t, struct attention *a, const struct tiles_rectangle *r)
{
    struct matmul_error error = t->prediction.error;
    const double chunks = (double)t->chunks;
    double each = 0, all;
    if (isfinite(error.entry)) { /* classical */
        each = error.entry + (t->chunks > 1 ? chunks * error.entry_start : 0);
        error.product = error.start = 0;
    }
    all = chunks * matmul_error_bound(&error, t->value_peak, t->change_peak, 0);
    for (size_t x = 0; x < r->rows; x++) {
        double result = each * t->total[x] + all, reach = t->total[x] + result;
        a->weights.drift[r->i + x] +=
            1.01 * (result / UNIT + (a->numerators.peak[r->i + x] + reach));
    }
    tiles_count_note(&a->weights.counts, (double)r->rows);
}

void tiles_count_note(struct odamv_counts *c, double rows)
{
    c->additions += 5 * rows;
    c->multiplications += 3 * rows;
}

/* The entries of a record of the list, in so many rows. */
static void weigh(struct tiles *t, const double *change, double value_peak, size_t rows)
{
    double peak = t->change_peak, *total = t->total;
    for (size_t x = 0; x < rows; x++) {
        double size = fabs(change[x]);
        total[x] += size * value_peak;
        peak = size > peak ? size : peak;
    }
    t->change_peak = peak;
}

/* per row and record its magnitude */
void tiles_count_load(struct odamv_counts *c, double entries)
{
    c->additions += entries;
    c->multiplications += entries;
}

/* Copies the next record, or zeros where the last chunk is short; with the last of a chunk its
 * product begins. */
static double load(struct tiles *t, const struct pending *list, struct attention *a,
                   const struct tiles_rectangle *r)
{
    if (t->loaded == 0 && r->first)
        start_block(t, list);
    const size_t s = t->loaded++, at = s % t->inner;
    double *change = t->change + at * t->rows, *value = t->value + at * t->columns;
    memset(change, 0, t->rows * sizeof *change);
    memset(value, 0, t->columns * sizeof *value);
    if (s < t->records) {
        copy_entries(list, list->change, s, r->i, r->rows, change);
        copy_entries(list, list->value, s, r->j, r->columns, value);
    }
    if (s < t->records && r->first) {
        weigh(t, change, list->value_peak[s], r->rows);
        tiles_count_load(&a->weights.counts, (double)r->rows);
    }
    if (t->loaded == t->chunks * t->inner && r->first)
        note_error(t, a, r);
    if (t->loaded % t->inner == 0)
        product_begin(&t->product, t->value, t->columns, t->change, t->rows, t->result, t->rows);
    return TILES_MOVE * (double)(t->rows + t->columns);
}

/* c += result, and the rows' peaks. */
static void add_rows(size_t rows, const double *result, double *c, double *peak)
{
    for (size_t x = 0; x < rows; x++) {
        c[x] += result[x];
        peak[x] = fabs(c[x]) > peak[x] ? fabs(c[x]) : peak[x];
    }
}

/* Adds the next column of the result to C, and leaves it empty for the next tile. */
static double add(struct tiles *t, struct attention *a, const struct tiles_rectangle *r)
{
    const size_t y = t->added++;
    if (y < r->columns) {
        double *c = a->numerators.c + (r->j + y) * a->weights.logits.ld + r->i;
        double *result = t->result + y * t->rows;
        for (size_t x = 0, end; x < r->rows; x = end + 1) { /* runs of live rows */
            const bool *next = memchr(t->live + x, false, r->rows - x);
            end = next ? (size_t)(next - t->live) : r->rows;
            add_rows(end - x, result + x, c + x, a->numerators.peak + r->i + x);
        }
        memset(result, 0, t->rows * sizeof *result);
        tiles_count_add(&a->weights.counts, (double)r->rows);
    }
    if (t->added == t->columns) {
        t->folded++;
        t->loaded = t->added = 0;
    }
    return TILES_MOVE * (double)t->rows;
}

void tiles_count_add(struct odamv_counts *c, double entries)
{
    c->additions += entries;
}

void tiles_fold(struct tiles *t, const struct pending *list, struct attention *a, double work)
{
    while (t->done < work) {
        const struct tiles_rectangle r = tiles_current(t);
        if (!product_finished(&t->product))
            t->done += product_step(&t->product, work - t->done, &a->weights.counts);
        else if (t->loaded < t->chunks * t->inner)
            t->done += load(t, list, a, &r);
        else
            t->done += add(t, a, &r);
    }
}
