/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tiles.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engines/numerics/array.h"

/* Of the products: no step multiplies much more than an eighth of what a classical share does, as
 * long as that leaves a call of the BLAS something to do. */
#define GRAIN_LEAST 4096.0

/* --- shape ------------------------------------------------------------------------------------ */

static double grain_of(const struct tiles *t)
{
    return fmax((double)t->m * (double)t->p / 8, GRAIN_LEAST);
}

/* The side of a tile where nothing limits it; see the head of tiles.h. */
static double side_of(double m, double p, double records)
{
    double wanted = sqrt(m * p / (4 * records));
    return wanted <= records ? records : records * exp2(floor(log2(wanted / records)));
}

static size_t parts_of(size_t size, double side)
{
    double parts = ceil((double)size / side);
    return parts < 1 ? 1 : (size_t)parts;
}

/* Geometry alone: which rectangles, and one chunk. */
static struct tiles cut(const struct odamv_problem *shape, size_t records)
{
    const size_t m = shape->m, p = shape->p;
    const double side = side_of((double)m, (double)p, (double)records);
    struct tiles t = {.m = m, .p = p, .n = shape->n, .records = records};
    t.across = parts_of(m, side);
    t.down = parts_of(p, side);
    t.count = t.folded = t.across * t.down;
    t.rows = (m + t.across - 1) / t.across;
    t.columns = (p + t.down - 1) / t.down;
    t.inner = records;
    t.chunks = 1;
    return t;
}

/* Where the product is classical: chunks of nearly equal length. */
static void cut_chunks(struct tiles *t)
{
    t->chunks = parts_of(t->records, (double)shape_chunk((double)t->n));
    t->inner = (t->records + t->chunks - 1) / t->chunks;
}

/* Once the product is known. */
static void measure_work(struct tiles *t, const struct matmul_prediction *prediction)
{
    t->prediction = *prediction;
    t->load = TILES_MOVE * (double)t->inner * (double)(t->rows + t->columns);
    t->work = (double)t->chunks * (t->load + prediction->work) +
              TILES_MOVE * (double)t->rows * (double)t->columns;
}

static struct matmul_shape chunk_shape(const struct tiles *t)
{
    return product_shape(t->columns, t->inner, t->rows, t->chunks == 1);
}

struct matmul_counts tiles_predict(const struct tiles *t, const struct odamv_options *options,
                                   double work, struct matmul_prediction *out)
{
    const struct matmul_shape shape = chunk_shape(t);
    struct matmul_counts done = {0};
    if (!product_predict_steps(options, &shape, grain_of(t), work, out, &done))
        product_predict_steps(NULL, &shape, grain_of(t), work, out, &done);
    return done;
}

struct tiles tiles_shape(const struct odamv_problem *shape, const struct odamv_options *options,
                         size_t records)
{
    struct tiles t = cut(shape, records);
    struct matmul_prediction prediction;
    tiles_predict(&t, options, 0, &prediction);
    if (prediction.levels == 0) {
        cut_chunks(&t);
        tiles_predict(&t, NULL, 0, &prediction);
    }
    measure_work(&t, &prediction);
    return t;
}

static enum odamv_status open_product(struct tiles *t, const struct odamv_options *options)
{
    const struct matmul_shape shape = chunk_shape(t);
    return product_open_steps(&t->product, options, &shape, grain_of(t));
}

/* Cleared, and so touched now, as in pending_open. */
static enum odamv_status alloc_copies(struct tiles *t)
{
    const size_t change = array_times(t->inner, t->rows), value = array_times(t->inner, t->columns);
    t->change = array_alloc(change, sizeof *t->change);
    t->value = array_alloc(value, sizeof *t->value);
    t->result = array_alloc(t->rows * t->columns, sizeof *t->result);
    t->total = array_alloc(t->rows, sizeof *t->total);
    t->live = calloc(t->rows, sizeof *t->live);
    if (!t->change || !t->value || !t->result || !t->total || !t->live)
        return ODAMV_NOMEM;
    memset(t->result, 0, t->rows * t->columns * sizeof *t->result);
    memset(t->change, 0, change * sizeof *t->change);
    memset(t->value, 0, value * sizeof *t->value);
    return ODAMV_OK;
}

/* All that is told of the product comes from the plan that is opened: `auto` may choose otherwise
 * when it is asked again. */
enum odamv_status tiles_open(struct tiles *t, const struct odamv_problem *problem,
                             const struct odamv_options *options, size_t records)
{
    *t = cut(problem, records);
    enum odamv_status status = open_product(t, options);
    if (status == ODAMV_OK && product_prediction(&t->product)->levels == 0) {
        product_close(&t->product);
        cut_chunks(t);
        status = open_product(t, NULL);
    }
    if (status == ODAMV_OK) {
        measure_work(t, product_prediction(&t->product));
        status = alloc_copies(t);
    }
    if (status != ODAMV_OK)
        tiles_close(t);
    return status;
}

void tiles_close(struct tiles *t)
{
    product_close(&t->product);
    free(t->change);
    free(t->value);
    free(t->result);
    free(t->total);
    free(t->live);
    *t = (struct tiles){0};
}

double tiles_memory(const struct odamv_problem *shape, const struct odamv_options *options,
                    size_t records)
{
    const struct tiles t = tiles_shape(shape, options, records);
    double rows = (double)t.rows, columns = (double)t.columns;
    return 8 * (t.load / TILES_MOVE + rows * columns + rows) + rows + t.prediction.memory;
}

double tiles_gain(const struct tiles *t)
{
    const struct matmul_counts *c = &t->prediction.counts;
    return (double)t->rows * (double)t->columns * (double)t->inner /
           matmul_counts_multiplications(c);
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

/* --- where things are ------------------------------------------------------------------------ */

static size_t tile_of(const struct tiles *t, size_t i, size_t j)
{
    return part_of(i, t->across, t->m) * t->down + part_of(j, t->down, t->p);
}

bool tiles_in_progress(const struct tiles *t, size_t i, size_t j)
{
    return t->loaded > 0 && tile_of(t, i, j) == t->folded;
}

bool tiles_folded(const struct tiles *t, size_t i, size_t j)
{
    size_t band = part_of(j, t->down, t->p), tile = tile_of(t, i, j);
    return tile < t->folded || (tile == t->folded && j - start(band, t->down, t->p) < t->added);
}

size_t tiles_first_row(const struct tiles *t, size_t j)
{
    size_t block = t->folded / t->down;
    bool over = block < t->across && tiles_folded(t, start(block, t->across, t->m), j);
    return start(block + over, t->across, t->m);
}

size_t tiles_first_column(const struct tiles *t, size_t i)
{
    size_t block = part_of(i, t->across, t->m), current = t->folded / t->down;
    if (block != current)
        return block < current ? t->p : 0;
    size_t band = t->folded % t->down, next = start(band + 1, t->down, t->p);
    size_t column = start(band, t->down, t->p) + t->added;
    return column < next ? column : next;
}

struct tiles_rectangle tiles_current(const struct tiles *t)
{
    const size_t block = t->folded / t->down, band = t->folded % t->down;
    struct tiles_rectangle r = {
        .i = start(block, t->across, t->m), .j = start(band, t->down, t->p), .first = band == 0};
    r.rows = start(block + 1, t->across, t->m) - r.i;
    r.columns = start(band + 1, t->down, t->p) - r.j;
    return r;
}

/* --- the course of a fold -------------------------------------------------------------------- */

bool tiles_multiply_fast(const struct tiles *t)
{
    return product_prediction(&t->product)->levels > 0;
}

void tiles_begin(struct tiles *t)
{
    t->folded = t->loaded = t->added = 0;
    t->done = 0;
}

double tiles_share(const struct tiles *t, size_t share)
{
    double all = (double)t->count * t->work;
    return share == t->records ? all : floor(all * ((double)share / (double)t->records));
}

bool tiles_forget_row(struct tiles *t, size_t i)
{
    if (t->folded == t->count)
        return false;
    const struct tiles_rectangle r = tiles_current(t);
    const bool begun = !r.first || t->loaded > 0;
    if (!begun || i < r.i || i >= r.i + r.rows)
        return false;
    t->live[i - r.i] = false;
    return true;
}
