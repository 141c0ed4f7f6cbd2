/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bounds of V for an engine that computes its rows anew in turns, never all at once.
 *
 * A row is bounded by the norms and folds of V (values.h) since it was last computed, so that those may
 * only grow while some row is older. Kept beside them, for every column: its norm now, and the largest
 * norm and the folds since the turn began. When it is over, no row is older than it, and
 *
 *     norm_now <= norm <= values.norm        folds <= values.folds
 *
 * become what the next turn begins with.
 */
#ifndef ODAMV_RECENT_H
#define ODAMV_RECENT_H

#include "values.h"

struct recent {
    double *norm_now, *norm, *folds; /* p each */
};

/* OK or NOMEM. */
enum odamv_status recent_open(struct recent *r, size_t p);
void recent_close(struct recent *r);
double recent_memory(size_t p);
/* The first turn begins: V as it was measured. */
void recent_begin(struct recent *r, const struct values *v);

/* The cell of V has changed and went into C by one fold, with `more` to follow: V is measured there. */
void recent_note(struct recent *r, struct values *v, size_t key, size_t column, double more);
/* Every row was computed since the last turn began. */
void recent_turn(struct recent *r, struct values *v);

bool recent_check(const struct recent *r, const struct values *v, char *message, size_t size);

#endif
