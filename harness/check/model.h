/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model.h: the state that operations are about, and what odamv.h asks of an engine in it: the
 * contract's own limits, decided exactly.
 */
#ifndef MODEL_H
#define MODEL_H

#include "harness/files/trace_op.h"

struct model {
    struct odamv_problem problem; /* its q, k, v are the arrays below */
    double *q, *k, *v;            /* the present entries; owned */
    double q_peak, k_peak;        /* at least the largest magnitudes so far */
};

/* Copies the problem's matrices; without memory the process ends. close accepts a zeroed one. */
void model_open(struct model *model, const struct odamv_problem *problem);
void model_close(struct model *model);

/* The entry that an update or a set is about; it stays the model's. */
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

#endif
