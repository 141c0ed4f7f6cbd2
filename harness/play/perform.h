/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * perform.h: one operation on one engine, or on the oracle.
 */
#ifndef PERFORM_H
#define PERFORM_H

#include "engines/oracle/oracle.h"
#include "harness/files/trace_op.h"

/* The entry that the operation is about becomes `value`. UNABLE: the engine does not offer it; else
 * the engine's own status. */
enum odamv_status perform_set(const struct odamv_engine *engine, void *state,
                              const struct trace_op *op, double value);
void perform_on_oracle(struct oracle *oracle, const struct trace_op *op, double value);

/* The answers, trace_answers of them, into out; the engine's status. */
enum odamv_status perform_query(const struct odamv_engine *engine, void *state,
                                const struct trace_shape *shape, const struct trace_op *op,
                                struct odamv_answer *out);

#endif
