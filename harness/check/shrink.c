/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shrink.h"

#include <math.h>

#include "check_edit.h"
#include "engines/numerics/clock.h"

/* What a hanging engine costs per attempt, at most. */
static const double HANG_SECONDS = 0.5;

struct search {
    struct shrink *result;
    struct check_case *best; /* fails */
    enum finding_kind kind;
    double until;
};

static bool over(const struct search *s)
{
    const struct shrink *r = s->result;
    return (r->stop && *r->stop) || clock_seconds() > s->until;
}

/* Takes the candidate for the best case when it fails, else closes it. */
static bool accept(struct search *s, struct check_case *candidate)
{
    struct judge_tally ignored = {0};
    struct finding finding = {.kind = FINDING_NONE};
    if (!over(s)) {
        s->result->attempts++;
        finding = examine_alone(s->result->examiner, s->result->engine, candidate, &ignored);
    }
    if (finding.kind != s->kind) {
        case_close(candidate);
        return false;
    }
    s->result->finding = finding;
    case_close(s->best);
    *s->best = *candidate;
    return true;
}

static bool drop(struct search *s, enum case_part part, size_t from, size_t count)
{
    struct check_case candidate;
    case_copy(&candidate, s->best);
    case_drop(&candidate, part, from, count);
    return accept(s, &candidate);
}

/* Nothing after the failing operation matters. */
static void drop_after(struct search *s)
{
    const size_t keep = s->result->finding.op + 1;
    if (keep < s->best->count)
        drop(s, CASE_OPS, keep, s->best->count - keep);
}

/* An answer is asked for alone, which makes every attempt cheap, and certain to look at it. */
static void drop_other_queries(struct search *s)
{
    const struct finding finding = s->result->finding;
    struct check_case candidate;
    size_t kept = 0;
    if (finding.op >= s->best->count || !trace_asks(s->best->ops + finding.op))
        return;
    case_copy(&candidate, s->best);
    for (size_t t = 0; t <= finding.op; t++)
        if (t == finding.op || !trace_asks(candidate.ops + t))
            candidate.ops[kept++] = candidate.ops[t];
    candidate.count = kept;
    candidate.ops[kept - 1].kind = TRACE_QUERY;
    candidate.ops[kept - 1].i = finding.i;
    candidate.ops[kept - 1].j = finding.j;
    s->result->repeats |= accept(s, &candidate);
}

/* From the back, since what happened early is seldom to blame. */
static bool drop_chunks(struct search *s, enum case_part part)
{
    const size_t least = part == CASE_OPS ? 0 : 1;
    bool helped = false;
    for (size_t chunk = case_extent(s->best, part); chunk > 0; chunk /= 2)
        for (size_t end = case_extent(s->best, part); end >= chunk && !over(s);) {
            const size_t extent = case_extent(s->best, part);
            if (end > extent)
                end = extent;
            if (end < chunk)
                break;
            if (extent >= least + chunk && drop(s, part, end - chunk, chunk))
                helped = true;
            end -= chunk;
        }
    return helped;
}

static bool ask_for_entry(struct search *s)
{
    bool helped = false;
    for (size_t t = 0; t < s->best->count && !over(s); t++) {
        const struct finding *finding = &s->result->finding;
        struct check_case candidate;
        struct trace_op *op;
        if (s->best->ops[t].kind <= TRACE_QUERY)
            continue;
        case_copy(&candidate, s->best);
        op = candidate.ops + t;
        if (t == finding->op) {
            op->i = finding->i;
            op->j = finding->j;
        }
        op->kind = TRACE_QUERY;
        helped |= accept(s, &candidate);
    }
    return helped;
}

/* The numbers of a case in one sequence: scale, Q, K, V, operations. */
static double *number(struct check_case *c, size_t index)
{
    struct matrix *const matrices[] = {&c->input.q, &c->input.k, &c->input.v};
    if (index-- == 0)
        return &c->input.problem.scale;
    for (size_t x = 0; x < 3; x++) {
        const size_t count = matrices[x]->rows * matrices[x]->cols;
        if (index < count)
            return matrices[x]->data + index;
        index -= count;
    }
    return index < c->count ? &c->ops[index].value : NULL;
}

enum { SIMPLER = 7 };

/* Plainer numbers to try in place of x. */
static double simpler(double x, int choice)
{
    const double decimals = pow(10, choice - 3), power = pow(10, floor(log10(fabs(x))));
    switch (choice) {
    case 0:
        return 0;
    case 1:
        return 1;
    case 2:
        return -1;
    case 6:
        return round(x / power) * power; /* one digit of whatever size */
    default:
        return round(x * decimals) / decimals;
    }
}

/* Numbers from..to-1, all at once. */
static bool simplify(struct search *s, size_t from, size_t to)
{
    for (int choice = 0; choice < SIMPLER && !over(s); choice++) {
        struct check_case candidate;
        double *x;
        bool changed = false;
        case_copy(&candidate, s->best);
        for (size_t index = from; index < to && (x = number(&candidate, index)); index++) {
            const double y = simpler(*x, choice);
            if (x == &candidate.input.problem.scale && choice != 1)
                continue; /* a scale of 0 would not be simpler to understand */
            if (!isfinite(y) || case_complexity(y) >= case_complexity(*x))
                continue;
            *x = y;
            changed = true;
        }
        if (!changed)
            case_close(&candidate);
        else if (accept(s, &candidate))
            return true;
    }
    return false;
}

static bool simplify_numbers(struct search *s)
{
    const struct odamv_problem *a = &s->best->input.problem;
    const size_t count = 1 + (a->m + a->n) * a->d + a->n * a->p + s->best->count;
    bool helped = false;
    for (size_t chunk = count; chunk > 0; chunk /= chunk > 4 ? 4 : 2)
        for (size_t from = 0; from < count && !over(s); from += chunk)
            helped |= simplify(s, from, from + chunk);
    return helped;
}

static bool simplify_threshold(struct search *s)
{
    const size_t now = s->best->input.options.threshold;
    for (size_t k = 1; k <= 8 && (k < now || now == 0) && !over(s); k++) {
        struct check_case candidate;
        case_copy(&candidate, s->best);
        candidate.input.options.threshold = k;
        if (accept(s, &candidate))
            return true;
    }
    return false;
}

static bool simplify_options(struct search *s)
{
    const struct odamv_options *now = &s->best->input.options;
    struct check_case candidate;
    bool helped = false;
    if (now->matmul || now->leaf) {
        case_copy(&candidate, s->best);
        case_set_matmul(&candidate, NULL);
        candidate.input.options.leaf = 0;
        helped |= accept(s, &candidate);
    }
    if (now->no_coalesce) {
        case_copy(&candidate, s->best);
        candidate.input.options.no_coalesce = false;
        helped |= accept(s, &candidate);
    }
    if (!s->best->input.problem.normalised) {
        case_copy(&candidate, s->best);
        candidate.input.problem.normalised = true;
        helped |= accept(s, &candidate);
    }
    return helped;
}

static void reduce(struct search *s)
{
    static const enum case_part sizes[] = {CASE_N, CASE_D, CASE_P, CASE_M};
    bool helped = true;
    while (helped && !over(s)) {
        drop_after(s);
        helped = drop_chunks(s, CASE_OPS);
        for (size_t x = 0; x < sizeof sizes / sizeof *sizes; x++)
            helped |= drop_chunks(s, sizes[x]);
        helped |= ask_for_entry(s);
        helped |= simplify_options(s);
        helped |= simplify_numbers(s);
        helped |= simplify_threshold(s);
    }
}

/* Whether the best case fails as it should. */
static bool verify(struct search *s)
{
    struct judge_tally ignored = {0};
    const struct finding finding =
        examine_alone(s->result->examiner, s->result->engine, s->best, &ignored);
    if (finding.kind == s->kind)
        s->result->finding = finding;
    return finding.kind == s->kind;
}

void shrink_case(struct shrink *s, struct check_case *c, enum finding_kind kind)
{
    const double limit = s->examiner->limit;
    struct search search = {s, c, kind, clock_seconds() + s->seconds};
    s->attempts = 0;
    s->repeats = false;
    if (kind == FINDING_WRONG || kind == FINDING_NO_ANSWER || kind == FINDING_NO_BOUND)
        drop_other_queries(&search);
    if (!s->repeats && !(s->repeats = verify(&search)))
        return;
    if (kind == FINDING_HANG)
        s->examiner->limit = fmin(limit, HANG_SECONDS);
    reduce(&search);
    s->examiner->limit = limit;
    s->repeats = verify(&search);
}
