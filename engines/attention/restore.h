/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows of C computed from scratch; see restore.c.
 */
#ifndef ODAMV_RESTORE_H
#define ODAMV_RESTORE_H

#include "attention.h"

/* Recomputes shift, D and C of the given rows from logits and V: one matrix product per
 * batch. Null: rows 0, ..., count - 1. */
void restore_rows(struct attention *a, const size_t *rows, size_t count);
/* The same of at most t->rows rows, by a fast product where that multiplies no more often: then true. */
bool restore_some(struct attention *a, struct together *t, const size_t *rows, size_t count);
/* Those of all rows, and the bounds of V: a refresh. */
void restore_all(struct attention *a);

/* The coefficient base_i of a row computed from scratch, whose weights' squares sum to `square`. */
double restore_base(size_t n, double square);

/* Adds what restoring so many rows, so many at a time, all rows so many times, executes. */
void restore_count_rows(struct odamv_counts *c, const struct shape *s, double rows);
/* plan: of the rows' fast product, or null. */
void restore_count_some(struct odamv_counts *c, const struct shape *s,
                        const struct matmul_prediction *plan, double rows, double times);
void restore_count_all(struct odamv_counts *c, const struct odamv_problem *shape,
                       const struct odamv_options *options, double times);

#endif
