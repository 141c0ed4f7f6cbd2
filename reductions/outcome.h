/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * outcome.h: what a run of any reduction asks for, and what it reports.
 */
#ifndef OUTCOME_H
#define OUTCOME_H

#include "instance.h"
#include "verify.h"

/* The engine under the gadget. */
struct setting {
    const struct odamv_engine *engine;
    struct odamv_options options;
    double exponent;                 /* of the threshold, on the gadget's keys; NaN: options' own */
    const struct baseline *baseline; /* null: do not compare */
};

struct outcome {
    struct bit_summary total; /* sums; the largest error, the smallest half gap */
    struct verify_result verified;
    size_t keys;      /* n of the attention instance */
    size_t threshold; /* pending records before a fold: keys^a */
    double a;         /* NaN for a single key */
};

/* The options to open an engine with on so many keys; keys, threshold and a of the outcome. */
struct odamv_options outcome_begin(struct outcome *outcome, const struct setting *setting,
                                   size_t keys);

#endif
