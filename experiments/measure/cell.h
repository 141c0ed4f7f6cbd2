/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cell.h: one cell of a sweep, and the row that its measurement becomes.
 *
 * A file of rows is JSON Lines, one object per line:
 *
 *     cell          names the cell; two rows with the same name are the same measurement
 *     engine, matmul, leaf, a, n, d, threshold, quantity, measure, seed
 *     heeds_threshold, heeds_matmul   whether they change what the engine does
 *     operations    ops: additions, multiplications and exponentials of one update or query
 *     multiplications   ops: those of count.h
 *     seconds       time: of one update or query
 *     between_folds time, updates: seconds of an update between two folds, where they do not fold
 *     samples       the raw values behind it
 *     counts        per update or query, by kind, as in struct odamv_counts
 *     environment   see environment.h
 */
#ifndef CELL_H
#define CELL_H

#include <jansson.h>
#include <stdbool.h>

#include "experiments/theory/theory.h"
#include "odamv.h"

struct cell {
    const struct odamv_engine *engine;
    const char *matmul;
    size_t leaf; /* 0: the engine's own */
    double a;
    size_t n, d; /* m = p = n */
    enum theory_quantity quantity;
    bool timed;
    unsigned long seed; /* 0 when counted: counts do not depend on the data */
};

#define CELL_NAME 256

/* Writes the name of the cell into name[0..CELL_NAME-1]. */
void cell_name(const struct cell *cell, char *name);

/* k = ceil(n^a). */
size_t cell_threshold(const struct cell *cell);

/* A problem of the cell's shape without data; and the options, updates recorded one by one as in
 * Algorithms 2 and 3 (without merging those of one key). */
struct odamv_problem cell_shape(const struct cell *cell);
struct odamv_options cell_options(const struct cell *cell);

/* The fields that name the cell; null when there is no memory. */
json_t *cell_row(const struct cell *cell);

/* The counts by name; null when there is no memory. */
json_t *cell_counts(const struct odamv_counts *counts);

/* (to - from) / times, field by field. */
struct odamv_counts cell_difference(const struct odamv_counts *to, const struct odamv_counts *from,
                                    double times);

#endif
