/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "temper_tiny.h"

#include <gsl/gsl_randist.h>
#include <math.h>

#include "harness/ground/random.h"

/* From this extent on a level of dps222 saves multiplications, its coefficients' included. */
enum { BROAD = 46 };

#define COUNT(table) (sizeof(table) / sizeof *(table))

static double entry(const struct temper_tiny *tiny, gsl_rng *rng)
{
    return ldexp(2 * gsl_rng_uniform(rng) - 1, tiny->power - (int)random_below(rng, 3));
}

/* Where a value vanishes once it is multiplied by 2^-53, which the records of one key show; where
 * halves of values do, which folds show; or anywhere. */
static int choose_power(gsl_rng *rng, bool broad)
{
    if (random_below(rng, 3) == 0)
        return -1074 + (int)random_below(rng, 174);
    return (broad ? -1072 : -1030) + (int)random_below(rng, broad ? 28 : 10);
}

static size_t open_broad(gsl_rng *rng, size_t largest, struct check_case *c)
{
    const size_t spare = largest - BROAD < 18 ? largest - BROAD : 18;
    const struct trace_shape shape = {BROAD + random_below(rng, spare + 1),
                                      BROAD + random_below(rng, spare + 1), 1,
                                      BROAD + random_below(rng, spare + 1)};
    case_open(c, &shape);
    case_set_matmul(c, "dps222");
    c->input.options.leaf = BROAD / 2;
    c->input.options.threshold = BROAD;
    c->input.options.no_coalesce = random_below(rng, 4) > 0;
    return BROAD + 2 + random_below(rng, BROAD);
}

static size_t open_small(gsl_rng *rng, size_t largest, struct check_case *c)
{
    static const char *const schemes[] = {"strassen", "winograd", "dps222", "hk323"};
    const size_t most = largest < 6 ? largest : 6;
    const struct trace_shape shape = {random_size(rng, most), random_size(rng, most / 2 + 1),
                                      1 + random_below(rng, largest < 2 ? largest : 2),
                                      random_size(rng, most)};
    case_open(c, &shape);
    case_set_matmul(c, schemes[random_below(rng, COUNT(schemes))]);
    c->input.options.leaf = 1;
    c->input.options.threshold = random_below(rng, shape.n + 3);
    c->input.options.no_coalesce = random_below(rng, 4) == 0;
    return random_below(rng, 8);
}

size_t temper_tiny_problem(struct temper_tiny *tiny, gsl_rng *rng, size_t largest,
                           struct check_case *c)
{
    struct trace_problem *in = &c->input;
    const bool broad = largest >= BROAD && random_below(rng, 3) == 0;
    const size_t burst = broad ? open_broad(rng, largest, c) : open_small(rng, largest, c);
    tiny->power = choose_power(rng, broad);
    in->problem.normalised = random_below(rng, 8) == 0;
    for (size_t e = 0; e < in->q.rows * in->q.cols; e++)
        in->q.data[e] = 1;
    for (size_t e = 0; e < in->k.rows * in->k.cols; e++)
        in->k.data[e] = gsl_rng_uniform(rng);
    for (size_t e = 0; e < in->v.rows * in->v.cols; e++)
        in->v.data[e] = entry(tiny, rng);
    return burst;
}

/* Logits that are far above those at the start, then less, so that the roundings of a record outweigh
 * what is left of it; but never so much less that D loses its accuracy. */
static double logit(gsl_rng *rng, double before)
{
    if (random_below(rng, 8) == 0)
        return 60 * gsl_rng_uniform(rng);
    return (before > 55 ? 46 : 57) + (before > 55 ? 8 : 3) * gsl_rng_uniform(rng);
}

double temper_tiny_value(const struct temper_tiny *tiny, gsl_rng *rng, const struct model *model,
                         const struct trace_op *op)
{
    const size_t d = model->problem.d;
    double others = 0;
    if (trace_forms[op->kind].matrix == TRACE_V)
        return entry(tiny, rng);
    if (trace_forms[op->kind].matrix == TRACE_Q)
        return random_below(rng, 3) ? 1 : 0.5;
    for (size_t f = 0; f < d; f++)
        others += f == op->j ? 0 : model->k[op->i * d + f];
    return logit(rng, others + *model_entry(model, op)) - others;
}
