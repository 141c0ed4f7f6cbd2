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
 * The engine's standard output and error go to /dev/null unless `loud`. One fork per run: about
 * 0.3 ms.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include "check_case.h"
#include "script.h"

#define SANDBOX_EVENTS 32

enum sandbox_phase { PHASE_OPEN, PHASE_PLAY, PHASE_PROBE, PHASE_CHECK, PHASE_CLOSE, PHASE_DONE };
enum sandbox_end { SANDBOX_RAN, SANDBOX_CRASHED, SANDBOX_EXITED, SANDBOX_HUNG };
enum sandbox_fault { FAULT_NONE, FAULT_WROTE_INPUT, FAULT_PAST_INPUT, FAULT_KEPT_INPUT };

/* What the child leaves in memory that it shares with the parent. */
struct sandbox_report {
    enum sandbox_phase phase; /* that it was in when it ended */
    size_t step;              /* operations finished: their statuses and answers are there */
    enum odamv_status opened;
    enum sandbox_fault fault;
    bool overran;   /* operation `step` wrote behind its answers */
    bool broken;    /* the engine's own check failed; `say` tells how */
    bool unrefused; /* a probe was not refused with DOMAIN; `say` tells which */
    struct say say;
    double events[SANDBOX_EVENTS];
};

struct sandbox {
    /* of the last run: */
    enum sandbox_end end;
    int code; /* signal or exit status */
    const struct sandbox_report *report;
    const enum odamv_status *statuses;  /* script->count */
    const struct odamv_answer *answers; /* script->first[count] */
    bool hurried; /* to be set by the caller: the engine need not walk its invariants */
    /* private: */
    bool loud;
    void *shared;
    size_t size;
};

void sandbox_open(struct sandbox *box, bool loud);
void sandbox_close(struct sandbox *box);

/* Plays the case, at most `limit` seconds. An operation whose status is not the expected one ends
 * the play, a declined query apart. False: no process could be started. */
bool sandbox_play(struct sandbox *box, const struct odamv_engine *engine,
                  const struct check_case *c, const struct script *script, double limit);

#endif
