/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A list of pending K records: record t says that C still lacks change_t[i] * value_t[j], where
 * change_t is the change of the weights of key_t and value_t that key's row of V (the paper's
 * List_C).
 *
 * Both factors lie in panels of 64: entry x of record t is at data[(x / 64 * capacity + t) * 64 +
 * x % 64].
 * An update writes runs of 64 entries; a query walks one entry through all records in steps of 512
 * bytes; a fold copies the panels out into plain matrices and makes one product of them.
 * Space: capacity * (m + p) doubles for the list, as much again for the copies (shared by two
 * lists).
 */
#ifndef ODAMV_PENDING_H
#define ODAMV_PENDING_H

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

/* Plain copies of a list, and the product on its way to C. */
struct fold_buffer {
    double *change, *value; /* capacity x ld, capacity x p */
    double *product;        /* p x ld, or null where C is too large to go through it */
    double *total;          /* ld */
    struct product fast;    /* of a full list; not open where that is classical */
    struct fold_choice {    /* which folds go through it: those it does with less work */
        bool fast;
        struct matmul_prediction prediction;
        double capacity;
    } choice;
};

struct fold_choice fold_choice(const struct odamv_problem *shape,
                               const struct odamv_options *options, size_t capacity);

enum odamv_status pending_open(struct pending *list, const struct attention *a, size_t capacity);
void pending_close(struct pending *list);
enum odamv_status fold_buffer_open(struct fold_buffer *b, const struct attention *a,
                                   size_t capacity, const struct odamv_options *options);
void fold_buffer_close(struct fold_buffer *b);
double pending_memory(const struct odamv_problem *shape, double capacity);
double fold_buffer_memory(const struct odamv_problem *shape, double capacity,
                          const struct odamv_options *options);

/* Where the next update of the key is recorded: its open record, or a new one with the key's row
 * of V as it is now. The list is not full unless the key has an open record. */
struct record pending_record(struct pending *list, const struct attention *a, size_t key);
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
void count_pending_terms(struct odamv_counts *c, double terms);

/* C += the list, which is then empty. One product of (p x count) by (count x m): classical in
 * chunks, or fast with the list padded by zeros to its capacity. */
void pending_fold(struct pending *list, struct attention *a, struct fold_buffer *b);

/* Counts of one fold of so many records. */
void count_fold(struct odamv_counts *c, const struct shape *s, const struct fold_choice *choice,
                double records, double folds);

#endif
