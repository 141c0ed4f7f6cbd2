/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "temper.h"
#include "harness/ground/random.h"
#include "model.h"

#include <float.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

static double pick(gsl_rng *rng, const double *table, size_t count)
{
    return table[random_below(rng, count)];
}

const size_t temper_edges[TEMPER_EDGES] = {8, 16, 64, 128, 256};

size_t temper_ordinary(const struct generate_options *options)
{
    const size_t quarter = options->largest / 4;
    const size_t block = options->largest < TEMPER_BLOCK ? options->largest : TEMPER_BLOCK;
    return quarter > block ? quarter : block;
}

static struct trace_shape any_shape(gsl_rng *rng, size_t largest)
{
    const size_t tiny = largest < 3 ? largest : 3;
    struct trace_shape shape = {1, 1, 1, 1};
    size_t *const extents[] = {&shape.m, &shape.n, &shape.d, &shape.p};
    const size_t style = random_below(rng, 8);
    for (size_t x = 0; x < TEMPER_EXTENTS && style > 0; x++)
        *extents[x] = style < 3 ? 1 + random_below(rng, tiny) : random_size(rng, largest);
    if (style == 3 || style == 4) { /* the paper's */
        shape.n = shape.m;
        shape.p = shape.d;
    }
    return shape;
}

enum { SIDES = 2 * TEMPER_EXTENTS * TEMPER_EDGES };
/* What follows them in the turn. */
enum { LONG_K = SIDES, LONG_V, ABOVE_N, ABOVE_N_AGAIN, MANY, MANY_AGAIN, TURN };
_Static_assert(8 * TURN / 2 == TEMPER_TURN && TURN % 2 == 0, "the turn of temper.h");

/* The place of a case in the turn, from 0; TURN for most cases, which are anywhere. */
static size_t turn_of(unsigned long number)
{
    const unsigned long half = number % 8 == 3 ? 0 : number % 8 == 6 ? 1 : 2;
    return half < 2 ? (2 * (number / 8) + half) % TURN : TURN;
}

/* One extent at its edge, the others mostly small. False: the edge is too large. */
static bool edge_shape(gsl_rng *rng, size_t largest, size_t turn, struct trace_shape *shape)
{
    size_t *const extents[] = {&shape->m, &shape->n, &shape->d, &shape->p};
    const size_t edge = temper_edges[turn / TEMPER_EXTENTS % TEMPER_EDGES];
    const bool beyond = turn >= SIDES / 2;
    const size_t most = random_below(rng, 4) ? 8 : TEMPER_BLOCK + 1;
    if (edge + beyond > largest)
        return false;
    for (size_t x = 0; x < TEMPER_EXTENTS; x++)
        *extents[x] = random_size(rng, most < largest ? most : largest);
    *extents[turn % TEMPER_EXTENTS] = beyond ? edge + 1 : edge - random_below(rng, 2);
    return true;
}

static struct trace_shape choose_shape(struct temper *temper, gsl_rng *rng,
                                       const struct generate_options *options, size_t turn)
{
    struct trace_shape shape = any_shape(rng, temper_ordinary(options));
    if (turn < SIDES && edge_shape(rng, options->largest, turn, &shape))
        temper->place = TEMPER_EDGE;
    else if (turn == LONG_K || turn == LONG_V)
        temper->place = turn == LONG_K ? TEMPER_LONG_K : TEMPER_LONG_V;
    else if (turn == ABOVE_N || turn == ABOVE_N_AGAIN)
        temper->place = TEMPER_ABOVE_N;
    else if (turn == MANY || turn == MANY_AGAIN) {
        const size_t tiny = options->largest < 3 ? options->largest : 3;
        temper->place = TEMPER_MANY;
        shape = (struct trace_shape){options->largest, options->largest,
                                     1 + random_below(rng, tiny), 1 + random_below(rng, tiny)};
    }
    if (temper->place == TEMPER_LONG_K || temper->place == TEMPER_LONG_V) {
        const size_t n = TEMPER_BLOCK + 6 + random_below(rng, TEMPER_BLOCK);
        shape.n = n < options->largest ? n : options->largest;
        if (random_below(rng, 2)) { /* products of blocks that go in parts */
            const size_t side = 20 + random_below(rng, 29);
            shape.m = side < options->largest ? side : options->largest;
            shape.p = shape.m - random_below(rng, (shape.m + 1) / 2);
        }
    }
    return shape;
}

/* Thresholds, some of them such that n is the threshold, one less or one more. */
static size_t choose_threshold(const struct temper *temper, gsl_rng *rng, size_t n)
{
    const size_t thresholds[] = {1, 2, 3, 4, (n + 1) / 2, n - (n > 1), n, n + 1, 0};
    if (temper->place == TEMPER_LONG_K || temper->place == TEMPER_LONG_V)
        return TEMPER_BLOCK + 1 + random_below(rng, 2 * TEMPER_BLOCK);
    if (temper->place == TEMPER_ABOVE_N)
        return n + 1 + random_below(rng, n);
    return thresholds[random_below(rng, COUNT(thresholds))];
}

void temper_options(gsl_rng *rng, struct check_case *c, size_t threshold)
{
    static const char *const schemes[] = {"strassen",
                                          "winograd",
                                          "dps222",
                                          "hk323",
                                          "hk424",
                                          "3x3x2",
                                          "plain-2x3x2",
                                          "4x4x2",
                                          "plain-1x2x1*strassen",
                                          "winograd*plain-1x1x2"};
    c->input.options.threshold = threshold;
    c->input.options.no_coalesce = random_below(rng, 2) == 0;
    if (random_below(rng, 3) == 0) {
        case_set_matmul(c, schemes[random_below(rng, COUNT(schemes))]);
        c->input.options.leaf = 1 + random_below(rng, 8);
    }
}

static double grid(gsl_rng *rng)
{
    return ((double)random_below(rng, 17) - 8) / 4;
}

static double extreme(gsl_rng *rng)
{
    static const double table[] = {
        ODAMV_VALUE_MAX, -ODAMV_VALUE_MAX, 0x1p-1074, -DBL_MIN, -0.0, 0.0, 0x1p-600, 3.0, 1.0};
    return pick(rng, table, COUNT(table));
}

/* The change of the entry after which a logit with it is just within the largest, or just beyond. */
static double edge(gsl_rng *rng, const struct model *model, const struct trace_op *op)
{
    static const double table[] = {0.9, -0.9, 0.999, -1.001, 1.1, -1.1};
    const bool of_k = trace_forms[op->kind].matrix == TRACE_K;
    const struct trace_op other = {
        .kind = of_k ? TRACE_SET_Q : TRACE_SET_K,
        .i = random_below(rng, of_k ? model->problem.m : model->problem.n),
        .j = op->j};
    const double factor = model->problem.scale * *model_entry(model, &other);
    return factor == 0 ? 0 : pick(rng, table, COUNT(table)) * (ODAMV_LOGIT_MAX / factor);
}

static double jump(gsl_rng *rng, bool any)
{
    static const double table[] = {0,   1,   -1,   2,    20,   -40,  100,  -100,
                                   300, 690, -600, 1000, -1e5, 1e15, 1e30, -1e30};
    return pick(rng, table, any ? COUNT(table) : 8) * (1 - 0.01 * gsl_rng_uniform(rng));
}

/* Scale and sigma such that logits have standard deviation `spread`. */
static void choose_scale(struct temper *temper, gsl_rng *rng, struct odamv_problem *problem)
{
    static const double spreads[] = {10, 20, 40};
    const double d = (double)problem->d;
    const double spread = temper->kind == TEMPER_WIDE ? pick(rng, spreads, COUNT(spreads)) : 1;
    const double scales[] = {1, 1 / sqrt(d), 1 / d};
    problem->scale = pick(rng, scales, COUNT(scales));
    temper->sigma = sqrt(spread / (problem->scale * sqrt(d)));
    if (random_below(rng, 32) == 0)
        problem->scale = random_below(rng, 2) ? 0 : -problem->scale;
}

static void fill_ordinary(const struct temper *temper, gsl_rng *rng, struct check_case *c)
{
    struct trace_problem *in = &c->input;
    const bool on_grid = temper->kind == TEMPER_GRID, values = temper->kind == TEMPER_EXTREME;
    struct matrix *const matrices[] = {&in->q, &in->k, &in->v};
    for (size_t x = 0; x < COUNT(matrices); x++)
        for (size_t e = 0; e < matrices[x]->rows * matrices[x]->cols; e++)
            matrices[x]->data[e] = on_grid ? grid(rng)
                                   : x == 2 && values
                                       ? extreme(rng)
                                       : gsl_ran_gaussian_ziggurat(rng, x == 2 ? 1 : temper->sigma);
}

/* The feature whose term is minus that of feature f; f itself: there is none. Of four features the
 * terms come as x, y, -x, -y, so that what a sum of pairs loses of x + y is all that is left. */
static size_t partner(size_t d, size_t f)
{
    return d < 4 ? (f < 2 ? 1 - f : f) : f < 4 ? (f + 2) % 4 : f;
}

/* Q has the same large number at a feature and at its partner, K has two that cancel: numbers of few
 * bits, or of 53 and so large that a sum of pairs loses more than an answer does otherwise; but that
 * only where an engine that then knows nothing of a weight has the hull to answer with. */
static void fill_cancelling(struct temper *temper, gsl_rng *rng, struct check_case *c)
{
    struct trace_problem *in = &c->input;
    const size_t d = in->problem.d, pairs = d < 4 ? 1 : 2;
    const bool far = d >= 4 && in->problem.normalised && random_below(rng, 3) == 0;
    const int high = 20 + (int)random_below(rng, 13);
    temper->cancel = ldexp(1, (int)random_below(rng, 31) + (far ? 20 : 0));
    for (size_t i = 0; i < in->problem.m; i++)
        for (size_t f = 0; f < pairs; f++)
            in->q.data[i * d + f] = in->q.data[i * d + partner(d, f)] =
                temper->cancel * (far ? 1 + gsl_rng_uniform(rng) : 1);
    for (size_t s = 0; s < in->problem.n; s++)
        for (size_t f = 0; f < pairs; f++) {
            const double x = far ? ldexp(gsl_rng_uniform(rng) - 0.5, high) : ldexp(grid(rng), 10);
            in->k.data[s * d + f] = x;
            in->k.data[s * d + partner(d, f)] = -x;
        }
}

/* The kinds that have shapes of their own. False: it is none of them, at a place of the turn neither. */
static bool opens_itself(struct temper *temper, gsl_rng *rng,
                         const struct generate_options *options, struct check_case *c)
{
    const bool tiny = temper->kind == TEMPER_TINY;
    if (!tiny && temper->kind != TEMPER_SWING)
        return false;
    if (temper->place != TEMPER_ANYWHERE) {
        temper->kind = TEMPER_ORDINARY;
        return false;
    }
    case_close(c);
    temper->burst = tiny ? temper_tiny_problem(&temper->tiny, rng, options->largest, c)
                         : temper_swing_problem(&temper->swing, rng, options->largest, c);
    return true;
}

void temper_problem(struct temper *temper, gsl_rng *rng, const struct generate_options *options,
                    unsigned long number, struct check_case *c)
{
    struct odamv_problem *problem = &c->input.problem;
    struct trace_shape shape;
    *temper = (struct temper){.place = TEMPER_ANYWHERE};
    shape = choose_shape(temper, rng, options, turn_of(number));
    case_open(c, &shape);
    /* half of all cases are ordinary */
    temper->kind = (enum temper_kind)random_below(rng, 2 * TEMPER_KINDS);
    if (temper->kind >= TEMPER_KINDS || (options->ordinary && temper->kind > TEMPER_GRID))
        temper->kind = TEMPER_ORDINARY;
    if (temper->kind == TEMPER_CANCEL && shape.d < 2)
        temper->kind = TEMPER_JUMPS;
    if (options->tiny)
        temper->kind = TEMPER_TINY;
    if (opens_itself(temper, rng, options, c))
        return;
    problem->normalised = random_below(rng, 3) > 0;
    temper->far = problem->normalised || random_below(rng, 4) == 0;
    temper_options(rng, c, choose_threshold(temper, rng, shape.n));
    choose_scale(temper, rng, problem);
    fill_ordinary(temper, rng, c);
    if (temper->kind == TEMPER_CANCEL)
        fill_cancelling(temper, rng, c);
}

static double feature(const struct temper *temper, gsl_rng *rng, const struct model *model,
                      const struct trace_op *op)
{
    const bool of_k = trace_forms[op->kind].matrix == TRACE_K;
    const double old = *model_entry(model, op);
    if (temper->kind == TEMPER_JUMPS && temper->far && random_below(rng, of_k ? 8 : 3) == 0)
        return edge(rng, model, op);
    if (temper->kind == TEMPER_JUMPS && random_below(rng, of_k ? 2 : 4) == 0)
        return jump(rng, temper->far);
    if (temper->kind == TEMPER_CANCEL && partner(model->problem.d, op->j) != op->j) {
        const struct trace_op other = {
            .kind = op->kind, .i = op->i, .j = partner(model->problem.d, op->j)};
        const double opposite = *model_entry(model, &other);
        return of_k ? -opposite + gsl_ran_gaussian_ziggurat(rng, 2) / temper->cancel : opposite;
    }
    return random_below(rng, 3) ? 0.9 * old + gsl_ran_gaussian_ziggurat(rng, 0.4 * temper->sigma)
                                : gsl_ran_gaussian_ziggurat(rng, temper->sigma);
}

double temper_value(struct temper *temper, gsl_rng *rng, const struct model *model,
                    const struct trace_op *op)
{
    static const double specials[] = {0.0, -0.0, 1.0, -1.0, 0.5, 0x1p-1074, 1e-300, -0x1p-40};
    const bool of_v = trace_forms[op->kind].matrix == TRACE_V;
    const double old = *model_entry(model, op);
    const size_t habit = random_below(rng, 8);
    if (temper->kind == TEMPER_GRID)
        return grid(rng);
    if (temper->kind == TEMPER_TINY)
        return temper_tiny_value(&temper->tiny, rng, model, op);
    if (temper->kind == TEMPER_SWING)
        return temper_swing_value(&temper->swing, rng, model, op);
    if (habit == 0)
        return old;
    if (of_v && temper->kind == TEMPER_EXTREME)
        return extreme(rng);
    if (habit == 1 && temper->kind != TEMPER_CANCEL)
        return pick(rng, specials, COUNT(specials)) * (of_v ? 1 : temper->sigma);
    if (!of_v)
        return feature(temper, rng, model, op);
    return random_below(rng, 2) ? old + gsl_ran_gaussian_ziggurat(rng, 0.1)
                                : gsl_ran_gaussian_ziggurat(rng, 1);
}

double temper_refused(gsl_rng *rng, bool of_v)
{
    const double limit = of_v ? ODAMV_VALUE_MAX : ODAMV_FEATURE_MAX;
    const double table[] = {nextafter(limit, INFINITY), -2 * limit, DBL_MAX, -DBL_MAX};
    return pick(rng, table, COUNT(table));
}
