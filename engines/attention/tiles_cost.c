/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The schedule of tiles.c without its data: where a fold is after so much work, and what it has
 * counted by then.
 */
#include <math.h>

#include "tiles.h"

void count_tile_loaded(struct odamv_counts *c, double entries)
{
    c->additions += entries;
    c->multiplications += entries;
}

void count_tile_noted(struct odamv_counts *c, double rows)
{
    c->additions += 5 * rows;
    c->multiplications += 3 * rows;
}

void count_tile_added(struct odamv_counts *c, double entries)
{
    c->additions += entries;
}

/* What is done of the tile that is being folded. */
struct progress {
    double chunks, loaded, product, added; /* chunks: finished; product: work on the next one */
};

static struct progress progress_of(const struct tiles *t)
{
    const double chunk = t->load + t->prediction.work,
                 line = TILES_MOVE * (double)(t->rows + t->columns);
    double left = fmax(t->done - (double)t->folded * t->work, 0); /* rounded beyond 2^53 */
    struct progress g = {.chunks = fmin(floor(left / chunk), (double)t->chunks)};
    left -= g.chunks * chunk;
    g.loaded = g.chunks * (double)t->inner;
    if (t->chunks - (size_t)g.chunks > 0) {
        g.loaded += fmin(ceil(left / line), (double)t->inner);
        g.product = fmax(left - t->load, 0);
    } else {
        g.added = ceil(left / (TILES_MOVE * (double)t->rows));
    }
    return g;
}

struct tiles tiles_after(const struct odamv_problem *shape, const struct odamv_options *options,
                         size_t records, size_t share)
{
    struct tiles t = tiles_shape(shape, options, records);
    t.done = tiles_share(&t, share);
    t.folded = share == records ? t.count : (size_t)(t.done / t.work);
    t.added = (size_t)progress_of(&t).added;
    return t;
}

void count_tiles(struct odamv_counts *c, const struct tiles *t, double times)
{
    const double m = (double)t->m, p = (double)t->p;
    struct odamv_counts one = {0};
    count_tile_loaded(&one, m * (double)t->records);
    count_tile_noted(&one, m);
    count_tile_added(&one, m * p);
    c->additions += times * one.additions;
    c->multiplications += times * one.multiplications;
    count_product(c, &t->prediction.counts, times * (double)t->count * (double)t->chunks);
}

void count_tiles_partly(struct odamv_counts *c, const struct tiles *t,
                        const struct odamv_options *options)
{
    const struct rectangle r = tiles_current(t);
    const struct progress g = progress_of(t);
    const double above = (double)r.i, rows = (double)r.rows, records = (double)t->records;
    bool noted = !r.first || g.loaded == (double)(t->chunks * t->inner);
    count_tile_loaded(c, above * records + rows * (r.first ? fmin(g.loaded, records) : records));
    count_tile_noted(c, above + (noted ? rows : 0));
    count_tile_added(c, above * (double)t->p +
                            rows * ((double)r.j + fmin(g.added, (double)r.columns)));

    struct matmul_prediction same;
    const struct odamv_options *made_by = t->prediction.levels > 0 ? options : NULL;
    const struct matmul_counts part = tiles_predict(t, made_by, g.product, &same);
    count_product(c, &t->prediction.counts, (double)t->folded * (double)t->chunks + g.chunks);
    count_product(c, &part, 1);
}
