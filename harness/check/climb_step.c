/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "climb_step.h"

#include <float.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#include "generate.h"
#include "harness/ground/random.h"
#include "script.h"

enum { SETS = 120, OPERATIONS = 140, QUESTIONS = 3, SMALL = 8, LARGE = 64 };

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* --- cases ---------------------------------------------------------------------------------- */

static void insert(struct check_case *c, size_t at, const struct trace_op *op)
{
    case_push(c, op);
    memmove(c->ops + at + 1, c->ops + at, (c->count - 1 - at) * sizeof *c->ops);
    c->ops[at] = *op;
}

/* A column, or an entry where columns are long. */
static struct trace_op question(gsl_rng *rng, const struct check_case *c)
{
    const struct odamv_problem *a = &c->input.problem;
    const bool entry = a->m > SMALL;
    return (struct trace_op){.kind = entry ? TRACE_QUERY : TRACE_QUERY_COLUMN,
                             .i = entry ? random_below(rng, a->m) : 0,
                             .j = random_below(rng, a->p)};
}

static void ask(gsl_rng *rng, struct check_case *c, size_t at)
{
    for (size_t x = 0; x < QUESTIONS; x++) {
        const struct trace_op op = question(rng, c);
        insert(c, at, &op);
    }
}

void climb_step_start(gsl_rng *rng, unsigned long seed, unsigned long number, struct check_case *c)
{
    const bool tiny = random_below(rng, 3) == 0;
    const struct generate_options options = {
        .seed = seed, .largest = tiny || random_below(rng, 8) == 0 ? LARGE : SMALL, .tiny = tiny};
    struct script script;
    size_t kept = 0;
    generate_case(&options, number, c);
    script_open(&script, c);
    for (size_t t = 0; t < c->count && kept < SETS; t++) {
        const struct trace_op *op = c->ops + t;
        if (!trace_asks(op) && script.expected[t] == ODAMV_OK)
            c->ops[kept++] =
                (struct trace_op){trace_set_kind(op->kind), op->i, op->j, script.values[t], 0};
    }
    script_close(&script);
    c->count = kept;
    if (!c->input.options.matmul)
        c->input.options.leaf = 1 + random_below(rng, 4); /* schemes are to be met */
    ask(rng, c, c->count);
    ask(rng, c, random_below(rng, kept + 1));
}

/* --- numbers -------------------------------------------------------------------------------- */

/* Of so many significant bits. */
static double shorten(double x, int bits)
{
    int exponent;
    const double part = frexp(x, &exponent);
    return ldexp(rint(ldexp(part, bits)), exponent - bits);
}

static double change(gsl_rng *rng, double x)
{
    static const double specials[] = {0,           1,           -1,        0.5,
                                      1 + 0x1p-52, 1 - 0x1p-53, 0x1p-1074, 3 * 0x1p-1074,
                                      DBL_MIN,     3,           1.0 / 3,   59.5};
    switch (random_below(rng, 10)) {
    case 0:
        return nextafter(x, random_below(rng, 2) ? INFINITY : -INFINITY);
    case 1:
        return x * (1 + ldexp(gsl_ran_gaussian_ziggurat(rng, 1), -(int)random_below(rng, 50)));
    case 2:
        return ldexp(x, (int)random_below(rng, 7) - 3);
    case 3:
        return -x;
    case 4:
        return x + gsl_ran_gaussian_ziggurat(rng, 1);
    case 5:
        return shorten(x, 1 + (int)random_below(rng, 52));
    case 6:
        return specials[random_below(rng, COUNT(specials))];
    case 7:
        return gsl_ran_gaussian_ziggurat(rng, 1);
    default:
        return x * (1 + 0.1 * gsl_ran_gaussian_ziggurat(rng, 1));
    }
}

static double within(double x, double limit)
{
    return isfinite(x) ? fmin(fmax(x, -limit), limit) : limit;
}

static double limit_of(enum trace_matrix matrix)
{
    return matrix == TRACE_V ? ODAMV_VALUE_MAX : ODAMV_FEATURE_MAX;
}

/* --- steps ---------------------------------------------------------------------------------- */

static void step_operation(gsl_rng *rng, struct check_case *c)
{
    struct trace_op *op = c->ops + random_below(rng, c->count);
    const struct trace_op *other = c->ops + random_below(rng, c->count);
    const struct trace_shape shape = case_shape(c);
    const struct trace_form *form = &trace_forms[op->kind];
    if (random_below(rng, 6) == 0) {
        op->i = random_below(rng, trace_extent_of(&shape, form->first_extent));
        op->j = random_below(rng, trace_extent_of(&shape, form->second_extent));
    } else if (form->number && random_below(rng, 5) == 0 && trace_forms[other->kind].number)
        op->value = within(other->value, limit_of(form->matrix));
    else if (form->number)
        op->value = within(change(rng, op->value), limit_of(form->matrix));
}

/* As many questions as there were: they cost most. */
static void step_order(gsl_rng *rng, struct check_case *c)
{
    const size_t from = random_below(rng, c->count), to = random_below(rng, c->count);
    const struct trace_op moved = c->ops[from];
    const size_t habit = random_below(rng, trace_asks(&moved) ? 2 : 4);
    if (habit == 0) {
        c->ops[from] = c->ops[to];
        c->ops[to] = moved;
        return;
    }
    if (habit == 1 || habit == 2) {
        c->count--;
        memmove(c->ops + from, c->ops + from + 1, (c->count - from) * sizeof *c->ops);
    }
    if ((habit == 1 || habit == 3) && c->count < OPERATIONS)
        insert(c, to < c->count ? to : c->count, &moved);
}

static void step_entry(gsl_rng *rng, struct check_case *c)
{
    struct trace_problem *in = &c->input;
    struct matrix *const matrices[] = {&in->q, &in->k, &in->v, &in->v};
    const size_t which = random_below(rng, COUNT(matrices));
    struct matrix *x = matrices[which];
    const size_t count = x->rows * x->cols, at = random_below(rng, count);
    const double limit = limit_of(which < 2 ? TRACE_Q : TRACE_V);
    const int power = (int)random_below(rng, 9) - 4;
    switch (random_below(rng, 8)) {
    case 0: /* as another */
        x->data[at] = x->data[random_below(rng, count)];
        return;
    case 1: /* all of them */
        for (size_t e = 0; e < count; e++)
            x->data[e] = within(ldexp(x->data[e], power), limit);
        return;
    default:
        x->data[at] = within(change(rng, x->data[at]), limit);
    }
}

static void step_options(gsl_rng *rng, struct check_case *c)
{
    struct odamv_options *options = &c->input.options;
    switch (random_below(rng, 6)) {
    case 0:
        options->no_coalesce = !options->no_coalesce;
        return;
    case 1:
        options->leaf = 1 + random_below(rng, 8);
        return;
    case 2:
        c->input.problem.scale = within(change(rng, c->input.problem.scale), ODAMV_FEATURE_MAX);
        return;
    case 3:
        c->input.problem.normalised = !c->input.problem.normalised;
        return;
    default:
        options->threshold = random_below(rng, c->input.problem.n + 3);
    }
}

void climb_step(gsl_rng *rng, struct check_case *c)
{
    do {
        const size_t kind = random_below(rng, 16);
        if (c->count == 0) {
            const struct trace_op op = question(rng, c);
            case_push(c, &op);
        } else if (kind < 7)
            step_operation(rng, c);
        else if (kind < 11)
            step_entry(rng, c);
        else if (kind < 15)
            step_order(rng, c);
        else
            step_options(rng, c);
    } while (random_below(rng, 3) == 0);
}
