/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Drift removed without a burst: a few rows of C at a time are computed afresh beside C, a slice of
 * columns per K update, and then exchanged.
 *
 * A job takes `rows` rows and `steps` K updates, SWEEP_SHARE times as many per row as the K updates
 * whose folds multiply as often as the row's own product does (n gain / m of them, at least one):
 * the sweep is always that part of the folding, fast or classical. At its start the rows' weights
 * are computed; every update brings them and the columns done so far up to date; step t does
 * columns [t p / steps, (t+1) p / steps) as one product with V. At its end the fresh rows replace
 * those of C, and no pending record concerns them any more. Invariant: for every column j done,
 *
 *     | sum_s w_s V_sj - fresh_j | <= base norm_j + UNIT (drift + adding + folds_j peak)
 *
 * up to NUMERATOR_LEAST, and |fresh_j| <= peak. All m rows take 32 max(m, n gain)
 * K updates. Extra time per K update: at most n p / 32 multiplications in products, 8 p for the
 * columns done; at the start of a job the weights of 8 rows, at its end their sums and their
 * entries in the lists. Q updates take no part: they recompute their row anyway.
 * Space: rows (n + p) doubles, rows <= 8.
 */
#ifndef ODAMV_SWEEP_H
#define ODAMV_SWEEP_H

#include "attention.h"

#define SWEEP_ROWS  8
#define SWEEP_SHARE 32

struct sweep {
    size_t width;             /* rows of a full job */
    size_t first, rows;       /* of the current job */
    size_t step, steps, done; /* done: columns */
    double *w;                /* n x SWEEP_ROWS */
    double *fresh;            /* p x SWEEP_ROWS */
    double *part;             /* p x SWEEP_ROWS: one product's result */
    double shift[SWEEP_ROWS], square[SWEEP_ROWS], drift[SWEEP_ROWS], adding[SWEEP_ROWS],
        peak[SWEEP_ROWS];
};

/* gain: multiplications of the definition per multiplication of the folds, at least 1 or taken as
 * 1. */
enum odamv_status sweep_open(struct sweep *s, const struct odamv_problem *problem, double gain);
void sweep_close(struct sweep *s);
double sweep_memory(const struct odamv_problem *shape);

/* Before a K update: starts a job if none is under way. */
void sweep_prepare(struct sweep *s, struct attention *a);
/* After a K update of the key, and after a V update of the cell, which starts no job. */
void sweep_note_k(struct sweep *s, struct attention *a, size_t key);
void sweep_note_v(struct sweep *s, struct attention *a, size_t key, size_t column, double step);
/* A K update's share; true: the job is over, and sweep_finish must be called. */
bool sweep_advance(struct sweep *s, struct attention *a);
/* The row was marked, changed or restored by others: the job must not exchange it. */
void sweep_forget_row(struct sweep *s, size_t row);
/* Whether the invariant holds of the rows under way that were not forgotten. */
bool sweep_check(const struct sweep *s, const struct attention *a, char *message, size_t size);
/* Exchanges the rows; taken[r] tells whether row first + r was. */
void sweep_finish(struct sweep *s, struct attention *a, bool taken[SWEEP_ROWS]);

/* What so many updates of K, then of V, add to the counts. */
void sweep_count(struct odamv_counts *c, const struct odamv_problem *shape, double gain,
                 double updates_k, double updates_v);

#endif
