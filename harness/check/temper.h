/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * temper.h: shape, options, matrices and magnitudes of a random case.
 */
#ifndef TEMPER_H
#define TEMPER_H

#include <gsl/gsl_rng.h>

#include "check_case.h"
#include "model.h"
#include "temper_tiny.h"

/* What random cases are like. */
struct generate_options {
    unsigned long seed;
    size_t largest; /* of m, n, d, p */
    bool ordinary;  /* no extreme magnitudes */
    bool fixed_q;   /* no updates of Q */
    bool tiny;      /* TEMPER_TINY, all of them */
};

enum temper_kind {
    TEMPER_ORDINARY, /* normal entries, logits of size 1, small steps */
    TEMPER_GRID,     /* multiples of 1/4 from -2 to 2: ties, zeros, exact sums */
    TEMPER_WIDE,     /* logits of size 10 to 40 */
    TEMPER_JUMPS,    /* logits that jump by hundreds, thousands, 1e30 */
    TEMPER_CANCEL,   /* logits of terms up to 2^40 that cancel */
    TEMPER_EXTREME,  /* values from 2^-1074 to ODAMV_VALUE_MAX */
    TEMPER_TINY,     /* temper_tiny.h */
    TEMPER_KINDS,
};

/* The magnitudes of a case. */
struct temper {
    enum temper_kind kind;
    double sigma;  /* of the entries of Q and K */
    double cancel; /* of TEMPER_CANCEL: Q[:,0] = Q[:,1] = cancel */
    bool far; /* of TEMPER_JUMPS: also where answers that are not normalised leave the doubles */
    struct temper_tiny tiny;
};

/* Opens the case: everything but its operations. */
void temper_problem(struct temper *temper, gsl_rng *rng, const struct generate_options *options,
                    struct check_case *c);

/* A new value for the entry that the operation is about. */
double temper_value(const struct temper *temper, gsl_rng *rng, const struct model *model,
                    const struct trace_op *op);

/* A value outside the contract, at its very end among them. */
double temper_refused(gsl_rng *rng, bool of_v);

#endif
