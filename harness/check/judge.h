/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * judge.h: whether an engine did on a case what odamv.h asks of it.
 *
 * Every answer must be finite, with a bound that is a number from 0; where the truth is known,
 * error <= bound must hold; every operation must get the status that the contract says; and the
 * engine must not crash, exit, hang, touch its inputs, write behind its answers or break its own
 * invariants.
 *
 * An answer with an infinite bound is judged by a tolerance instead: error <= T max(1, |exact|).
 * Only where answers are not normalised, and weights have left the doubles (logits beyond some
 * 600), an engine may refuse them with DOMAIN or give no bound.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include "sandbox.h"
#include "script.h"
#include "truth.h"

enum finding_kind {
    FINDING_NONE,
    FINDING_WRONG,         /* an answer is farther from the exact one than its bound says */
    FINDING_NO_ANSWER,     /* not finite, or a bound that is no number from 0 */
    FINDING_NO_BOUND,      /* an infinite bound, and no tolerance was given */
    FINDING_STATUS,        /* refused what is legal, or accepted what is not */
    FINDING_INVARIANT,     /* the engine's own check fails */
    FINDING_COUNT,         /* `stats` counts not what `cost` predicts */
    FINDING_ENVIRONMENT,   /* changed what all of the process shares: process_state.h */
    FINDING_MEMORY,        /* touched memory past the end of a block, or after free */
    FINDING_CRASH,         /* ended by a signal */
    FINDING_EXIT,          /* ended the process */
    FINDING_HANG,          /* did not end within the limit */
    FINDING_INPUT,         /* wrote to Q, K or V, read past them, or kept a pointer to them */
    FINDING_OVERRUN,       /* wrote behind the answers that were asked for */
    FINDING_CONTRADICTION, /* two engines disagree, and the oracle cannot say which is wrong */
    FINDING_LAW,           /* answers of one engine contradict each other, likewise */
    FINDING_KINDS,
};

struct finding {
    enum finding_kind kind;
    size_t op;      /* operation that it is about; the number of operations when none is */
    size_t i, j;    /* entry, when it is about an answer */
    char text[512]; /* one sentence without a full stop */
};

/* How large bounds are beside the errors: bin e counts the compared answers with finite bounds for
 * which bound / max(error, half an ulp of the exact answer) is from 2^e on, below 2^(e+1); the first
 * and the last bin have what is beyond, too. */
enum { JUDGE_BINS = 64 };

/* What was done, for the statistics; judge adds to it. */
struct judge_tally {
    double operations[TRACE_KINDS]; /* carried out by the engine, or refused as they must be */
    double refused;                 /* of these, refused as they must be */
    double answers;                 /* received */
    double compared;                /* of these, with the oracle */
    double unbounded;               /* of these, with an infinite bound */
    double slack[JUDGE_BINS];       /* see above */
    double counted;                 /* plays whose counts were compared with the predicted ones */
    double cases, declined;         /* played; given up with ODAMV_UNABLE */
};

/* Static. */
const char *finding_name(enum finding_kind kind);

/* A play and what it is held against. */
struct judge_play {
    const struct sandbox *box; /* its last play */
    const struct check_case *c;
    const struct script *script;
    const struct truth *truth;
    double tolerance; /* NaN: none */
};

/* The first finding in the order of the operations. */
struct finding judge_case(const struct judge_play *play, struct judge_tally *tally);

/* The least e such that this share of the counts, or more, is in bins up to e; -1: all are 0. */
int judge_quantile(const double slack[JUDGE_BINS], double share);

/* Whether error <= bound; with an infinite bound and a tolerance, error <= T max(1, |exact|). */
bool judge_is_right(const struct odamv_answer *answer, const arb_t exact, double tolerance);
/* Sets finding->text of a wrong answer, whose op, i and j are set. */
void judge_describe(struct finding *finding, const struct check_case *c,
                    const struct odamv_answer *answer, const arb_t exact);

#endif
