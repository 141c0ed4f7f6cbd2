/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Laws of the problem that need no oracle, run on every engine, each after a random history.
 * Entries are multiples of 2^-10, so the sums that a law asks for are exact; answers that should be
 * equal may differ by the sum of their bounds and the rounding of the comparison.
 */
#include "trial.h"

enum { THRESHOLD = 4, HISTORY = 23, REPEATS = 6 };

typedef void law(struct trial *trial, gsl_rng *rng);

static double grid(gsl_rng *rng)
{
    return ((double)trial_below(rng, 4097) - 2048) * 0x1p-10;
}

static void history(struct trial *trial, gsl_rng *rng)
{
    const struct odamv_problem *a = &trial->problem;

    for (int t = 0; t < HISTORY; t++) {
        const size_t kind = trial_below(rng, trial->can_set_q ? 7 : 6);
        if (kind < 3)
            trial_set(trial, TRIAL_K, trial_below(rng, a->n), trial_below(rng, a->d), grid(rng));
        else if (kind < 6)
            trial_set(trial, TRIAL_V, trial_below(rng, a->n), trial_below(rng, a->p), grid(rng));
        else
            trial_set(trial, TRIAL_Q, trial_below(rng, a->m), trial_below(rng, a->d), grid(rng));
    }
}

/* All m x p answers; the caller frees them. */
static struct odamv_answer *read_all(const struct trial *trial)
{
    const struct odamv_problem *a = &trial->problem;
    struct odamv_answer *out = calloc(a->m * a->p, sizeof *out);

    assert_non_null(out);
    for (size_t i = 0; i < a->m; i++)
        for (size_t j = 0; j < a->p; j++) {
            struct odamv_answer *answer = out + i * a->p + j;
            *answer = (struct odamv_answer){NAN, NAN};
            if (trial->engine[0]->query(trial->state[0], i, j, answer) != ODAMV_OK)
                trial_fail(trial, trial->engine[0], "query(%zu, %zu) refused", i, j);
            trial_check_sane(trial, 0, "query", i, j, answer);
        }
    return out;
}

static void expect_near(const struct trial *trial, const char *what, size_t i, size_t j, double x,
                        double y, double allowed)
{
    if (!(fabs(x - y) <= allowed + 0x1p-50 * (fabs(x) + fabs(y))))
        trial_fail(trial, trial->engine[0],
                   "%s: (%zu, %zu): %.17g and %.17g differ by more than %g", what, i, j, x, y,
                   allowed);
}

/* The present answers against earlier ones, which are freed. */
static void expect_same(const struct trial *trial, const char *what, struct odamv_answer *before)
{
    const struct odamv_problem *a = &trial->problem;
    struct odamv_answer *now = read_all(trial);

    for (size_t e = 0; e < a->m * a->p; e++)
        expect_near(trial, what, e / a->p, e % a->p, now[e].value, before[e].value,
                    now[e].bound + before[e].bound);
    free(now);
    free(before);
}

static void copy_entries(double **to, const double *from, size_t count)
{
    trial_array(to, count);
    memcpy(*to, from, count * sizeof **to);
}

static void set_matrix(struct trial *trial, enum trial_matrix which, const double *entries)
{
    const struct odamv_problem *a = &trial->problem;
    const size_t rows = which == TRIAL_Q ? a->m : a->n, columns = which == TRIAL_V ? a->p : a->d;

    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++)
            trial_set(trial, which, r, c, entries[r * columns + c]);
}

/* An update followed by its inverse restores the answers. */
static void law_undo(struct trial *trial, gsl_rng *rng)
{
    const struct odamv_problem *a = &trial->problem;
    struct odamv_answer *before = read_all(trial);

    for (int t = 0; t < HISTORY; t++) {
        const enum trial_matrix which =
            (enum trial_matrix)trial_below(rng, trial->can_set_q ? 3 : 2);
        const size_t row = trial_below(rng, which == TRIAL_Q ? a->m : a->n);
        const size_t column = trial_below(rng, which == TRIAL_V ? a->p : a->d);
        const double old = *trial_cell(trial, which, row, column);
        trial_set(trial, which, row, column, old + grid(rng));
        trial_set(trial, which, row, column, old);
    }
    expect_same(trial, "undo", before);
}

/* Undoing a whole history at its end, not step by step. */
static void law_return(struct trial *trial, gsl_rng *rng)
{
    const struct odamv_problem *a = &trial->problem;
    struct odamv_answer *before = read_all(trial);
    double *q, *k, *v;

    copy_entries(&q, trial->q, a->m * a->d);
    copy_entries(&k, trial->k, a->n * a->d);
    copy_entries(&v, trial->v, a->n * a->p);
    history(trial, rng);
    set_matrix(trial, TRIAL_V, v);
    set_matrix(trial, TRIAL_K, k);
    if (trial->can_set_q)
        set_matrix(trial, TRIAL_Q, q);
    expect_same(trial, "return", before);
    free(q);
    free(k);
    free(v);
}

/* Adding one vector to every key leaves normalised answers unchanged. */
static void law_shift(struct trial *trial, gsl_rng *rng)
{
    const struct odamv_problem *a = &trial->problem;
    struct odamv_answer *before;

    if (!a->normalised)
        return;
    before = read_all(trial);
    for (size_t f = 0; f < a->d; f++) {
        const double c = 4 * grid(rng);
        for (size_t s = 0; s < a->n; s++)
            trial_set(trial, TRIAL_K, s, f, trial->k[s * a->d + f] + c);
    }
    expect_same(trial, "shift", before);
}

/* A constant column is answered by that constant. */
static void law_constant(struct trial *trial, gsl_rng *rng)
{
    const struct odamv_problem *a = &trial->problem;
    const size_t column = trial_below(rng, a->p);
    struct odamv_answer *now;

    if (!a->normalised)
        return;
    for (size_t s = 0; s < a->n; s++)
        trial_set(trial, TRIAL_V, s, column, 0.1);
    history(trial, rng);
    for (size_t s = 0; s < a->n; s++)
        trial_set(trial, TRIAL_V, s, column, 0.1);
    now = read_all(trial);
    for (size_t i = 0; i < a->m; i++)
        expect_near(trial, "constant", i, column, now[i * a->p + column].value, 0.1,
                    now[i * a->p + column].bound);
    free(now);
}

/* Answers lie between the smallest and the largest value of their column. */
static void law_hull(struct trial *trial, gsl_rng *rng)
{
    const struct odamv_problem *a = &trial->problem;
    struct odamv_answer *now;

    (void)rng;
    if (!a->normalised)
        return;
    now = read_all(trial);
    for (size_t j = 0; j < a->p; j++) {
        double low = INFINITY, high = -INFINITY;
        for (size_t s = 0; s < a->n; s++) {
            low = fmin(low, trial->v[s * a->p + j]);
            high = fmax(high, trial->v[s * a->p + j]);
        }
        for (size_t i = 0; i < a->m; i++) {
            const struct odamv_answer *x = now + i * a->p + j;
            if (!(x->value >= low - x->bound && x->value <= high + x->bound))
                trial_fail(trial, trial->engine[0], "hull: (%zu, %zu): %.17g not in [%g, %g]", i, j,
                           x->value, low, high);
        }
    }
    free(now);
}

/* Permuting the keys, with their values, changes nothing. */
static void law_permutation(struct trial *trial, gsl_rng *rng)
{
    const struct odamv_problem *a = &trial->problem;
    struct odamv_answer *before = read_all(trial);
    size_t *order = calloc(a->n, sizeof *order);
    double *k, *v;

    assert_non_null(order);
    for (size_t s = 0; s < a->n; s++)
        order[s] = s;
    gsl_ran_shuffle(rng, order, a->n, sizeof *order);
    copy_entries(&k, trial->k, a->n * a->d);
    copy_entries(&v, trial->v, a->n * a->p);
    for (size_t s = 0; s < a->n; s++) {
        for (size_t f = 0; f < a->d; f++)
            trial_set(trial, TRIAL_K, s, f, k[order[s] * a->d + f]);
        for (size_t j = 0; j < a->p; j++)
            trial_set(trial, TRIAL_V, s, j, v[order[s] * a->p + j]);
    }
    expect_same(trial, "permutation", before);
    free(order);
    free(k);
    free(v);
}

/* B(3 V1 - 2 V2) = 3 B(V1) - 2 B(V2). */
static void law_linearity(struct trial *trial, gsl_rng *rng)
{
    const struct odamv_problem *a = &trial->problem;
    const size_t count = a->n * a->p;
    struct odamv_answer *one = read_all(trial), *two, *both;
    double *v1, *v2;

    copy_entries(&v1, trial->v, count);
    trial_array(&v2, count);
    for (size_t e = 0; e < count; e++)
        v2[e] = grid(rng);
    set_matrix(trial, TRIAL_V, v2);
    two = read_all(trial);
    for (size_t e = 0; e < count; e++)
        v2[e] = 3 * v1[e] - 2 * v2[e];
    set_matrix(trial, TRIAL_V, v2);
    both = read_all(trial);
    for (size_t e = 0; e < a->m * a->p; e++) {
        const double x = 3 * one[e].value, y = 2 * two[e].value;
        expect_near(trial, "linearity", e / a->p, e % a->p, both[e].value, x - y,
                    both[e].bound + 3 * one[e].bound + 2 * two[e].bound +
                        0x1p-50 * (fabs(x) + fabs(y)));
    }
    free(one);
    free(two);
    free(both);
    free(v1);
    free(v2);
}

/* Column and row queries agree with entry queries. */
static void law_lines(struct trial *trial, gsl_rng *rng)
{
    const struct odamv_problem *a = &trial->problem;
    const size_t i = trial_below(rng, a->m), j = trial_below(rng, a->p);
    struct odamv_answer *all = read_all(trial);
    struct odamv_answer *out = calloc(a->m + a->p, sizeof *out);

    assert_non_null(out);
    if (odamv_query_column(trial->engine[0], trial->state[0], a->m, j, out) != ODAMV_OK ||
        odamv_query_row(trial->engine[0], trial->state[0], a->p, i, out + a->m) != ODAMV_OK)
        trial_fail(trial, trial->engine[0], "a column or row query was refused");
    for (size_t t = 0; t < a->m; t++)
        expect_near(trial, "column", t, j, out[t].value, all[t * a->p + j].value,
                    out[t].bound + all[t * a->p + j].bound);
    for (size_t t = 0; t < a->p; t++)
        expect_near(trial, "row", i, t, out[a->m + t].value, all[i * a->p + t].value,
                    out[a->m + t].bound + all[i * a->p + t].bound);
    free(out);
    free(all);
}

static void run_law(law *holds, const struct odamv_engine *engine, unsigned long number)
{
    const size_t sizes[] = {1, 2, THRESHOLD - 1, THRESHOLD, THRESHOLD + 1, 0};
    gsl_rng *rng = trial_rng(number);
    size_t n = sizes[number % 6];
    struct trial trial;

    if (n == 0)
        n = trial_size(rng, 60);
    trial_shape(&trial, trial_size(rng, 12), n, trial_size(rng, 9), trial_size(rng, 5));
    trial.number = number;
    trial.problem.scale = 1 / sqrt((double)trial.problem.d);
    trial.problem.normalised = number / 6 % 3 > 0;
    trial.options =
        (struct odamv_options){.threshold = THRESHOLD, .no_coalesce = number / 18 % 2 == 1};
    for (size_t e = 0; e < trial.problem.m * trial.problem.d; e++)
        trial.q[e] = grid(rng);
    for (size_t e = 0; e < n * trial.problem.d; e++)
        trial.k[e] = grid(rng);
    for (size_t e = 0; e < n * trial.problem.p; e++)
        trial.v[e] = grid(rng);
    trial_add(&trial, engine);
    history(&trial, rng);
    holds(&trial, rng);
    trial_check(&trial);
    trial_close(&trial);
    gsl_rng_free(rng);
}

static void every_engine(law *holds)
{
    unsigned long from, to;

    trial_cases(6 * 3 * 2 * REPEATS, &from, &to);
    assert_true(from < to);
    for (size_t e = 0; odamv_engines[e] != NULL; e++)
        for (unsigned long number = from; number < to && trial_wants(odamv_engines[e]); number++)
            run_law(holds, odamv_engines[e], number);
}

static void test_law(void **state)
{
    every_engine(*(law **)*state);
}

int main(void)
{
    static law *laws[] = {law_undo, law_return,      law_shift,     law_constant,
                          law_hull, law_permutation, law_linearity, law_lines};
    const struct CMUnitTest tests[] = {
        {"undo", test_law, NULL, NULL, &laws[0]},
        {"return", test_law, NULL, NULL, &laws[1]},
        {"shift", test_law, NULL, NULL, &laws[2]},
        {"constant", test_law, NULL, NULL, &laws[3]},
        {"hull", test_law, NULL, NULL, &laws[4]},
        {"permutation", test_law, NULL, NULL, &laws[5]},
        {"linearity", test_law, NULL, NULL, &laws[6]},
        {"lines", test_law, NULL, NULL, &laws[7]},
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
