/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "counted.h"

#include <math.h>
#include <stdlib.h>

#include "harness/ground/allocate.h"
#include "harness/ground/random.h"
#include "model.h"

enum { SIZE_MOST = 64, OPERATIONS_MOST = 1200 };
static const double LOGIT_MOST = 4;

/* --- recognition ------------------------------------------------------------------------------ */

/* The kinds of a workload, in its order. */
enum part { PART_K, PART_V, PART_Q, PART_ENTRY, PART_COLUMN, PART_ROW };

static enum part part_of(enum trace_kind kind)
{
    if (kind >= TRACE_QUERY)
        return kind == TRACE_QUERY ? PART_ENTRY
                                   : (kind == TRACE_QUERY_COLUMN ? PART_COLUMN : PART_ROW);
    return trace_forms[kind].matrix == TRACE_K   ? PART_K
           : trace_forms[kind].matrix == TRACE_V ? PART_V
                                                 : PART_Q;
}

/* Whether operation number `at` of its part is where the workload has it. */
static bool in_place(const struct odamv_problem *a, const struct trace_op *op, enum part part,
                     size_t at)
{
    switch (part) {
    case PART_K:
        return op->i == at % a->n;
    case PART_V:
        return op->i == at % a->n && op->j == at / a->n % a->p;
    case PART_Q:
        return op->i == at % a->m;
    case PART_ENTRY:
        return op->i == a->m - 1 && op->j == 0;
    case PART_COLUMN:
        return op->j == 0;
    default:
        return op->i == a->m - 1;
    }
}

static void raise_peaks(double *peaks, const double *rows, size_t count, size_t d)
{
    for (size_t e = 0; e < count; e++)
        peaks[e % d] = fmax(peaks[e % d], fabs(rows[e]));
}

/* At least the largest |logit| at any time: features' largest entries of Q times those of K. */
static double reach_of(const struct check_case *c)
{
    const struct odamv_problem *a = &c->input.problem;
    double *peaks = allocate_array(2 * a->d, sizeof *peaks), sum = 0;
    struct model model;
    model_open(&model, a);
    raise_peaks(peaks, model.q, a->m * a->d, a->d);
    raise_peaks(peaks + a->d, model.k, a->n * a->d, a->d);
    for (size_t t = 0; t < c->count; t++) {
        const struct trace_op *op = c->ops + t;
        const enum trace_matrix matrix = trace_forms[op->kind].matrix;
        double value;
        if (trace_asks(op) || model_step(&model, op, &value) != ODAMV_OK)
            continue;
        if (matrix != TRACE_V)
            raise_peaks(peaks + (matrix == TRACE_K ? a->d : 0) + op->j, &value, 1, 1);
    }
    for (size_t f = 0; f < a->d; f++)
        sum += peaks[f] * peaks[a->d + f];
    model_close(&model);
    free(peaks);
    return sum * fabs(a->scale);
}

static bool is_moderate(double value)
{
    return fabs(value) >= 0x1p-12 && fabs(value) <= 0x1p12;
}

static bool values_are_moderate(const struct check_case *c)
{
    const struct odamv_problem *a = &c->input.problem;
    bool fine = true;
    for (size_t e = 0; e < a->n * a->p && fine; e++)
        fine = is_moderate(a->v[e]);
    return fine;
}

/* Whether every update is legal, changes its entry and leaves values moderate. */
static bool all_change(const struct check_case *c, const enum odamv_status *expected)
{
    struct model model;
    bool fine = true;
    model_open(&model, &c->input.problem);
    for (size_t t = 0; t < c->count && fine; t++) {
        double before, value;
        if (trace_asks(c->ops + t))
            continue;
        before = *model_entry(&model, c->ops + t);
        fine = expected[t] == ODAMV_OK && model_step(&model, c->ops + t, &value) == ODAMV_OK &&
               value != before &&
               (trace_forms[c->ops[t].kind].matrix != TRACE_V || is_moderate(value));
    }
    model_close(&model);
    return fine;
}

bool counted_workload(const struct check_case *c, const enum odamv_status *expected,
                      struct odamv_workload *workload)
{
    double *const counts[] = {&workload->updates_k,     &workload->updates_v,
                              &workload->updates_q,     &workload->queries,
                              &workload->query_columns, &workload->query_rows};
    enum part last = PART_K;
    *workload = (struct odamv_workload){.updates_k = 0};
    for (size_t t = 0; t < c->count; t++) {
        const enum part part = part_of(c->ops[t].kind);
        if (part < last || !in_place(&c->input.problem, c->ops + t, part, (size_t)*counts[part]))
            return false;
        ++*counts[part];
        last = part;
    }
    return values_are_moderate(c) && all_change(c, expected) && reach_of(c) <= LOGIT_MOST;
}

/* --- generation ------------------------------------------------------------------------------- */

static double small(gsl_rng *rng)
{
    return ((double)random_below(rng, 2048) - 1023.5) * 0x1p-11;
}

static void fill(gsl_rng *rng, struct matrix *matrix)
{
    for (size_t e = 0; e < matrix->rows * matrix->cols; e++)
        matrix->data[e] = small(rng);
}

static size_t choose_count(gsl_rng *rng, size_t extent, size_t threshold)
{
    const size_t beyond = 70 * extent;
    const size_t counts[] = {0,
                             1,
                             threshold - 1,
                             threshold,
                             threshold + 1,
                             2 * threshold,
                             extent,
                             2 * extent + 1,
                             random_below(rng, 4 * extent + 2),
                             beyond < OPERATIONS_MOST ? beyond + random_below(rng, beyond)
                                                      : extent};
    return counts[random_below(rng, sizeof counts / sizeof *counts)];
}

static void push_updates(struct check_case *c, gsl_rng *rng, enum trace_kind kind, size_t count)
{
    const struct odamv_problem *a = &c->input.problem;
    for (size_t t = 0; t < count; t++) {
        struct trace_op op = {.kind = kind, .i = t % (kind == TRACE_SET_Q ? a->m : a->n)};
        op.j = kind == TRACE_SET_V ? t / a->n % a->p : random_below(rng, a->d);
        op.value = small(rng) + (double)(t + 1) * 0x1p-40; /* no two alike */
        case_push(c, &op);
    }
}

static void push_queries(struct check_case *c, enum trace_kind kind, size_t count)
{
    for (size_t t = 0; t < count; t++)
        case_push(c,
                  &(struct trace_op){.kind = kind,
                                     .i = kind == TRACE_QUERY_COLUMN ? 0 : c->input.problem.m - 1});
}

void counted_case(const struct generate_options *options, unsigned long number,
                  struct check_case *c)
{
    gsl_rng *rng = random_open(options->seed, number);
    const size_t most = options->largest < SIZE_MOST ? options->largest : SIZE_MOST;
    const struct trace_shape shape = {random_size(rng, most), random_size(rng, most),
                                      random_size(rng, most), random_size(rng, most)};
    struct trace_problem *in = &c->input;
    const size_t thresholds[] = {0, 1, 2, 3, (shape.n + 1) / 2, shape.n, shape.n + 1};
    size_t threshold;
    case_open(c, &shape);
    in->problem.scale = 1 / sqrt((double)shape.d);
    in->problem.normalised = random_below(rng, 3) > 0;
    temper_options(rng, c, thresholds[random_below(rng, sizeof thresholds / sizeof *thresholds)]);
    threshold = in->options.threshold ? in->options.threshold : odamv_threshold(shape.n, 0.5);
    fill(rng, &in->q);
    fill(rng, &in->k);
    fill(rng, &in->v);
    push_updates(c, rng, TRACE_SET_K, choose_count(rng, shape.n, threshold));
    if (random_below(rng, 4))
        push_updates(c, rng, TRACE_SET_V, choose_count(rng, shape.n, threshold));
    if (!options->fixed_q && random_below(rng, 2))
        push_updates(c, rng, TRACE_SET_Q, choose_count(rng, shape.m, threshold));
    push_queries(c, TRACE_QUERY, random_below(rng, 9));
    push_queries(c, TRACE_QUERY_COLUMN, random_below(rng, 3));
    push_queries(c, TRACE_QUERY_ROW, 1 + random_below(rng, 2));
    gsl_rng_free(rng);
}
