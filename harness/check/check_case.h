/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check_case.h: one case of a check, as a value: a problem, options, and operations; and its
 * script, what the contract makes of it.
 */
#ifndef CHECK_CASE_H
#define CHECK_CASE_H

#include <stdbool.h>

#include "harness/files/trace.h"

struct check_case {
    struct trace_problem input; /* matrices as they are before the first operation */
    struct trace_op *ops;
    size_t count, capacity;
};

/* A problem of that shape with scale 1, normalised, its matrices zero; no operations. */
void case_open(struct check_case *c, const struct trace_shape *shape);
void case_copy(struct check_case *to, const struct check_case *from);
void case_close(struct check_case *c); /* accepts a zeroed one */

struct trace_shape case_shape(const struct check_case *c);
void case_push(struct check_case *c, const struct trace_op *op);
void case_set_matmul(struct check_case *c, const char *name); /* copied; null: classical */

/* Removes the updates of Q, for engines that do not offer them. */
void case_without_q_updates(struct check_case *c);

/* A self-contained trace; what is read also passes odamv_problem_check. */
enum status case_read(struct check_case *c, const char *file, struct say *say);
bool case_same(const struct check_case *a, const struct check_case *b);
enum status case_write(const struct check_case *c, const char *file, const char *comment,
                       struct say *say);

/* --- the state that the operations are about -------------------------------------------------- */

struct model {
    struct odamv_problem problem; /* its q, k, v are the arrays below */
    double *q, *k, *v;            /* the present entries; owned */
    double q_peak, k_peak;        /* at least the largest magnitudes so far */
};

void model_open(struct model *model, const struct odamv_problem *problem);
void model_close(struct model *model);

/* The entry that an update or a set is about. */
double *model_entry(const struct model *model, const struct trace_op *op);

/* What odamv.h asks of an engine that is given this operation, OK or DOMAIN; the entry is changed
 * when it is OK. *value, when not null, is the double to be set. Logits are compared with
 * ODAMV_LOGIT_MAX exactly; O(1) unless magnitudes are near it, else O(m d) or O(n d). */
enum odamv_status model_step(struct model *model, const struct trace_op *op, double *value);

/* Whether all logits are within ODAMV_LOGIT_MAX. O(1) unless magnitudes are near it. */
bool model_is_legal(const struct model *model);

/* scale <Q_i, K_s> in plain doubles; *size receives the sum of the terms' absolute values. */
double model_logit(const struct model *model, size_t i, size_t s, double *size);

/* The largest |scale <Q_i, K_s>| of a row, in extended precision. */
double model_row_reach(const struct model *model, size_t i);

/* --- scripts ---------------------------------------------------------------------------------- */

struct script {
    size_t count;                /* operations */
    enum odamv_status opens;     /* expected of open: DOMAIN when a logit is too large */
    double *values;              /* the double that an update or a set stores */
    enum odamv_status *expected; /* of each operation */
    size_t *first;               /* position of its first answer; first[count] is their number */
    size_t tail;                 /* operations from here on are all queries */
};

void script_open(struct script *script, const struct check_case *c);
void script_close(struct script *script);

#endif
