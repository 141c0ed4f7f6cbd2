/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sandbox.h: an engine plays a case in a process of its own.
 *
 * Whatever the engine does, the caller gets a result: a crash, an exit or a hang ends the child
 * only. The child keeps the contract's promises and watches the engine's:
 *
 *   - Q, K and V lie in pages that can be read during `open` and not touched afterwards, each
 *     followed by a page that cannot be touched at all: writing to them, reading past their end and
 *     keeping a pointer to them are faults at once;
 *   - answers are NaN before the call, and what lies behind them must not change;
 *   - memory that malloc hands out is not zero, so that reading what was never written shows;
 *   - before the last queries, calls that must be refused are made: indices out of range, values
 *     that are not finite or too large;
 *   - at the end the engine walks its own invariants and is closed.
 *
 * The engine's standard output and error go to /dev/null unless `loud`, to standard error then.
 * Cost: one fork per play, about 0.3 ms.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include "sandbox_report.h"

/* Close accepts a zeroed one. */
void sandbox_open(struct sandbox *box, bool loud);
void sandbox_close(struct sandbox *box);

/* Plays the case, at most `limit` seconds. An operation whose status is not the expected one ends
 * the play, a declined query apart. False: no process could be started, or no
 * memory for what it leaves; errno says why. */
bool sandbox_play(struct sandbox *box, const struct odamv_engine *engine,
                  const struct check_case *c, const struct script *script, double limit);

#endif
