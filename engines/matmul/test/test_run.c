/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * test_run.c: every scheme, levels 0 to 4, every shape from {1, 2, 3, 5, 7, 31, 64, 65, 127} cubed:
 * the error against a long double reference is within the plan's bound, counted work is work done,
 * nothing outside C is written, and any sequence of budgets gives the same bits as one run.
 *
 * The reference is the sum in long double (64-bit significand), whose own error is added to the
 * bound. Usage: test_run [LARGEST SIDE]; the default is 127.
 */
#include "engines/matmul/plan_count.h"
#include "engines/matmul/ratio.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const size_t sides[] = {1, 2, 3, 5, 7, 31, 64, 65, 127};
enum { SIDES = sizeof sides / sizeof *sides, MOST = 127, WIDEST = MOST + 5 };
static const char *const schemes[] = {
    "classical", "plain-2x2x2",          "strassen", "winograd", "hk323", "2x3x3",
    "hk424",     "plain-1x2x1*winograd", "dps222",   "uneven"};
enum { SCHEMES = sizeof schemes / sizeof *schemes };
static size_t largest = MOST;

static uint64_t seed = 1;
static uint64_t next(void)
{
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return seed;
}
/* Magnitudes from 2^low to 2^high. The last four: combinations underflow, products do, both do, and
 * what underflows is multiplied by much. */
static const struct range {
    int low, high;
} ranges[] = {{0, 0}, {-30, 30}, {-1074, -1060}, {-560, -520}, {-1074, 0}, {60, 90}};
enum { RANGES = sizeof ranges / sizeof *ranges };
static double sample(const struct range *r)
{
    double x = (double)(int64_t)next() * 0x1p-63;
    return ldexp(x, r->low + (int)(next() % (uint64_t)(r->high - r->low + 1)));
}

struct matrix {
    size_t rows, cols, stride;
    double *memory, *at; /* two rows of guard on either side */
    size_t count;
};

static double guard(size_t i)
{
    return -7e77 - (double)i;
}

static struct matrix make(size_t rows, size_t cols, size_t gap, const struct range *range)
{
    struct matrix x = {.rows = rows, .cols = cols, .stride = cols + gap};
    x.count = (rows + 4) * x.stride;
    x.memory = malloc(x.count * sizeof *x.memory);
    assert_non_null(x.memory);
    x.at = x.memory + 2 * x.stride;
    for (size_t i = 0; i < x.count; i++)
        x.memory[i] = guard(i);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++)
            x.at[i * x.stride + j] = sample(range);
    return x;
}

static bool guarded(const struct matrix *x)
{
    for (size_t i = 0; i < x->count; i++) {
        size_t row = i / x->stride, col = i % x->stride;
        bool inside = row >= 2 && row < 2 + x->rows && col < x->cols;
        if (!inside && x->memory[i] != guard(i))
            return false;
    }
    return true;
}

static double norm(const struct matrix *x)
{
    double most = 0;
    for (size_t i = 0; i < x->rows; i++)
        for (size_t j = 0; j < x->cols; j++)
            most = fmax(most, fabs(x->at[i * x->stride + j]));
    return most;
}

struct problem {
    struct matmul_shape shape;
    struct matrix a, b, c;
    long double *exact, *weight; /* A B and |A| |B| */
    double norm_a, norm_b, norm_c;
};

static void multiply(struct problem *q)
{
    size_t m = q->shape.m, k = q->shape.k, p = q->shape.p;
    q->exact = calloc(m * p, sizeof *q->exact);
    q->weight = calloc(m * p, sizeof *q->weight);
    assert_true(q->exact && q->weight);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < k; j++) {
            long double x = q->a.at[q->shape.trans_a ? j * q->a.stride + i : i * q->a.stride + j];
            for (size_t l = 0; l < p; l++) {
                long double y =
                    q->b.at[q->shape.trans_b ? l * q->b.stride + j : j * q->b.stride + l];
                q->exact[i * p + l] += x * y;
                q->weight[i * p + l] += fabsl(x * y);
            }
        }
}

static struct problem pose(size_t m, size_t k, size_t p, unsigned variant)
{
    struct problem q = {.shape = {m, k, p, variant & 1, variant & 2, variant & 4}};
    const struct range *range[3];
    for (int x = 0; x < 3; x++)
        range[x] = &ranges[variant & 8 ? next() % RANGES : 0];
    q.a = q.shape.trans_a ? make(k, m, 3, range[0]) : make(m, k, 3, range[0]);
    q.b = q.shape.trans_b ? make(p, k, 1, range[1]) : make(k, p, 1, range[1]);
    q.c = make(m, p, 5, range[2]);
    q.norm_a = norm(&q.a), q.norm_b = norm(&q.b), q.norm_c = norm(&q.c);
    multiply(&q);
    return q;
}

static void dispose(struct problem *q)
{
    free(q->a.memory), free(q->b.memory), free(q->c.memory);
    free(q->exact), free(q->weight);
}

static double worst_ratio;

static void check_errors(const struct problem *q, const struct matrix *c,
                         const struct matmul_error *e, const char *what)
{
    size_t p = q->shape.p;
    bool overwrite = q->shape.overwrite;
    for (size_t i = 0; i < q->shape.m; i++)
        for (size_t l = 0; l < p; l++) {
            long double c0 = overwrite ? 0 : q->c.at[i * q->c.stride + l];
            long double error = fabsl(c->at[i * c->stride + l] - (c0 + q->exact[i * p + l]));
            long double slack =
                (q->weight[i * p + l] + fabsl(c0)) * (long double)q->shape.k * 0x1p-62L;
            long double tiny =
                e->tiny + (long double)e->tiny_a * q->norm_a + (long double)e->tiny_b * q->norm_b;
            long double bound = (long double)e->product * q->norm_a * q->norm_b +
                                (overwrite ? 0 : (long double)e->start * q->norm_c) + tiny;
            if (e->entry < INFINITY) {
                long double entry =
                    e->entry * q->weight[i * p + l] + e->entry_start * fabsl(c0) + tiny;
                if (!(error <= entry + slack))
                    fail_msg("%s: C[%zu,%zu]: error %Lg, entry bound %Lg", what, i, l, error,
                             entry);
            }
            if (!(error <= bound + slack))
                fail_msg("%s: C[%zu,%zu]: error %Lg, bound %Lg", what, i, l, error, bound);
            worst_ratio = fmax(worst_ratio, (double)(error / (bound + slack)));
        }
}

static struct matrix copy(const struct matrix *x, bool nan)
{
    struct matrix y = *x;
    y.memory = malloc(x->count * sizeof *y.memory);
    assert_non_null(y.memory);
    memcpy(y.memory, x->memory, x->count * sizeof *y.memory);
    y.at = y.memory + 2 * y.stride;
    for (size_t i = 0; nan && i < y.rows; i++)
        for (size_t j = 0; j < y.cols; j++)
            y.at[i * y.stride + j] = NAN;
    return y;
}

/* What has been executed is what was predicted for that much work. */
static void check_progress(const struct matmul_run *run, const struct matmul_plan *plan,
                           double asked, const char *what)
{
    const struct matmul_counts *counted = matmul_run_counts(run);
    struct matmul_counts predicted;
    matmul_plan_progress(plan, asked, &predicted);
    if (memcmp(&predicted, counted, sizeof predicted))
        fail_msg("%s: asked for %g: leaves %g, %g multiplications and %g additions in them, %g, %g "
                 "and %g copies outside; predicted %g, %g, %g, %g, %g, %g",
                 what, asked, counted->leaves, counted->leaf_multiplications,
                 counted->leaf_additions, counted->multiplications, counted->additions,
                 counted->copies, predicted.leaves, predicted.leaf_multiplications,
                 predicted.leaf_additions, predicted.multiplications, predicted.additions,
                 predicted.copies);
}

/* Runs in steps of `budget` (random ones when 0) and holds every promise about them. */
static void check_steps(struct matmul_run *run, const struct matmul_plan *plan,
                        const struct problem *q, const struct matrix *whole, double budget,
                        const char *what)
{
    const struct matmul_prediction *expected = matmul_plan_prediction(plan);
    struct matrix c = copy(&q->c, q->shape.overwrite);
    double total = 0;
    assert_int_equal(
        matmul_run_begin(run, q->a.at, q->a.stride, q->b.at, q->b.stride, c.at, c.stride),
        ODAMV_OK);
    while (!matmul_run_finished(run)) {
        double ask = budget > 0 ? budget : 1 + (double)(next() % 3000);
        double done = matmul_run_step(run, ask);
        if (!(done > 0 || matmul_run_finished(run)) || !(done < ask + expected->max_step))
            fail_msg("%s: asked for %g, done %g, longest step %g", what, ask, done,
                     expected->max_step);
        if (done < ask && !matmul_run_finished(run))
            fail_msg("%s: asked for %g, done %g, not finished", what, ask, done);
        if (budget == 0)
            check_progress(run, plan, total + ask, what);
        total += done;
    }
    assert_true(matmul_run_step(run, 1) == 0);
    if (total != expected->work)
        fail_msg("%s: work done %.17g, predicted %.17g", what, total, expected->work);
    if (memcmp(c.memory, whole->memory, c.count * sizeof *c.memory))
        fail_msg("%s: steps of %g give another result", what, budget);
    free(c.memory);
}

static void check_plan(const struct problem *q, const struct matmul_options *options,
                       const char *what)
{
    struct matmul_plan *plan;
    struct matmul_run *run;
    assert_int_equal(matmul_plan_open(&q->shape, options, &plan), ODAMV_OK);
    const struct matmul_prediction *expected = matmul_plan_prediction(plan);
    size_t need = (size_t)expected->workspace;
    double *workspace = malloc((need + 16) * sizeof *workspace);
    assert_non_null(workspace);
    for (size_t i = 0; i < need + 16; i++)
        workspace[i] = i < 8 || i >= need + 8 ? guard(i) : NAN;
    assert_int_equal(matmul_run_open(plan, workspace + 8, 2, &run), ODAMV_OK);
    struct matrix c = copy(&q->c, q->shape.overwrite);
    assert_int_equal(
        matmul_run_whole(run, q->a.at, q->a.stride, q->b.at, q->b.stride, c.at, c.stride),
        ODAMV_OK);
    for (size_t i = 0; i < 8; i++)
        assert_true(workspace[i] == guard(i) && workspace[need + 8 + i] == guard(need + 8 + i));
    assert_true(guarded(&c) && guarded(&q->a) && guarded(&q->b));
    check_errors(q, &c, &expected->error, what);
    check_steps(run, plan, q, &c, 0, what);
    if (expected->work < 20000)
        check_steps(run, plan, q, &c, 1, what);
    matmul_run_close(run);
    free(workspace);
    matmul_plan_close(plan);
    free(c.memory);
}

static void one_shape(struct matmul_scheme *const *scheme, size_t m, size_t k, size_t p)
{
    struct problem q = pose(m, k, p, (unsigned)(next() % 16));
    for (int s = 0; s < SCHEMES; s++)
        for (unsigned levels = 0; levels <= 4; levels++) {
            struct matmul_options options = {.scheme = scheme[s], .levels = levels};
            struct matmul_prediction expected;
            char what[200];
            matmul_predict(&q.shape, &options, &expected);
            if (expected.levels < levels)
                break;
            if (next() % 3 == 0)
                options.grain = (double)(1 + next() % (m * k * p));
            if (next() % 2)
                options.panel = 64;
            snprintf(what, sizeof what, "%zux%zux%zu%s%s%s %s levels %u grain %g panel %zu", m, k,
                     p, q.shape.trans_a ? " A^T" : "", q.shape.trans_b ? " B^T" : "",
                     q.shape.overwrite ? " =" : " +=", schemes[s], levels, options.grain,
                     options.panel);
            check_plan(&q, &options, what);
        }
    dispose(&q);
}

static void times(struct matmul_ratio *x, int num, int den)
{
    assert_true(matmul_ratio_times(*x, (struct matmul_ratio){num, den}, x));
}

/* Strassen's with factors that are no powers of two in every product, and with the upper half of A
 * halved, that of C doubled: combinations and factors underflow, as no built-in scheme's do. */
static struct matmul_scheme *uneven(void)
{
    struct matmul_scheme *s;
    assert_int_equal(matmul_scheme_find("strassen", &s, NULL, 0), ODAMV_OK);
    for (size_t q = 0; q < s->r; q++)
        for (size_t e = 0; e < 4; e++) {
            times(&s->u[q * 4 + e], 1, e < 2 ? 6 : 3);
            times(&s->v[q * 4 + e], 1, 5);
            times(&s->w[q * 4 + e], e < 2 ? 30 : 15, 1);
        }
    assert_int_equal(matmul_scheme_verify(s, NULL, 0), ODAMV_OK);
    return s;
}

static void all_shapes(void **state)
{
    (void)state;
    struct matmul_scheme *scheme[SCHEMES];
    for (int s = 0; s < SCHEMES - 1; s++)
        assert_int_equal(matmul_scheme_find(schemes[s], &scheme[s], NULL, 0), ODAMV_OK);
    scheme[SCHEMES - 1] = uneven();
    for (int i = 0; i < SIDES; i++)
        for (int j = 0; j < SIDES; j++)
            for (int l = 0; l < SIDES; l++)
                if (sides[i] <= largest && sides[j] <= largest && sides[l] <= largest)
                    one_shape(scheme, sides[i], sides[j], sides[l]);
    for (int s = 0; s < SCHEMES; s++)
        matmul_scheme_close(scheme[s]);
    print_message("largest error / bound: %.3g\n", worst_ratio);
}

/* Root of the mean square of the errors of C = A B, down to blocks of 16. */
static double mean_error(const struct problem *q, const char *name)
{
    struct matmul_scheme *s;
    struct matmul_plan *plan;
    struct matmul_run *run;
    assert_int_equal(matmul_scheme_find(name, &s, NULL, 0), ODAMV_OK);
    struct matmul_options options = {.scheme = s, .leaf = 16, .levels = MATMUL_DEEPEST};
    assert_int_equal(matmul_plan_open(&q->shape, &options, &plan), ODAMV_OK);
    assert_int_equal(matmul_run_open(plan, NULL, 1, &run), ODAMV_OK);
    matmul_run_whole(run, q->a.at, q->a.stride, q->b.at, q->b.stride, q->c.at, q->c.stride);
    double sum = 0, count = (double)(q->shape.m * q->shape.p);
    for (size_t i = 0; i < q->shape.m; i++)
        for (size_t l = 0; l < q->shape.p; l++) {
            double error = (double)(q->c.at[i * q->c.stride + l] - q->exact[i * q->shape.p + l]);
            sum += error * error / count;
        }
    matmul_run_close(run);
    matmul_plan_close(plan);
    matmul_scheme_close(s);
    return sqrt(sum);
}

/* What dps222 is for (scheme_builtin.c). */
static void smaller_in_the_mean(void **state)
{
    struct problem q = pose(256, 256, 256, 4);
    const double dps222 = mean_error(&q, "dps222");
    const double strassen = mean_error(&q, "strassen"), winograd = mean_error(&q, "winograd");
    (void)state;
    print_message(
        "256 x 256, entries in (-1, 1), 4 levels, rms error over that of dps222: strassen "
        "%.2f, winograd %.2f\n",
        strassen / dps222, winograd / dps222);
    assert_true(dps222 < 0.7 * strassen && dps222 < 0.25 * winograd);
    dispose(&q);
}

static void what_is_refused(void **state)
{
    (void)state;
    struct matmul_shape shape = {3, 4, 5, true, false, false};
    struct matmul_options options = {0};
    struct matmul_plan *plan;
    struct matmul_run *run;
    double x[100] = {0};
    assert_int_equal(matmul_plan_open(&shape, &options, &plan), ODAMV_OK);
    assert_int_equal(matmul_run_open(plan, NULL, 0, &run), ODAMV_OK);
    assert_int_equal(matmul_run_begin(run, x, 2, x, 5, x, 5), ODAMV_DOMAIN);
    assert_int_equal(matmul_run_begin(run, x, 3, x, 4, x, 5), ODAMV_DOMAIN);
    assert_int_equal(matmul_run_begin(run, x, 3, x, 5, x, 4), ODAMV_DOMAIN);
    assert_int_equal(matmul_run_begin(run, x, 3, x, (size_t)1 << 31, x, 5), ODAMV_DOMAIN);
    assert_int_equal(matmul_run_begin(run, x, 3, x, 5, x, 5), ODAMV_OK);
    matmul_run_close(run);
    matmul_plan_close(plan);
    shape.k = 0;
    assert_int_equal(matmul_plan_open(&shape, &options, &plan), ODAMV_DOMAIN);
    assert_null(plan);
    shape.k = (size_t)1 << 31;
    assert_int_equal(matmul_plan_open(&shape, &options, &plan), ODAMV_DOMAIN);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_shapes),
        cmocka_unit_test(smaller_in_the_mean),
        cmocka_unit_test(what_is_refused),
    };
    if (argc > 1)
        largest = strtoul(argv[1], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
