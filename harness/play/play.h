/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * play.h: operations played on several engines in lockstep, and their answers compared.
 *
 * update_* is one IEEE addition on the caller's own entry, followed by a set of that entry: every
 * engine is given the same double. Two answers x, y with bounds a, b are for the same real number,
 * so |x - y| <= a + b must hold; the quotient of the two sides is the disagreement, and more than 1
 * (or NaN) proves one engine wrong.
 */
#ifndef PLAY_H
#define PLAY_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/files/trace.h"
#include "harness/ground/matrix.h"
#include "odamv.h"

struct play_disagreement {
    bool failed;       /* some pair had !(|x - y| <= a + b) */
    double quotient;   /* the largest; NaN once any is; 0 when there was nothing to compare */
    size_t line, i, j; /* where: of the first failure, or else of the largest */
    size_t one, other; /* positions of the two engines */
    struct odamv_answer one_answer, other_answer;
};

struct play {
    const struct odamv_engine *const *engines; /* borrowed */
    size_t count;
    struct odamv_problem problem; /* its q, k, v are the matrices below */
    double *q, *k, *v;            /* borrowed, kept up to date */
    void **states;
    size_t stride;                /* answers of engine e begin at answers + e * stride */
    struct odamv_answer *answers; /* of the last query */
    size_t answer_count;          /* of each engine; 0 after an update */
    struct play_disagreement worst;
    double updates, queries; /* operations played */
};

/* What is played, and on what. The matrices hold the problem's entries, whatever its own pointers
 * say; they stay the caller's but belong to the play while it is open. All borrowed. */
struct play_setting {
    const struct odamv_engine *const *engines;
    size_t count;
    const struct odamv_problem *problem;
    struct matrix *q, *k, *v;
    const struct odamv_options *options;
};

/* Opens every engine. Not OK: the message says which engine and why, and nothing is left open. */
enum status play_open(struct play *play, const struct play_setting *setting, struct say *say);

/* Plays one operation, whose indices are in range. Not OK: the message names the engine; this
 * engine and those after it, and the matrices, are as they were. */
enum status play_op(struct play *play, const struct trace_op *op, struct say *say);

void play_close(struct play *play); /* accepts one that is not open */

#endif
