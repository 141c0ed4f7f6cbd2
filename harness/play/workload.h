/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * workload.h: random problems and random streams of operations.
 *
 *     Q, K ~ N(0, s^2),  s^2 = 1 / (|scale| sqrt(d)),  V ~ N(0, 1)
 *
 * so that a logit scale * <Q_i, K_s> has mean 0 and standard deviation 1 whatever the shape: the
 * weights of a row then differ by a factor of a few, as in trained models, and none of them
 * dominates. A K or Q update adds N(0, s^2/4), a V update N(0, 1/4); a set replaces by a fresh
 * entry; indices are uniform.
 *
 * Random numbers are GSL's mt19937 and its polar Gaussians. GSL uses 32 bits of a seed and takes
 * 4357 for 0, so seeds go up to 2^32 - 1, and 0 and 4357 give the same stream.
 */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <gsl/gsl_rng.h>

#include "harness/files/trace.h"
#include "harness/ground/matrix.h"
#include "harness/ground/say.h"

#define WORKLOAD_SEED_MAX   0xffffffffu
#define WORKLOAD_EXTENT_MAX 0xffffffffu /* what one random number tells apart */

/* How often each kind of operation comes, relative to the sum. All zero is not allowed. */
struct workload_mix {
    double weight[TRACE_KINDS];
};

/* 40 % K updates, 20 % V updates, 3 % sets of each, 30 % queries, 2 % of each long query; Q is left
 * as it is, as in Theorem 1.3 of the paper. With `updates_q` 10 updates and 1 set of Q come on top
 * of 100 such operations. */
struct workload_mix workload_default_mix(bool updates_q);

struct workload {
    struct trace_shape shape; /* every extent from 1 to WORKLOAD_EXTENT_MAX */
    double scale;
    struct workload_mix mix;
    gsl_rng *rng; /* owned */
};

/* MACHINE when there is no memory; close accepts a zeroed one. */
enum status workload_open(struct workload *workload, const struct trace_shape *shape, double scale,
                          const struct workload_mix *mix, unsigned long seed, struct say *say);
void workload_close(struct workload *workload);

/* New matrices of the workload's shape, the caller's to free. On failure all three are empty. */
enum status workload_problem(struct workload *workload, struct matrix *q, struct matrix *k,
                             struct matrix *v, struct say *say);

/* The next operation; its line is 0. */
struct trace_op workload_next(struct workload *workload);

#endif
