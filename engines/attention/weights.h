/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The attention weights and their row sums: what `direct`, `eager`, `lazy` and its kin share.
 *
 * Row i keeps a shift and D_i = sum_s w_is as a pair, where w_is = exp(L_is - shift_i) is a
 * function of the stored logit alone and is not stored. Invariant, for every row that is not
 * marked:
 *
 *     sum_hi + sum_lo = sum_s w_is   up to (n + 2 updates) 2^-80 of it,
 *     w_is <= exp(WEIGHT_HIGHEST).
 *
 * A row is marked when it can no longer be trusted: D fell below TOP_SHARE of the largest value
 * that it was accumulated from (so that the invariant holds for all others), its drift has passed
 * DRIFT_SHARE of D, its shift no longer fits, or Q changed. Marked rows are answered from their
 * logits (row.h) and wait in a queue, oldest first, until an engine restores them.
 */
#ifndef ODAMV_WEIGHTS_H
#define ODAMV_WEIGHTS_H

#include "logits.h"
#include "row.h"

struct weights {
    struct logits logits;
    double *shift, *sum_hi, *sum_lo, *sum_top; /* ld each; the padding is marked */
    double *drift; /* ld: rounding errors over UNIT, of shifted weights times values: attention.h */
    bool *marked;  /* m */
    size_t *queue; /* ring of m rows, marked_count of them in use, from marked_first */
    size_t marked_first, marked_count;
    struct row row; /* of the marked row last looked at */
    double updates;
    struct odamv_counts counts;
};

enum odamv_status weights_open(struct weights *w, const struct odamv_problem *problem,
                               const struct odamv_options *options);
void weights_close(struct weights *w);
double weights_memory(const struct odamv_problem *shape);
/* The peak of an instance of so many bytes: opening it needs room for the exact logits. */
double weights_peak(const struct odamv_problem *shape, const struct odamv_options *options,
                    double instance);

/* The place to which the change of a key's weights goes; as in struct column_update. */
struct change_place {
    double *change; /* panel b of it at change + b * stride */
    size_t stride;
    bool merge;     /* added to what is there */
    double *weight; /* null, or receives the new weights */
    double value;   /* at least the largest magnitude in V */
};

/* Drift, in units of UNIT and of D, beyond which a row is marked, where no |value| is larger. */
double weights_most(double value);

/* An allowed update of K[key,feature]: logits, D, place. Marks rows that lost their accuracy. */
void weights_set_k(struct weights *w, size_t key, size_t feature, double value,
                   const struct change_place *place);
/* Adds what so many of them do; of weights_set_q, logits_count_set_q; of weights_open,
 * logits_count_open. */
void weights_count_set_k(struct odamv_counts *c, double m, double updates);

/* An allowed update of Q[row,feature]: logits; marks the row. */
void weights_set_q(struct weights *w, size_t row, size_t feature, double value);

void weights_mark(struct weights *w, size_t row);
/* Takes the oldest marked row off the queue, or returns false. It counts as marked until the
 * caller has given it a shift and a sum through weights_settle. */
bool weights_next_marked(struct weights *w, size_t *row);
void weights_settle(struct weights *w, size_t row, double shift, double sum_hi, double sum_lo);

/* The row's weights, by the logits, into w->row. */
void weights_prepare_row(struct weights *w, size_t row);

/* The weights of a row under the shift that it has, which is not marked, into row->w. */
void weights_row(const struct weights *w, size_t i, struct row *row);

/* The weights of all rows (ld) for the key. */
void weights_of_key(const struct weights *w, size_t key, double *out);

/* A bound on the relative error of each weight of the row. */
double weights_error(const struct weights *w, size_t row);
/* A bound on the relative error of D as a sum of the computed weights. */
double weights_sum_error(const struct weights *w);

/* D against a fresh sum, marks against shifts and queue. */
bool weights_check(const struct weights *w, char *message, size_t size);

#endif
