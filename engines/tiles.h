/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * C cut into tiles of nearly equal size, folded one after the other behind a watermark.
 *
 * Rows fall into `across` blocks, columns into `down`; tile t is the block (t / down) of rows and
 * (t mod down) of columns, so that row blocks are finished one by one. There are about four tiles
 * per share (fewer where C has fewer entries), which makes shares equal within a quarter.
 */
#ifndef ODAMV_TILES_H
#define ODAMV_TILES_H

#include "pending.h"

struct tiles {
    size_t m, p, n, across, down, count, folded; /* folded: the watermark */
    size_t rows, columns;                        /* of the largest tile */
    double *change, *value, *product, *total, *reach;
};

struct tiles tiles_shape(const struct odamv_problem *shape, size_t shares);
enum odamv_status tiles_open(struct tiles *t, const struct odamv_problem *problem, size_t shares);
void tiles_close(struct tiles *t);
double tiles_memory(const struct odamv_problem *shape, size_t shares);

/* No tile is folded. */
void tiles_begin(struct tiles *t);
/* Tiles that are folded after so many of the shares. */
size_t tiles_after(const struct tiles *t, size_t share, size_t shares);
/* Folds the list into the tiles up to the end of that share. */
void tiles_fold(struct tiles *t, const struct pending *list, struct attention *a, size_t share,
                size_t shares);

bool tiles_folded(const struct tiles *t, size_t i, size_t j);
/* In column j the unfolded rows are those from here on, in row i the columns; m or p: none. */
size_t tiles_first_row(const struct tiles *t, size_t j);
size_t tiles_first_column(const struct tiles *t, size_t i);

/* Counts of folding so many records into the first `count` tiles, `times` times. */
void count_tiles(struct odamv_counts *c, const struct tiles *t, double records, size_t count,
                 double times);

#endif
