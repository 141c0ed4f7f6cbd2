/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A list of pending K records: record t says that C still lacks change_t[i] * value_t[j], where
 * change_t is the change of the weights of key_t and value_t that key's row of V (the paper's
 * List_C).
 *
 * Both factors lie in panels of 64 entries: see pending_at. An update writes runs of 64 entries; a
 * query walks one entry through all records in steps of 512 bytes; a fold (fold.h, tiles.h) copies
 * the panels out into plain matrices.
 * Space: capacity * (m + p) doubles.
 */
#ifndef ODAMV_PENDING_H
#define ODAMV_PENDING_H

#include <stdint.h>

#include "attention.h"

#define NO_SLOT SIZE_MAX

struct pending {
    size_t capacity, count;
    size_t change_width, value_width; /* m and p in whole panels */
    double *change, *value;
    size_t *key;        /* capacity: the record's key */
    double *value_peak; /* capacity: largest |value_t[j]| */
    size_t *slot;       /* n: the record that further updates of that key join, or NO_SLOT */
};

/* Where entry x of record t is in `change` and in `value`. */
static inline size_t pending_at(const struct pending *list, size_t x, size_t t)
{
    return (x / PANEL * list->capacity + t) * PANEL + x % PANEL;
}

enum odamv_status pending_open(struct pending *list, const struct attention *a, size_t capacity);
void pending_close(struct pending *list);
double pending_memory(const struct odamv_problem *shape, double capacity);

/* Where the next update of the key is recorded: its open record, or a new one with the key's row
 * of V as it is now. The list is not full unless the key has an open record. */
struct change_place pending_place(struct pending *list, const struct attention *a, size_t key);
/* Further updates of the key must not join its record: its row of V has changed. */
void pending_close_record(struct pending *list, size_t key);
/* Row i takes no part in the list's records any more. */
void pending_forget_row(struct pending *list, size_t i);
void pending_clear(struct pending *list);

/* sum_t change_t[i] value_t[j], adding the terms' magnitudes to *magnitude. */
double pending_sum(const struct pending *list, size_t i, size_t j, double *magnitude);
/* The same, added to sum and magnitude, for rows from..ld-1 and for columns from..p-1. */
void pending_sum_column(const struct pending *list, size_t j, size_t from, double *sum,
                        double *magnitude);
void pending_sum_row(const struct pending *list, size_t i, size_t from, size_t p, double *sum,
                     double *magnitude);
/* Counts of summing so many terms. */
void pending_count_terms(struct odamv_counts *c, double terms);

#endif
