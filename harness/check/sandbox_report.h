/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sandbox_report.h: what the two sides of a sandbox share.
 */
#ifndef SANDBOX_REPORT_H
#define SANDBOX_REPORT_H

#include <stdint.h>

#include "fence.h"
#include "script.h"

#define SANDBOX_EVENTS      32
#define SANDBOX_REFUSE_EACH SIZE_MAX
enum { SANDBOX_REFUSE_EVERY = 16 };

enum sandbox_phase {
    PHASE_LOAD,
    PHASE_OPEN,
    PHASE_PLAY,
    PHASE_PROBE,
    PHASE_CHECK,
    PHASE_CLOSE,
    PHASE_REFUSE,
    PHASE_DONE
};
enum sandbox_end { SANDBOX_RAN, SANDBOX_CRASHED, SANDBOX_EXITED, SANDBOX_HUNG };
enum sandbox_fault {
    FAULT_NONE,
    FAULT_WROTE_INPUT,
    FAULT_PAST_INPUT,
    FAULT_KEPT_INPUT,
    FAULT_BESIDE_BLOCK, /* of `fault_size` bytes from malloc; likewise: */
    FAULT_FREED,
};

/* What the child leaves in memory that it shares with the parent. */
struct sandbox_report {
    enum sandbox_phase phase; /* that it was in when it ended */
    size_t step;              /* operations finished: their statuses and answers are there */
    enum odamv_status opened;
    enum sandbox_fault fault;
    size_t fault_size;
    size_t refusing; /* the block of memory that is refused during this open; 0: none */
    bool mishandled; /* memory: refused, or held beyond what was said; `say` tells how */
    bool overran;    /* operation `step` wrote behind its answers */
    bool broken;     /* the engine's own check failed; `say` tells how */
    bool unrefused;  /* a probe was not refused with DOMAIN; `say` tells which */
    bool counted;    /* the counts of a workload were compared with the predicted ones; likewise: */
    bool miscounted;
    bool changed; /* the process, which ends the play; likewise */
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
    /* to be set by the caller: */
    bool hurried;         /* the engine need not walk its invariants */
    enum fence_side side; /* on which blocks of memory are guarded */
    /* After the play the engine is to open the problem while it is refused a block of memory, the first
     * of a kind (fence.h): of every SANDBOX_REFUSE_EVERY kinds the one with this number, from 1;
     * SANDBOX_REFUSE_EACH: each in turn; 0: none. */
    size_t refuse;
    /* private: */
    bool loud;
    void *shared;
    size_t size, statuses_at, answers_at; /* bytes; where they begin in it */
};

#endif
