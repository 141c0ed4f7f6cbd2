/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * temper.h: shape, options, matrices and magnitudes of a random case.
 */
#ifndef TEMPER_H
#define TEMPER_H

#include <gsl/gsl_rng.h>

#include "check_case.h"
#include "model.h"
#include "temper_swing.h"
#include "temper_tiny.h"

/* What random cases are like. */
struct generate_options {
    unsigned long seed;
    size_t largest; /* of m, n, d, p; see temper_ordinary */
    bool ordinary;  /* no extreme magnitudes */
    bool fixed_q;   /* no updates of Q */
    bool tiny;      /* TEMPER_TINY, all of them */
};

enum temper_kind {
    TEMPER_ORDINARY, /* normal entries, logits of size 1, small steps */
    TEMPER_GRID,     /* multiples of 1/4 from -2 to 2: ties, zeros, exact sums */
    TEMPER_WIDE,     /* logits of size 10 to 40 */
    TEMPER_JUMPS,    /* logits that jump by hundreds, thousands, 1e30 */
    TEMPER_CANCEL,   /* logits of terms up to 2^82 that cancel */
    TEMPER_EXTREME,  /* values from 2^-1074 to ODAMV_VALUE_MAX */
    TEMPER_TINY,     /* temper_tiny.h */
    TEMPER_SWING,    /* temper_swing.h */
    TEMPER_KINDS,
};

/* Where loops change from one block to the next. Two of eight cases are there, in turn: m, n, d or p
 * at an edge or one below, then one beyond; lists of K, and of V, longer than a block; a threshold
 * above n; m and n as large as they get. TEMPER_TURN cases of any numbers in sequence have met all of them. */
enum { TEMPER_BLOCK = 64, TEMPER_EXTENTS = 4, TEMPER_EDGES = 5, TEMPER_TURN = 184 };
extern const size_t temper_edges[TEMPER_EDGES]; /* 8, 16, 64, 128, 256 */

enum temper_place {
    TEMPER_ANYWHERE,
    TEMPER_EDGE,
    TEMPER_LONG_K,
    TEMPER_LONG_V,
    TEMPER_ABOVE_N,
    TEMPER_MANY
};
/* The square of the last edge: what is done in strips, or kept in a cache, ends before it. */
enum { TEMPER_EDGE_LAST = 256, TEMPER_MANY_LOGITS = TEMPER_EDGE_LAST * TEMPER_EDGE_LAST };

/* Up to what most extents go: a quarter of the largest, or 64. */
size_t temper_ordinary(const struct generate_options *options);

/* The magnitudes of a case. */
struct temper {
    enum temper_place place;
    enum temper_kind kind;
    double sigma;  /* of the entries of Q and K */
    double cancel; /* of TEMPER_CANCEL: Q[:,0] = Q[:,1] = cancel */
    bool far; /* of TEMPER_JUMPS: also where answers that are not normalised leave the doubles */
    size_t burst; /* K updates before anything else */
    struct temper_tiny tiny;
    struct temper_swing swing;
};

/* Opens the case of that number: everything but its operations. */
void temper_problem(struct temper *temper, gsl_rng *rng, const struct generate_options *options,
                    unsigned long number, struct check_case *c);

/* The threshold, and by chance merging, a multiplication scheme and its leaf. */
void temper_options(gsl_rng *rng, struct check_case *c, size_t threshold);

/* A new value for the entry that the operation is about. */
double temper_value(struct temper *temper, gsl_rng *rng, const struct model *model,
                    const struct trace_op *op);

/* A value outside the contract, at its very end among them. */
double temper_refused(gsl_rng *rng, bool of_v);

#endif
