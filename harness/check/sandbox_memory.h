/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sandbox_memory.h: how an engine treats memory, in the process that plays it.
 */
#ifndef SANDBOX_MEMORY_H
#define SANDBOX_MEMORY_H

#include "sandbox_report.h"

/* Opens the problem, and closes it: while no block of memory is refused that the engine's own code asks
 * for, then while one is, of every kind that `refuse` says (sandbox_report.h), but not where opening takes
 * long. An instance that is had without the block has to take and answer what one with
 * all its memory does. answers: room for the larger of m and p. False: it does not, does not end as
 * odamv.h says, or keeps memory every time; the report tells how. */
bool sandbox_memory_is_spared(struct sandbox_report *report, const struct odamv_engine *engine,
                              const struct odamv_problem *problem,
                              const struct odamv_options *options, size_t refuse,
                              struct odamv_answer *answers);

/* What was in use at most since fence_raise against what the engine says. */
void sandbox_memory_compare(struct sandbox_report *report, const struct odamv_engine *engine,
                            const struct odamv_problem *problem,
                            const struct odamv_options *options);

#endif
