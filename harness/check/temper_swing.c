/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "temper_swing.h"

#include <math.h>

#include "harness/ground/random.h"

static const double PEAK = 20; /* e^20 is 2^28.9 */

static size_t below(size_t most, size_t largest)
{
    return most < largest ? most : largest;
}

static double entry(const struct temper_swing *swing, gsl_rng *rng)
{
    const int power = swing->low + (int)random_below(rng, (size_t)swing->wide + 1);
    const double size = ldexp(1, power) * (random_below(rng, 2) ? 1 : 1 + gsl_rng_uniform(rng));
    return random_below(rng, 4) ? size : -size;
}

static void choose_values(struct temper_swing *swing, gsl_rng *rng)
{
    static const int lows[] = {0, -3, -30, -1074}, wides[] = {0, 3, 60, 3};
    const size_t which = random_below(rng, swing->sorts ? 2 : 4);
    swing->low = lows[which];
    swing->wide = wides[which];
}

static double logit(struct temper_swing *swing, gsl_rng *rng)
{
    if (random_below(rng, 6) == 0)
        swing->high = !swing->high;
    return (swing->high ? PEAK : 0) - (random_below(rng, 3) ? 0.5 * gsl_rng_uniform(rng) : 0);
}

static void open_sorts(gsl_rng *rng, size_t largest, struct check_case *c)
{
    static const char *const schemes[] = {"strassen", "winograd", "hk323", "hk424"};
    const struct trace_shape shape = {below(8 + random_below(rng, 33), largest),
                                      below(8 + random_below(rng, 33), largest), below(2, largest),
                                      below(8 + random_below(rng, 33), largest)};
    case_open(c, &shape);
    case_set_matmul(c, schemes[random_below(rng, sizeof schemes / sizeof *schemes)]);
    c->input.options.leaf = 1;
    c->input.options.threshold = 16 + random_below(rng, 49);
    c->input.options.no_coalesce = random_below(rng, 4) > 0;
}

static void open_few(gsl_rng *rng, size_t largest, struct check_case *c)
{
    const struct trace_shape shape = {random_size(rng, below(3, largest)),
                                      random_size(rng, below(5, largest)), 1,
                                      random_size(rng, below(3, largest))};
    case_open(c, &shape);
    c->input.options.threshold = random_below(rng, shape.n + 3);
    c->input.options.no_coalesce = random_below(rng, 2) == 0;
}

size_t temper_swing_problem(struct temper_swing *swing, gsl_rng *rng, size_t largest,
                            struct check_case *c)
{
    struct trace_problem *in = &c->input;
    *swing = (struct temper_swing){.sorts = random_below(rng, 3) == 0};
    if (swing->sorts)
        open_sorts(rng, largest, c);
    else
        open_few(rng, largest, c);
    choose_values(swing, rng);
    in->problem.normalised = random_below(rng, 2) == 0;
    for (size_t i = 0; i < in->q.rows; i++) {
        const size_t sort = random_below(rng, in->q.cols);
        for (size_t f = 0; f < in->q.cols; f++)
            in->q.data[i * in->q.cols + f] = f == sort;
    }
    for (size_t e = 0; e < in->k.rows * in->k.cols; e++)
        in->k.data[e] = e % in->k.cols == 0 ? logit(swing, rng) : gsl_rng_uniform(rng);
    for (size_t e = 0; e < in->v.rows * in->v.cols; e++)
        in->v.data[e] = entry(swing, rng);
    return swing->sorts ? c->input.options.threshold + random_below(rng, 70) : 0;
}

double temper_swing_value(struct temper_swing *swing, gsl_rng *rng, const struct model *model,
                          const struct trace_op *op)
{
    if (trace_forms[op->kind].matrix == TRACE_V)
        return entry(swing, rng);
    if (trace_forms[op->kind].matrix == TRACE_Q)
        return model->problem.d == 1 ? 1 : (double)random_below(rng, 2);
    return op->j == 0 ? logit(swing, rng) : gsl_rng_uniform(rng);
}
