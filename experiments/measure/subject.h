/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * subject.h: an engine opened on a random problem, and updates of it whose every answer can be
 * compared with the exact one.
 */
#ifndef SUBJECT_H
#define SUBJECT_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>

#include "harness/ground/matrix.h"
#include "odamv.h"

struct subject {
    const struct odamv_engine *engine;
    void *state;
    struct odamv_problem problem;
    struct matrix q, k, v; /* as the engine has them now */
    gsl_rng *random;
    double step; /* standard deviation of an update */
    bool wrong;  /* subject_verify has met an answer outside its bound; survives subject_close */
};

/* Entries and updates are those of harness/play/workload.h: logits of unit size. Of the shape no
 * pointers are read. Not OK: nothing is left open. */
enum status subject_open(struct subject *s, const struct odamv_engine *engine,
                         const struct odamv_problem *shape, const struct odamv_options *options,
                         unsigned long seed, struct say *say);
void subject_close(struct subject *s); /* accepts one that is not open */

/* So many K updates of random entries, each a Gaussian step. False: the engine refused one. */
bool subject_update(struct subject *s, size_t updates);

/* The exact error of the answer to a query, as an upper bound on |value - exact|; and the answer's
 * own bound. NaN when the engine refuses or there is no memory. */
double subject_error(struct subject *s, size_t i, size_t j, double *bound);

/* OK when so many answers at random places lie within their bounds, else FAILED. */
enum status subject_verify(struct subject *s, size_t answers, struct say *say);

#endif
