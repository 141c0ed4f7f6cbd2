/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "laws.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/ground/allocate.h"
#include "harness/ground/random.h"
#include "model.h"
#include "script.h"

enum { ROWS = 12, FEATURES = 8, COLUMNS = 4, HISTORY = 20 };

/* A law under construction. `now` follows the operations. */
struct draft {
    struct law_case *law;
    gsl_rng *rng;
    struct model now;
    bool fixed_q;
};

static double grid(gsl_rng *rng)
{
    return ((double)random_below(rng, 4097) - 2048) * 0x1p-10;
}

static void set(struct draft *d, enum trace_kind kind, size_t i, size_t j, double value)
{
    const struct trace_op op = {.kind = kind, .i = i, .j = j, .value = value};
    case_push(&d->law->c, &op);
    model_step(&d->now, &op, NULL);
}

/* A random cell, as an operation without a value. */
static struct trace_op some_cell(struct draft *d)
{
    static const enum trace_kind kinds[] = {TRACE_SET_K, TRACE_SET_K, TRACE_SET_V, TRACE_SET_V,
                                            TRACE_SET_Q};
    const struct trace_shape shape = trace_shape_of(&d->now.problem);
    const enum trace_kind kind = kinds[random_below(d->rng, d->fixed_q ? 4 : 5)];
    const struct trace_form *form = &trace_forms[kind];
    struct trace_op op = {.kind = kind};
    op.i = random_below(d->rng, trace_extent_of(&shape, form->first_extent));
    op.j = random_below(d->rng, trace_extent_of(&shape, form->second_extent));
    return op;
}

static void history(struct draft *d)
{
    for (int t = 0; t < HISTORY; t++) {
        const struct trace_op op = some_cell(d);
        set(d, op.kind, op.i, op.j, grid(d->rng));
    }
}

/* Asks for every entry, row by row; returns the first of these m operations. */
static size_t ask_all(struct draft *d)
{
    const size_t first = d->law->c.count;
    for (size_t i = 0; i < d->now.problem.m; i++)
        case_push(&d->law->c, &(struct trace_op){.kind = TRACE_QUERY_ROW, .i = i});
    return first;
}

static void relate(struct draft *d, const struct law_relation *relation)
{
    struct law_case *law = d->law;
    if (law->count == law->capacity) {
        law->capacity = 2 * law->capacity + 64;
        law->relations = allocate_again(law->relations, law->capacity, sizeof *law->relations);
    }
    law->relations[law->count++] = *relation;
}

/* factor1 x1 + factor2 x2 + factor3 x3 = 0 for every entry of up to three readings. */
static void relate_all(struct draft *d, size_t terms, const size_t *first, const double *factor)
{
    const struct odamv_problem *a = &d->now.problem;
    for (size_t i = 0; i < a->m; i++)
        for (size_t j = 0; j < a->p; j++) {
            struct law_relation relation = {.terms = terms};
            for (size_t x = 0; x < terms; x++)
                relation.term[x] = (struct law_term){first[x] + i, j, factor[x]};
            relate(d, &relation);
        }
}

static void relate_same(struct draft *d, size_t one, size_t other)
{
    relate_all(d, 2, (const size_t[]){one, other}, (const double[]){1, -1});
}

static void set_matrix(struct draft *d, enum trace_kind kind, size_t rows, size_t columns,
                       const double *entries)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < columns; j++)
            set(d, kind, r, j, entries[r * columns + j]);
}

static void law_undo(struct draft *d)
{
    const size_t before = ask_all(d);
    for (int t = 0; t < HISTORY; t++) {
        const struct trace_op op = some_cell(d);
        const double old = *model_entry(&d->now, &op);
        set(d, op.kind, op.i, op.j, old + grid(d->rng));
        set(d, op.kind, op.i, op.j, old);
    }
    relate_same(d, before, ask_all(d));
}

static void law_return(struct draft *d)
{
    const struct odamv_problem *a = &d->now.problem;
    const size_t before = ask_all(d);
    struct model old;
    model_open(&old, a);
    history(d);
    set_matrix(d, TRACE_SET_V, a->n, a->p, old.v);
    set_matrix(d, TRACE_SET_K, a->n, a->d, old.k);
    if (!d->fixed_q)
        set_matrix(d, TRACE_SET_Q, a->m, a->d, old.q);
    relate_same(d, before, ask_all(d));
    model_close(&old);
}

static void law_shift(struct draft *d)
{
    const struct odamv_problem *a = &d->now.problem;
    const size_t before = ask_all(d);
    for (size_t f = 0; f < a->d; f++) {
        const double c = 4 * grid(d->rng);
        for (size_t s = 0; s < a->n; s++)
            set(d, TRACE_SET_K, s, f, d->now.k[s * a->d + f] + c);
    }
    relate_same(d, before, ask_all(d));
}

static void law_constant(struct draft *d)
{
    const struct odamv_problem *a = &d->now.problem;
    const size_t j = random_below(d->rng, a->p);
    size_t first;
    history(d);
    for (size_t s = 0; s < a->n; s++)
        set(d, TRACE_SET_V, s, j, 0.1);
    first = ask_all(d);
    for (size_t i = 0; i < a->m; i++)
        relate(d, &(struct law_relation){1, {{first + i, j, 1}}, 0.1, 0.1});
}

static void law_hull(struct draft *d)
{
    const struct odamv_problem *a = &d->now.problem;
    const size_t first = ask_all(d);
    for (size_t j = 0; j < a->p; j++) {
        double low = INFINITY, high = -INFINITY;
        for (size_t s = 0; s < a->n; s++) {
            low = fmin(low, d->now.v[s * a->p + j]);
            high = fmax(high, d->now.v[s * a->p + j]);
        }
        for (size_t i = 0; i < a->m; i++)
            relate(d, &(struct law_relation){1, {{first + i, j, 1}}, low, high});
    }
}

static void law_permutation(struct draft *d)
{
    const struct odamv_problem *a = &d->now.problem;
    const size_t before = ask_all(d);
    size_t *order = allocate_array(a->n, sizeof *order);
    struct model old;
    model_open(&old, a);
    for (size_t s = 0; s < a->n; s++)
        order[s] = s;
    gsl_ran_shuffle(d->rng, order, a->n, sizeof *order);
    for (size_t s = 0; s < a->n; s++) {
        for (size_t f = 0; f < a->d; f++)
            set(d, TRACE_SET_K, s, f, old.k[order[s] * a->d + f]);
        for (size_t j = 0; j < a->p; j++)
            set(d, TRACE_SET_V, s, j, old.v[order[s] * a->p + j]);
    }
    relate_same(d, before, ask_all(d));
    model_close(&old);
    free(order);
}

static void law_linearity(struct draft *d)
{
    const struct odamv_problem *a = &d->now.problem;
    const size_t count = a->n * a->p;
    double *one = allocate_copy(d->now.v, count, sizeof *one);
    size_t first[3] = {ask_all(d), 0, 0};
    for (size_t e = 0; e < count; e++)
        set(d, TRACE_SET_V, e / a->p, e % a->p, grid(d->rng));
    first[1] = ask_all(d);
    for (size_t e = 0; e < count; e++)
        set(d, TRACE_SET_V, e / a->p, e % a->p, 3 * one[e] - 2 * d->now.v[e]);
    first[2] = ask_all(d);
    relate_all(d, 3, first, (const double[]){3, -2, -1});
    free(one);
}

static void law_lines(struct draft *d)
{
    const struct odamv_problem *a = &d->now.problem;
    const size_t rows = ask_all(d);
    for (size_t j = 0; j < a->p; j++) {
        const size_t column = d->law->c.count;
        case_push(&d->law->c, &(struct trace_op){.kind = TRACE_QUERY_COLUMN, .j = j});
        for (size_t i = 0; i < a->m; i++) {
            const size_t entry = d->law->c.count;
            case_push(&d->law->c, &(struct trace_op){.kind = TRACE_QUERY, .i = i, .j = j});
            relate(d, &(struct law_relation){2, {{rows + i, j, 1}, {entry, 0, -1}}, 0, 0});
            relate(d, &(struct law_relation){2, {{column, i, 1}, {entry, 0, -1}}, 0, 0});
        }
    }
}

static const struct {
    const char *name;
    void (*build)(struct draft *d);
    bool normalised; /* holds for normalised answers only */
} laws[] = {
    {"undo", law_undo, false},
    {"return", law_return, false},
    {"shift", law_shift, true},
    {"constant", law_constant, true},
    {"hull", law_hull, true},
    {"permutation", law_permutation, false},
    {"linearity", law_linearity, false},
    {"lines", law_lines, false},
};
enum { LAWS = sizeof laws / sizeof *laws };

static void fill(gsl_rng *rng, struct matrix *matrix)
{
    for (size_t e = 0; e < matrix->rows * matrix->cols; e++)
        matrix->data[e] = grid(rng);
}

static size_t at_most(size_t size, size_t most)
{
    return size < most ? size : most;
}

void law_open(struct law_case *law, const struct generate_options *options, unsigned long number)
{
    gsl_rng *rng = random_open(options->seed, number);
    const size_t which = random_below(rng, LAWS), most = at_most(options->largest, TEMPER_BLOCK);
    const struct trace_shape shape = {random_size(rng, at_most(ROWS, most)), random_size(rng, most),
                                      random_size(rng, at_most(FEATURES, most)),
                                      random_size(rng, at_most(COLUMNS, most))};
    struct draft d = {.law = law, .rng = rng, .fixed_q = options->fixed_q};
    struct trace_problem *in = &law->c.input;
    *law = (struct law_case){.name = laws[which].name};
    case_open(&law->c, &shape);
    in->problem.scale = 1 / sqrt((double)shape.d);
    in->problem.normalised = laws[which].normalised || random_below(rng, 3) > 0;
    in->options.threshold = random_below(rng, 2) ? 0 : random_size(rng, shape.n + 1);
    in->options.no_coalesce = random_below(rng, 2) == 0;
    fill(rng, &in->q);
    fill(rng, &in->k);
    fill(rng, &in->v);
    model_open(&d.now, &in->problem);
    history(&d);
    laws[which].build(&d);
    model_close(&d.now);
    gsl_rng_free(rng);
}

void law_close(struct law_case *law)
{
    case_close(&law->c);
    free(law->relations);
    *law = (struct law_case){0};
}

static size_t place_of(const struct script *script, const struct law_term *term)
{
    return script->first[term->op] + term->place;
}

/* Up to the bounds, and the rounding of this sum. */
static bool holds(const struct law_relation *relation, const struct examiner *x,
                  const struct script *script)
{
    double sum = 0, slack = 0, magnitude = fabs(relation->low) + fabs(relation->high);
    for (size_t t = 0; t < relation->terms; t++) {
        const struct law_term *term = relation->term + t;
        const struct odamv_answer *answer = x->box.answers + place_of(script, term);
        const double share = fabs(term->factor);
        double bound = answer->bound;
        if (isinf(bound) && !isnan(x->tolerance))
            bound = x->tolerance * fmax(1, fabs(answer->value));
        sum += term->factor * answer->value;
        slack += share * bound;
        magnitude += share * fabs(answer->value);
    }
    slack += 0x1p-50 * magnitude;
    return sum >= relation->low - slack && sum <= relation->high + slack;
}

/* Which answer of the relation is wrong. */
static struct finding blame(const struct law_case *law, const struct law_relation *relation,
                            const struct examiner *x, const struct script *script)
{
    struct finding finding = {FINDING_LAW, relation->term[0].op, 0, 0, ""};
    arb_t exact;
    arb_init(exact);
    for (size_t t = 0; t < relation->terms && finding.kind == FINDING_LAW; t++) {
        const struct law_term *term = relation->term + t;
        const struct trace_op *op = law->c.ops + term->op;
        const struct odamv_answer *answer = x->box.answers + place_of(script, term);
        const struct trace_place at = trace_place(op, term->place);
        truth_entry(&law->c, script, term->op, at.i, at.j, exact);
        if (judge_is_right(answer, exact, x->tolerance))
            continue;
        finding = (struct finding){FINDING_WRONG, term->op, at.i, at.j, ""};
        judge_describe(&finding, &law->c, answer, exact);
    }
    if (finding.kind == FINDING_LAW)
        snprintf(finding.text, sizeof finding.text, "the law '%s' does not hold", law->name);
    arb_clear(exact);
    return finding;
}

struct finding law_judge(const struct law_case *law, const struct examiner *x,
                         const struct script *script)
{
    const struct sandbox *box = &x->box;
    for (size_t r = 0; r < law->count; r++) {
        const struct law_relation *relation = law->relations + r;
        bool answered = true;
        for (size_t t = 0; t < relation->terms; t++)
            answered &= relation->term[t].op < box->report->step &&
                        box->statuses[relation->term[t].op] == ODAMV_OK;
        if (answered && !holds(relation, x, script))
            return blame(law, relation, x, script);
    }
    return (struct finding){.kind = FINDING_NONE, .op = law->c.count};
}
