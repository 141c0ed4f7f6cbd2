/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The schedule of tiles_fold.c without its data: where a fold is after so much work, and what it
 * has counted by then.
 */
#include <math.h>

#include "tiles.h"

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

void tiles_count(struct odamv_counts *c, const struct tiles *t, double times)
{
    const double m = (double)t->m, p = (double)t->p;
    struct odamv_counts one = {0};
    tiles_count_load(&one, m * (double)t->records);
    tiles_count_note(&one, m);
    tiles_count_add(&one, m * p);
    odamv_counts_madd(c, times, &one);
    product_count(c, &t->prediction.counts, times * (double)t->count * (double)t->chunks);
}

void tiles_count_partly(struct odamv_counts *c, const struct tiles *t,
                        const struct odamv_options *options)
{
    const struct tiles_rectangle r = tiles_current(t);
    const struct progress g = progress_of(t);
    const double above = (double)r.i, rows = (double)r.rows, records = (double)t->records;
    bool noted = !r.first || g.loaded == (double)(t->chunks * t->inner);
    tiles_count_load(c, above * records + rows * (r.first ? fmin(g.loaded, records) : records));
    tiles_count_note(c, above + (noted ? rows : 0));
    tiles_count_add(c,
                    above * (double)t->p + rows * ((double)r.j + fmin(g.added, (double)r.columns)));

    struct matmul_prediction same;
    const struct odamv_options *made_by = t->prediction.levels > 0 ? options : NULL;
    const struct matmul_counts part = tiles_predict(t, made_by, g.product, &same);
    product_count(c, &t->prediction.counts, (double)t->folded * (double)t->chunks + g.chunks);
    product_count(c, &part, 1);
}
