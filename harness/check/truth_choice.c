/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * truth_choice.c: the choice of answers, and what the oracle will pay for them.
 *
 * The oracle keeps the weights of a row; a query costs the weights of the row that changed since it
 * was last asked about, n the first time and after an update of Q there, and a dot product.
 */
#include "truth_choice.h"

#include <math.h>
#include <stdlib.h>

#include "harness/ground/allocate.h"
#include "harness/ground/random.h"

/* A product of the dot product against an exponential. */
static const double PRODUCT = 1.0 / 32;

struct chooser {
    struct truth *truth;
    const struct check_case *c;
    const struct script *script;
    gsl_rng *rng;
    double left;          /* of the budget */
    size_t asks;          /* queries from the present one on */
    size_t changes;       /* of K so far */
    size_t *seen;         /* row i knows the changes before seen[i] - 1; 0: none of its weights */
    unsigned char *taken; /* answers of the present operation */
};

static double price(const struct chooser *x, size_t i)
{
    const double n = (double)x->c->input.problem.n;
    const double behind = x->seen[i] ? (double)(x->changes + 1 - x->seen[i]) : n;
    return fmin(n, behind) + PRODUCT * n;
}

/* Answer `at` of operation t, when it costs at most `limit`. */
static void take(struct chooser *x, size_t t, size_t at, double limit)
{
    struct truth *truth = x->truth;
    const struct trace_place place = trace_place(x->c->ops + t, at);
    const double cost = price(x, place.i);
    if (x->taken[at] || !(cost <= limit))
        return;
    if (truth->count == truth->capacity) {
        truth->capacity = 2 * truth->capacity + 64;
        truth->samples = allocate_again(truth->samples, truth->capacity, sizeof *truth->samples);
    }
    truth->samples[truth->count] = (struct truth_sample){
        .op = t, .i = place.i, .j = place.j, .answer = x->script->first[t] + at};
    arb_init(truth->samples[truth->count++].exact);
    x->taken[at] = 1;
    x->seen[place.i] = x->changes + 1;
    x->left -= cost;
}

/* Both sides of the edges of blocks, then the sample; what is left at the end belongs to others. */
static void take_inner(struct chooser *x, size_t t, size_t count, size_t sample)
{
    const double reserve = x->left - x->left / (double)x->asks;
    for (size_t block = 128; block >= 8; block /= 2)
        for (size_t edge = block; edge < count; edge += block) {
            take(x, t, edge - 1, x->left - reserve);
            take(x, t, edge, x->left - reserve);
        }
    for (size_t s = 0; s < count && sample >= count; s++)
        take(x, t, s, x->left - reserve);
    for (size_t s = 0; s < sample && sample < count; s++)
        take(x, t, random_below(x->rng, count), x->left - reserve);
}

static void choose(struct chooser *x, size_t t, size_t sample)
{
    const size_t count = x->script->first[t + 1] - x->script->first[t];
    x->taken = allocate_array(count, 1);
    take(x, t, 0, x->left);
    take(x, t, count - 1, x->left);
    take_inner(x, t, count, sample);
    free(x->taken);
    x->asks--;
}

static void follow(struct chooser *x, const struct trace_op *op)
{
    if (trace_forms[op->kind].matrix == TRACE_K)
        x->changes++;
    else if (trace_forms[op->kind].matrix == TRACE_Q)
        x->seen[op->i] = 0;
}

void truth_choose(struct truth *truth, const struct check_case *c, const struct script *script,
                  const struct truth_plan *plan)
{
    struct chooser x = {.truth = truth, .c = c, .script = script, .left = plan->budget};
    x.rng = random_open(plan->seed, 0);
    x.seen = allocate_array(c->input.problem.m, sizeof *x.seen);
    for (size_t t = 0; t < c->count; t++)
        x.asks += trace_asks(c->ops + t);
    for (size_t t = 0; t < c->count; t++)
        if (trace_asks(c->ops + t))
            choose(&x, t, plan->sample);
        else if (script->expected[t] == ODAMV_OK)
            follow(&x, c->ops + t);
    gsl_rng_free(x.rng);
    free(x.seen);
}
