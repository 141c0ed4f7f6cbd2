/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * C cut into tiles of nearly equal size, folded one after the other behind a watermark.
 *
 * Rows fall into `across` blocks, columns into `down`; tile t is the block (t / down) of rows and
 * (t mod down) of columns, so that row blocks are finished one by one. A tile is folded in three
 * phases, each of which can be interrupted: the entries of a chunk of records are copied (record by
 * record); their product is added to a result beside C (matmul.h, in steps); after the last chunk
 * the result is added to C (column by column). The watermark is the number of tiles folded and, of
 * the next one, the columns added. A fast product takes all records as one chunk; a classical one
 * takes short chunks, for the sake of the bound (shape_chunk).
 *
 * Sides are about h, the number of records: a product of h x h by h x h is the largest that a fast
 * multiplication gains from, and (m/h)(p/h) of them make the fold. Where h is small they are h
 * times a power of two, so that there are 4 h to 16 h tiles.
 * Error: that of the products (entry by entry where they are classical), of adding up the chunks,
 * and one rounding of C; noted per row with its first tile, for all of the row's tiles.
 * Work: operations, and TILES_MOVE for every double that is copied or added. A fold of h records is
 * divided into h equal shares, each of which oversteps by less than one step: `grain`
 * multiplications, or one record or column of a tile.
 * Space: a chunk's doubles per row and column of a tile, one tile, and the product's workspace.
 */
#ifndef ODAMV_TILES_H
#define ODAMV_TILES_H

#include "pending.h"

struct tiles {
    size_t m, p, n, records, across, down, count;
    size_t rows, columns; /* of the largest tile; all are padded to it */
    size_t inner, chunks; /* records of a chunk, the last one padded to it */
    struct matmul_prediction prediction;
    double load, work;              /* of a chunk's copies; of a tile */
    double done;                    /* of this fold */
    size_t folded, loaded, added;   /* tiles; of the next one, records and columns */
    double *change, *value;         /* inner x rows, inner x columns */
    double *result, *total;         /* columns x rows, rows */
    double change_peak, value_peak; /* of the row block, of all records */
    bool *live; /* rows of the block that still want results: those of a fast product are not 0
                   even where all records are */
    struct product product;
};

enum odamv_status tiles_open(struct tiles *t, const struct odamv_problem *problem,
                             const struct odamv_options *options, size_t records);
void tiles_close(struct tiles *t);
double tiles_memory(const struct odamv_problem *shape, const struct odamv_options *options,
                    size_t records);

/* Multiplications of the definition per multiplication of the tiles' product. */
double tiles_gain(const struct tiles *t);

/* Whether a fast product folds them. */
bool tiles_multiply_fast(const struct tiles *t);

/* No tile is folded. */
void tiles_begin(struct tiles *t);
/* The work of a fold up to the end of that of its h shares. */
double tiles_share(const struct tiles *t, size_t share);
/* Folds the list, of h records, until so much of the work is done. */
void tiles_fold(struct tiles *t, const struct pending *list, struct attention *a, double work);
/* Row i takes no part in the list's records any more (pending_forget_row). True: its block was
 * under way, from which it takes nothing more. */
bool tiles_forget_row(struct tiles *t, size_t i);

bool tiles_folded(const struct tiles *t, size_t i, size_t j);
/* In the tile that is being folded, whose records are loaded, multiplied or partly added. */
bool tiles_in_progress(const struct tiles *t, size_t i, size_t j);
/* In column j the unfolded rows are those from here on, in row i the columns; m or p: none. */
size_t tiles_first_row(const struct tiles *t, size_t j);
size_t tiles_first_column(const struct tiles *t, size_t i);

/* --- predictions -------------------------------------------------------------- */

/* A double moved takes about as long as so many operations of a product. */
#define TILES_MOVE 16.0

/* The tiles without memory, all folded; and as they are after so many shares of a fold. */
struct tiles tiles_shape(const struct odamv_problem *shape, const struct odamv_options *options,
                         size_t records);
struct tiles tiles_after(const struct odamv_problem *shape, const struct odamv_options *options,
                         size_t records, size_t share);

/* The counts of a chunk's product that has been asked for so much work, and its prediction. */
struct matmul_counts tiles_predict(const struct tiles *t, const struct odamv_options *options,
                                   double work, struct matmul_prediction *out);

/* The rectangle of the tile that is being folded. */
struct tiles_rectangle {
    size_t i, j, rows, columns;
    bool first; /* of its rows */
};
struct tiles_rectangle tiles_current(const struct tiles *t);

/* What copying so many entries of records, noting the error of so many rows, and adding so many
 * entries to C execute. */
void tiles_count_load(struct odamv_counts *c, double entries);
void tiles_count_note(struct odamv_counts *c, double rows);
void tiles_count_add(struct odamv_counts *c, double entries);

/* What a whole fold counts, `times` times; what that state of a fold has counted. */
void tiles_count(struct odamv_counts *c, const struct tiles *t, double times);
void tiles_count_partly(struct odamv_counts *c, const struct tiles *t,
                        const struct odamv_options *options);

#endif
