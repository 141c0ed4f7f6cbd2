/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * saboteur_textbook.h: the state of the textbook engine, and the mistakes that can be made in it.
 */
#ifndef SABOTEUR_TEXTBOOK_H
#define SABOTEUR_TEXTBOOK_H

#include "harness/check/check_case.h"
#include "harness/check/model.h"

/* Identifier, name, what is done wrong. */
#define MISTAKES(X)                                                                                \
    X(ROW, "row-for-column", "recomputes row i of A instead of column i after a K update")         \
    X(LOST_LAST, "last-of-epoch", "loses the update that fills the list")                          \
    X(LATE_VALUES, "late-v0", "reads the folded values when it folds, not when it records")        \
    X(STALE_D, "stale-d", "leaves D alone until the list is full")                                 \
    X(DOUBLE, "double-apply", "folds the first record of every list twice")                        \
    X(SIGN, "sign", "folds V updates with the wrong sign")                                         \
    X(SKIPPED, "skipped-tile", "does not fold the last share of rows")                             \
    X(WATERMARK, "watermark", "takes the row at the watermark for folded")                         \
    X(MERGED, "merged-keys", "merges records of a key though its values have changed")             \
    X(STALE_VALUES, "stale-v0", "folds V updates into C but not into the folded values")           \
    X(ROW_RECORDS, "row-records", "keeps the records of a row whose query has changed")            \
    X(ROW_SUM, "row-sum", "keeps the D of a row whose query has changed")                          \
    X(TRANSPOSED, "transposed-cell", "records V updates with row and column exchanged")            \
    X(SHARED_D, "shared-d", "divides every row by the D of row 0, as Eq. (2) would allow")         \
    X(NO_REFRESH, "no-refresh", "never refreshes C and D, and bounds them as if it did")           \
    X(RING, "ring", "has room for one V update less than it takes")                                \
    X(CELLS_DROPPED, "cells-dropped", "forgets pending V updates when the K list is frozen")       \
    X(SHORT, "short-share", "rounds its share of a fold down, and leaves rows over")               \
    X(FORGETFUL, "forgetful-bound", "bounds C and D by what they are, not by what they have been") \
    X(LOGITS, "logit-error", "leaves the error of the logits out of its bounds")                   \
    X(INVERSE_D, "inverse-d", "adds the differences of 1/D instead of those of D")

enum mistake {
    MISTAKE_NONE,
#define MISTAKE_NAME(id, name, summary) MISTAKE_##id,
    MISTAKES(MISTAKE_NAME)
#undef MISTAKE_NAME
};

enum { PERIOD = 64 };

/* K records: count of them, each a key, a column of changes (m) and a row of values (p). */
struct textbook_records {
    size_t count, *key;
    double *change, *values; /* capacity x m, capacity x p */
};

struct textbook_cell {
    size_t key, column;
    double from, to;
};

struct textbook {
    enum mistake mistake;
    struct model now;
    size_t capacity; /* of each list of records, and of cells */
    bool coalesce;
    double *a, *sum, *sum_size; /* m x n, m, m */
    double *c, *c_size, *v0;    /* m x p, m x p, n x p */
    struct textbook_records active, frozen;
    size_t folded; /* rows of C that hold the frozen records */
    struct textbook_cell *cells;
    size_t cell_count;
    double logit_error; /* relative, of the worst weight so far */
    size_t updates;     /* since C and D were computed afresh */
};

enum odamv_status textbook_open(enum mistake mistake, const struct odamv_problem *problem,
                                const struct odamv_options *options, void **state);
void textbook_close(void *state);

/* The weight of key s in row i; *fits becomes false where a plain double is not enough. */
double textbook_weigh(struct textbook *e, size_t i, size_t s, bool *fits);

/* C[i,:] and D[i] from A and the folded values. */
void textbook_restore_row(struct textbook *e, size_t i);

/* Everything computed afresh: nothing is pending. */
void textbook_refresh(struct textbook *e);

/* The values that belong to record t: those that C had seen when it was made. */
const double *textbook_values(const struct textbook *e, const struct textbook_records *r, size_t t);

/* The share of an update in folding the frozen records. */
void textbook_fold_share(struct textbook *e);

void textbook_fold_cells(struct textbook *e);

/* The active list is full; what was frozen before has been folded by the updates that filled it. */
void textbook_freeze(struct textbook *e);

#endif
