/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * climb_score.h: how near the answers of engines come to their bounds on one case. The truth, which
 * is dear, is computed once for all of them, and the engines play in this process.
 */
#ifndef CLIMB_SCORE_H
#define CLIMB_SCORE_H

#include "climb_plan.h"
#include "engines/oracle/oracle.h"
#include "script.h"

struct climb_truth {
    struct script script;
    arb_ptr exact;                          /* of every answer of the script; likewise: */
    double *claim;                          /* bounds from here on say little */
    struct odamv_answer *answers, *defined; /* of the engine at work, and of `naive` */
    bool *answered;                         /* operations, by the engine at work */
};

/* Of a case that the contract allows to be opened. Without memory the process ends. */
void climb_score_open(struct climb_truth *truth, const struct check_case *c);
void climb_score_close(struct climb_truth *truth);

/* The largest error / bound among the subject's answers, and all of them into the tally. Infinity: an
 * answer that is no number. What says nothing about the engine counts as 0 unless a bound is
 * violated: bounds above 2^-10 of the column's extent, since the ratio comes to 1 by itself where
 * no more is claimed than the hull; and answers that are those of `naive`, of marked rows. */
double climb_score(const struct climb_truth *truth, const struct check_case *c,
                   const struct climb_subject *subject, struct climb_tally *tally);

/* The ratio that so large a share of the answers stays below, up to an eighth of an octave. */
double climb_score_quantile(const struct climb_tally *tally, double share);

#endif
