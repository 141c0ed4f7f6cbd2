/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * play_print.h: what a play prints on standard output. Numbers have 17 significant digits; in JSON
 * one that is not finite is null. Write errors stay in the stream.
 */
#ifndef PLAY_PRINT_H
#define PLAY_PRINT_H

#include <stdbool.h>

#include "play.h"

/* The first engine's answers to the query that was played last: "LINE KIND I J VALUE +- BOUND", one
 * line per entry; or one JSON object. */
void play_print_text(const struct play *play, const struct trace_op *op);
void play_print_json(const struct play *play, const struct trace_op *op);

/* Operations played, and each engine's counted operations: one JSON object {"summary": ...}, or
 * lines that begin with "# ". */
void play_print_stats(const struct play *play, bool json);

#endif
