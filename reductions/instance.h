/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * instance.h: an engine under a reduction: one open instance whose updates and queries are counted.
 *
 * Gadgets reach an engine only through this, so the numbers of updates and queries that a run
 * reports are those that the engine saw.
 */
#ifndef INSTANCE_H
#define INSTANCE_H

#include "harness/ground/say.h"

struct instance {
    const struct odamv_engine *engine;
    void *state;
    size_t m, n, d, p;
    size_t updates; /* entries set */
    size_t queries; /* entries answered: a column counts m */
};

/* The dense matrices that a gadget fills before it opens an engine; owned. */
struct instance_input {
    double *q, *k, *v; /* m x d, n x d, n x p */
};

/* Zeros, for a problem of which the shape is set, and its q, k and v pointing at them. Refused
 * before anything is allocated when they and the engine's own memory exceed what is available. */
enum status instance_input_open(struct instance_input *input, const struct odamv_engine *engine,
                                const struct odamv_options *options, struct odamv_problem *problem,
                                struct say *say);
void instance_input_close(struct instance_input *input);

/* Not OK: instance->state is null. The problem's matrices are borrowed for the call only. */
enum status instance_open(struct instance *instance, const struct odamv_engine *engine,
                          const struct odamv_problem *problem, const struct odamv_options *options,
                          struct say *say);
void instance_close(struct instance *instance); /* accepts one that is not open */

/* Not OK, here and below: the message names the engine and what it refused; nothing has changed. */
enum status instance_set_k(struct instance *instance, size_t key, size_t feature, double value,
                           struct say *say);
enum status instance_set_v(struct instance *instance, size_t key, size_t column, double value,
                           struct say *say);
enum status instance_set_q(struct instance *instance, size_t row, size_t feature, double value,
                           struct say *say); /* BAD also where the engine has no such updates */
/* B[i,j]. */
enum status instance_entry(struct instance *instance, size_t i, size_t j, struct odamv_answer *out,
                           struct say *say);
/* B[:,j] into out[0..m-1]. */
enum status instance_column(struct instance *instance, size_t j, struct odamv_answer *out,
                            struct say *say);

/* What one phase cost: seconds, calls, and the engine's own counts when it offers them. */
struct phase {
    double seconds;
    size_t updates, queries;
    bool counted; /* `counts` is meaningful */
    struct odamv_counts counts;
};

/* The readings at the beginning of a phase; phase_end adds what has happened since to `phase`.
 * Before an instance is open, phase_begin with a null instance starts from 0. */
struct phase_start {
    double seconds;
    size_t updates, queries;
    struct odamv_counts counts;
};

struct phase_start phase_begin(const struct instance *instance);
void phase_end(struct phase *phase, const struct phase_start *start,
               const struct instance *instance);

#endif
