/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A list of pending V records: record t says that V[key_t,column_t] became `to` while C and the
 * stored V still have (or an earlier record of the cell left) `from`, hence C still lacks the
 * key's weights times to - from (the paper's List_V). Records of one column are chained, newest
 * first, so that a query meets only its own column's.
 */
#ifndef ODAMV_VALUE_LIST_H
#define ODAMV_VALUE_LIST_H

#include <stdint.h>

#include "attention.h"

struct value_record {
    size_t key, column, next; /* next: an older record of the column, or NO_RECORD */
    double from, to;
};

struct value_list {
    size_t capacity, count;
    struct value_record *record; /* capacity */
    size_t *head;                /* p: the column's newest record, or NO_RECORD */
    size_t *of_key;              /* n: records of the key */
};

#define NO_RECORD SIZE_MAX

enum odamv_status value_list_open(struct value_list *list, size_t n, size_t p, size_t capacity);
void value_list_close(struct value_list *list);
double value_list_memory(double n, double p, double capacity);

/* The cell's newest record, or null. */
struct value_record *value_list_find(struct value_list *list, size_t key, size_t column);
/* Appends a record; the list is not full. */
void value_list_add(struct value_list *list, size_t key, size_t column, double from, double to);

/* The list's part of an entry, a column (ld) and a row (p) of the numerators, added to sum and
 * magnitude; returns the number of terms per entry, for a row the largest. */
double value_list_entry(const struct value_list *list, const struct attention *a, size_t i,
                        size_t j, double *sum, double *magnitude);
double value_list_column(const struct value_list *list, const struct attention *a, size_t j,
                         double *sum, double *magnitude);
double value_list_row(const struct value_list *list, const struct attention *a, size_t i,
                      double *sum, double *magnitude);
/* v[s] becomes the newest value of V[s,j] wherever a record has one. */
void value_list_overlay(const struct value_list *list, size_t j, double *v);

/* C and the stored V take all records, in order; the list is then empty. O(m) each. */
void value_list_fold(struct value_list *list, struct attention *a);

/* The stored V alone takes them, before C is recomputed from it. */
void value_list_settle(struct value_list *list, struct attention *a);

/* Counts of summing so many records' terms. */
void value_list_count_terms(struct odamv_counts *c, double terms);

#endif
