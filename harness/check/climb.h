/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * climb.h: an adversary: error / bound made as large as possible by hill climbing, for every engine
 * and every multiplication.
 *
 * A chain is for one subject and begins with a random case, every fourth one with the subject's worst
 * that the worker has seen; steps that do not lower the subject's largest ratio are kept, until some
 * in a row have not raised it. All subjects play every case, since its truth is dear; each case that
 * is a subject's worst so far is saved. With one job all is a function of the seed.
 * Engines are trusted not to crash: they play in the workers themselves.
 */
#ifndef CLIMB_H
#define CLIMB_H

#include "climb_plan.h"

/* Runs the climb in child processes; SIGINT and SIGTERM end it early, with a result. What the system
 * refuses is printed. */
void climb_run(const struct climb_options *options, struct climb_result *result);

/* The file of a subject's worst case; returns out[0..size-1]. */
const char *climb_file(const struct climb_options *options, const struct climb_subject *subject,
                       char *out, size_t size);

#endif
