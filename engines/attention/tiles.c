/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tiles.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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
    t->chunks = parts_of(t->records, (double)attention_chunk(t->n));
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

struct matmul_counts tiles_predict(const struct tiles *t, const struct odamv_options *options,
                                   double work, struct matmul_prediction *out)
{
    const bool overwrite = t->chunks == 1;
    struct matmul_counts done = {0};
    if (!product_predict_steps(options, t->columns, t->inner, t->rows, overwrite, grain_of(t), work,
                               out, &done))
        product_predict_steps(NULL, t->columns, t->inner, t->rows, overwrite, grain_of(t), work,
                              out, &done);
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
    return product_open_steps(&t->product, options, t->columns, t->inner, t->rows, t->chunks == 1,
                              grain_of(t));
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
    if (status != ODAMV_OK)
        return status;
    measure_work(t, product_prediction(&t->product));
    const size_t change = times(t->inner, t->rows), value = times(t->inner, t->columns);
    t->change = aligned_array(change, sizeof *t->change);
    t->value = aligned_array(value, sizeof *t->value);
    t->result = aligned_array(t->rows * t->columns, sizeof *t->result);
    t->total = aligned_array(t->rows, sizeof *t->total);
    t->live = calloc(t->rows, sizeof *t->live);
    if (!t->change || !t->value || !t->result || !t->total || !t->live) {
        tiles_close(t);
        return ODAMV_NOMEM;
    }
    memset(t->result, 0, t->rows * t->columns * sizeof *t->result);
    memset(t->change, 0, change * sizeof *t->change); /* touched now, as in pending_open */
    memset(t->value, 0, value * sizeof *t->value);
    return ODAMV_OK;
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
    return 8 * (t.load / TILES_MOVE + rows * columns + rows + t.prediction.workspace) + rows;
}

double tiles_gain(const struct tiles *t)
{
    const struct matmul_counts *c = &t->prediction.counts;
    return (double)t->rows * (double)t->columns * (double)t->inner /
           (c->leaf_multiplications + c->multiplications);
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

struct rectangle tiles_current(const struct tiles *t)
{
    const size_t block = t->folded / t->down, band = t->folded % t->down;
    struct rectangle r = {
        .i = start(block, t->across, t->m), .j = start(band, t->down, t->p), .first = band == 0};
    r.rows = start(block + 1, t->across, t->m) - r.i;
    r.columns = start(band + 1, t->down, t->p) - r.j;
    return r;
}

/* --- folding --------------------------------------------------------------------------------- */

void tiles_begin(struct tiles *t)
{
    t->folded = t->loaded = t->added = 0;
    t->done = 0;
}

static void copy_entries(const double *data, size_t capacity, size_t record, size_t from,
                         size_t count, double *plain)
{
    for (size_t x = from, run; x < from + count; x += run) {
        size_t rest = from + count - x, panel = PANEL - x % PANEL;
        run = rest < panel ? rest : panel;
        memcpy(plain + (x - from), data + (x / PANEL * capacity + record) * PANEL + x % PANEL,
               run * sizeof *plain);
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
static void note_error(const struct tiles *t, struct attention *a, const struct rectangle *r)
{
    const struct matmul_error *error = &t->prediction.error;
    const double chunks = (double)t->chunks;
    bool classical = isfinite(error->entry);
    double each = classical ? error->entry + (t->chunks > 1 ? chunks * error->entry_start : 0) : 0;
    double all =
        (classical ? 0 : t->change_peak * t->value_peak * error->product) + chunks * error->tiny;
    for (size_t x = 0; x < r->rows; x++) {
        double result = each * t->total[x] + all, reach = t->total[x] + result;
        a->weights.drift[r->i + x] += 1.01 * (result + UNIT * (a->c_peak[r->i + x] + reach));
    }
    count_tile_noted(&a->weights.counts, (double)r->rows);
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

/* Copies the next record, or zeros where the last chunk is short; with the last of a chunk its
 * product begins. */
static double load(struct tiles *t, const struct pending *list, struct attention *a,
                   const struct rectangle *r)
{
    if (t->loaded == 0 && r->first)
        start_block(t, list);
    const size_t s = t->loaded++, at = s % t->inner;
    double *change = t->change + at * t->rows, *value = t->value + at * t->columns;
    memset(change, 0, t->rows * sizeof *change);
    memset(value, 0, t->columns * sizeof *value);
    if (s < t->records) {
        copy_entries(list->change, list->capacity, s, r->i, r->rows, change);
        copy_entries(list->value, list->capacity, s, r->j, r->columns, value);
    }
    if (s < t->records && r->first) {
        weigh(t, change, list->value_peak[s], r->rows);
        count_tile_loaded(&a->weights.counts, (double)r->rows);
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
static double add(struct tiles *t, struct attention *a, const struct rectangle *r)
{
    const size_t y = t->added++;
    if (y < r->columns) {
        double *c = a->c + (r->j + y) * a->weights.logits.ld + r->i;
        double *result = t->result + y * t->rows;
        for (size_t x = 0, end; x < r->rows; x = end + 1) { /* runs of live rows */
            const bool *next = memchr(t->live + x, false, r->rows - x);
            end = next ? (size_t)(next - t->live) : r->rows;
            add_rows(end - x, result + x, c + x, a->c_peak + r->i + x);
        }
        memset(result, 0, t->rows * sizeof *result);
        count_tile_added(&a->weights.counts, (double)r->rows);
    }
    if (t->added == t->columns) {
        t->folded++;
        t->loaded = t->added = 0;
    }
    return TILES_MOVE * (double)t->rows;
}

double tiles_share(const struct tiles *t, size_t share)
{
    double all = (double)t->count * t->work;
    return share == t->records ? all : floor(all * ((double)share / (double)t->records));
}

void tiles_fold(struct tiles *t, const struct pending *list, struct attention *a, double work)
{
    while (t->done < work) {
        const struct rectangle r = tiles_current(t);
        if (!product_finished(&t->product))
            t->done += product_step(&t->product, work - t->done, &a->weights.counts);
        else if (t->loaded < t->chunks * t->inner)
            t->done += load(t, list, a, &r);
        else
            t->done += add(t, a, &r);
    }
}

bool tiles_forget_row(struct tiles *t, size_t i)
{
    if (t->folded == t->count)
        return false;
    const struct rectangle r = tiles_current(t);
    const bool begun = !r.first || t->loaded > 0;
    if (!begun || i < r.i || i >= r.i + r.rows)
        return false;
    t->live[i - r.i] = false;
    return true;
}
