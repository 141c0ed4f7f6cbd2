/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tiles.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TILES_PER_SHARE 4

static size_t clamp(double x, size_t highest)
{
    return x < 1 ? 1 : x > (double)highest ? highest : (size_t)x;
}

struct tiles tiles_shape(const struct odamv_problem *shape, size_t shares)
{
    const size_t m = shape->m, p = shape->p;
    const double wanted = TILES_PER_SHARE * (double)shares;
    struct tiles t = {.m = m, .p = p, .n = shape->n};
    t.across = clamp(floor(sqrt(wanted * (double)m / (double)p) + 0.5), m);
    t.down = clamp(ceil(wanted / (double)t.across), p);
    t.across = clamp(ceil(wanted / (double)t.down), m);
    t.count = t.folded = t.across * t.down;
    t.rows = (m + t.across - 1) / t.across;
    t.columns = (p + t.down - 1) / t.down;
    return t;
}

enum odamv_status tiles_open(struct tiles *t, const struct odamv_problem *problem, size_t shares)
{
    *t = tiles_shape(problem, shares);
    t->change = aligned_array(times(shares, t->rows), sizeof *t->change);
    t->value = aligned_array(times(shares, t->columns), sizeof *t->value);
    t->product = aligned_array(t->rows * t->columns, sizeof *t->product);
    t->total = aligned_array(t->rows, sizeof *t->total);
    t->reach = aligned_array(t->rows, sizeof *t->reach);
    if (t->change && t->value && t->product && t->total && t->reach)
        return ODAMV_OK;
    tiles_close(t);
    return ODAMV_NOMEM;
}

void tiles_close(struct tiles *t)
{
    free(t->change);
    free(t->value);
    free(t->product);
    free(t->total);
    free(t->reach);
    *t = (struct tiles){0};
}

double tiles_memory(const struct odamv_problem *shape, size_t shares)
{
    const struct tiles t = tiles_shape(shape, shares);
    double rows = (double)t.rows, columns = (double)t.columns;
    return 8 * ((double)shares * (rows + columns) + rows * columns + 2 * rows);
}

/* First of part x when `size` things are cut into `parts` nearly equal parts. */
static size_t start(size_t x, size_t parts, size_t size)
{
    size_t each = size / parts, rest = size % parts;
    return x * each + (x < rest ? x : rest);
}

static size_t part_of(size_t at, size_t parts, size_t size)
{
    size_t each = size / parts, rest = size % parts, longer = rest * (each + 1);
    return at < longer ? at / (each + 1) : rest + (at - longer) / each;
}

void tiles_begin(struct tiles *t)
{
    t->folded = 0;
}

size_t tiles_after(const struct tiles *t, size_t share, size_t shares)
{
    return start(share, shares, t->count);
}

static void copy_range(const double *data, size_t capacity, size_t records, size_t from,
                       size_t count, double *plain)
{
    for (size_t r = 0; r < records; r++)
        for (size_t x = 0; x < count; x++) {
            size_t at = from + x;
            plain[r * count + x] = data[(at / PANEL * capacity + r) * PANEL + at % PANEL];
        }
}

static void add_product(const struct tiles *t, struct attention *a, size_t i, size_t rows, size_t j,
                        size_t columns)
{
    const size_t ld = a->weights.logits.ld;
    for (size_t y = 0; y < columns; y++)
        for (size_t x = 0; x < rows; x++) {
            double *c = a->c + (j + y) * ld + i + x;
            *c += t->product[y * rows + x];
            a->c_peak[i + x] = fabs(*c) > a->c_peak[i + x] ? fabs(*c) : a->c_peak[i + x];
        }
}

/* The error of one chunk of records in rows i, i + 1, ...: once per row, with its first tile. */
static void note_chunk(const struct tiles *t, const struct pending *list, struct attention *a,
                       size_t i, size_t rows, size_t from, size_t records)
{
    memset(t->total, 0, rows * sizeof *t->total);
    for (size_t r = from; r < from + records; r++)
        for (size_t x = 0; x < rows; x++)
            t->total[x] += fabs(t->change[r * rows + x]) * list->value_peak[r];
    for (size_t x = 0; x < rows; x++) {
        /* no tile of the row holds more than its peak so far and what the chunks add to it; what a
         * V update adds before the tile's turn comes is wc_set_v's business */
        t->reach[x] += t->total[x];
        a->weights.drift[i + x] +=
            (double)(records + 1) * UNIT * t->total[x] + UNIT * (a->c_peak[i + x] + t->reach[x]);
    }
}

static void fold_tile(const struct tiles *t, const struct pending *list, struct attention *a,
                      size_t tile)
{
    const size_t block = tile / t->down, band = tile % t->down, chunk = attention_chunk(t->n);
    const size_t i = start(block, t->across, t->m), j = start(band, t->down, t->p);
    const size_t rows = start(block + 1, t->across, t->m) - i;
    const size_t columns = start(band + 1, t->down, t->p) - j;
    copy_range(list->change, list->capacity, list->count, i, rows, t->change);
    copy_range(list->value, list->capacity, list->count, j, columns, t->value);
    memset(t->reach, 0, rows * sizeof *t->reach);
    for (size_t r = 0; r < list->count; r += chunk) {
        size_t records = list->count - r < chunk ? list->count - r : chunk;
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (blasint)columns, (blasint)rows,
                    (blasint)records, 1.0, t->value + r * columns, (blasint)columns,
                    t->change + r * rows, (blasint)rows, 0.0, t->product, (blasint)rows);
        if (band == 0)
            note_chunk(t, list, a, i, rows, r, records);
        add_product(t, a, i, rows, j, columns);
    }
}

void tiles_fold(struct tiles *t, const struct pending *list, struct attention *a, size_t share,
                size_t shares)
{
    const size_t end = tiles_after(t, share, shares), from = t->folded;
    struct odamv_counts *c = &a->weights.counts;
    for (; t->folded < end; t->folded++)
        fold_tile(t, list, a, t->folded);
    count_tiles(c, t, (double)list->count, end, 1);
    count_tiles(c, t, (double)list->count, from, -1);
}

bool tiles_folded(const struct tiles *t, size_t i, size_t j)
{
    return part_of(i, t->across, t->m) * t->down + part_of(j, t->down, t->p) < t->folded;
}

size_t tiles_first_row(const struct tiles *t, size_t j)
{
    size_t block = t->folded / t->down, band = part_of(j, t->down, t->p);
    return start(block + (band < t->folded % t->down), t->across, t->m);
}

size_t tiles_first_column(const struct tiles *t, size_t i)
{
    size_t block = part_of(i, t->across, t->m), current = t->folded / t->down;
    if (block != current)
        return block < current ? t->p : 0;
    return start(t->folded % t->down, t->down, t->p);
}

/* Entries of the first `count` tiles are m' p + rows p' with m' whole rows; per chunk each costs
 * one addition to C. Per row, with its first tile: as in pending.c. */
void count_tiles(struct odamv_counts *c, const struct tiles *t, double records, size_t count,
                 double times)
{
    const size_t block = count / t->down, band = count % t->down;
    double whole = (double)start(block, t->across, t->m), p = (double)t->p;
    double rows = block < t->across ? (double)start(block + 1, t->across, t->m) - whole : 0;
    double entries = whole * p + rows * (double)start(band, t->down, t->p);
    double noted = whole + (band > 0 ? rows : 0);
    double chunks = ceil(records / (double)attention_chunk(t->n));
    c->gemm_additions += times * entries * records;
    c->gemm_multiplications += times * entries * records;
    c->additions += times * (entries * chunks + noted * (records + 4 * chunks));
    c->multiplications += times * noted * (records + 2 * chunks);
}
