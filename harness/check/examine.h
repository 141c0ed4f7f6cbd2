/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * examine.h: one engine on one case, from the operations to the finding.
 */
#ifndef EXAMINE_H
#define EXAMINE_H

#include "judge.h"
#include "script.h"

struct examiner {
    struct sandbox box;
    double limit;     /* seconds for one engine on one case */
    double tolerance; /* for answers with infinite bounds; NaN: none */
    bool one_side;    /* memory is guarded on box.side only, not in two plays on both, of
                         which the second refuses memory */
};

/* What is compared of a case that is looked at alone: every answer, if possible. */
#define EXAMINE_BUDGET 0x1p23

/* `loud`: what the engine prints goes to standard error. */
void examiner_open(struct examiner *x, double limit, double tolerance, bool loud);
void examiner_close(struct examiner *x);

/* Plays the case, whose script and truth these are, and judges the play; adds to *tally. Ends the
 * process when no other can be started. */
struct finding examine_case(struct examiner *x, const struct odamv_engine *engine,
                            const struct check_case *c, const struct script *script,
                            const struct truth *truth, struct judge_tally *tally);

/* The same with a script and a truth of its own, every answer compared, within EXAMINE_BUDGET. */
struct finding examine_alone(struct examiner *x, const struct odamv_engine *engine,
                             const struct check_case *c, struct judge_tally *tally);

#endif
