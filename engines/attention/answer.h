/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Answers with bounds: marked rows from their logits, the others from C and what is pending.
 */
#ifndef ODAMV_ANSWER_H
#define ODAMV_ANSWER_H

#include "attention.h"

/* What an engine keeps apart from C. Each adds to sum and magnitude (of the absolute values) and
 * returns the number of terms per entry: each one rounded product, of a value that was rounded
 * once. */
struct pending_source {
    double (*entry)(const void *engine, size_t i, size_t j, double *sum, double *magnitude);
    double (*column)(const void *engine, size_t j, double *sum, double *magnitude); /* ld each */
    double (*row)(const void *engine, size_t i, double *sum, double *magnitude);    /* p each */
    void (*overlay)(const void *engine, size_t j, double *v); /* n: newer values of V[:,j] */
};

/* Of row i and column j: a value within `error` of sum_s w_is V_sj, what underflowed in it aside. */
struct numerator {
    size_t i, j;
    double value, error;
};

/* The answer from it, for a row that is not marked. OK; DOMAIN: not normalised and beyond the doubles. */
enum odamv_status answer_quotient(const struct weights *w, const struct values *v, bool normalised,
                                  const struct numerator *x, struct odamv_answer *out);

/* From the row that weights_prepare_row prepared, and V as it is in v. */
enum odamv_status answer_prepared(struct weights *w, const struct values *v, bool normalised,
                                  size_t j, struct odamv_answer *out);

/* As odamv_engine.query and its kin; a null source: nothing is pending. */
enum odamv_status answer_entry(struct attention *a, const struct pending_source *pending,
                               const void *engine, size_t i, size_t j, struct odamv_answer *out);
enum odamv_status answer_column(struct attention *a, const struct pending_source *pending,
                                const void *engine, size_t j, struct odamv_answer *out);
enum odamv_status answer_row(struct attention *a, const struct pending_source *pending,
                             const void *engine, size_t i, struct odamv_answer *out);

/* Adds what so many answers from C execute besides summing what is pending. */
void answer_count(struct odamv_counts *c, double answers);

/* The walk over what struct attention promises. */
bool answer_check(const struct attention *a, const struct pending_source *pending,
                  const void *engine, char *message, size_t size);

#endif
