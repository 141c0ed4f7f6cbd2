/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Counted exponents of every engine lie within 0.01 of the predicted ones: multiplications inside
 * products from n = 2^8 on, all operations from 2^28, queries from 2^38; with a rectangular scheme
 * every eighth power of 2, since its levels divide evenly only there.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* cmocka wants the ones above first */
#include <cmocka.h>

#include "experiments/figure.h"
#include "experiments/measure/count.h"

static struct cell cell_of(const struct series *x, int log_n)
{
    return (struct cell){.engine = odamv_engine_find(x->engine),
                         .matmul = x->matmul,
                         .leaf = 1,
                         .a = x->a,
                         .n = (size_t)1 << log_n,
                         .d = (size_t)1 << log_n,
                         .quantity = x->quantity};
}

/* Counts at n = 2^first, 2^(first + step), ... */
static void check(const struct series *x, enum metric metric, int first, int step)
{
    const struct fit_options options = {metric, {0, INFINITY}, 1};
    struct record r[5];
    struct fit fit;
    struct count count;
    struct say say;
    for (int s = 0; s < 5; s++) {
        const struct cell cell = cell_of(x, first + step * s);
        assert_true(count_cell(&cell, &count));
        r[s] = (struct record){.engine = x->engine,
                               .matmul = x->matmul,
                               .a = x->a,
                               .n = cell.n,
                               .d = cell.d,
                               .quantity = x->quantity};
        r[s].value[METRIC_OPERATIONS] = count.operations;
        r[s].value[METRIC_MULTIPLICATIONS] = count.multiplications;
    }
    if (fit_series(r, 5, &options, &fit, &say) != STATUS_OK)
        fail_msg("%s %s a=%g: %s", x->engine, x->matmul, x->a, say.text);
    double predicted = record_prediction(r);
    if (!(fabs(fit.exponent - predicted) < 0.01))
        fail_msg("%s %s a=%g %s %s: exponent %.4f, predicted %.4f", x->engine, x->matmul, x->a,
                 theory_quantity_names[x->quantity], record_metric_names[metric], fit.exponent,
                 predicted);
}

static void check_updates(const char *engine, const char *matmul, double a)
{
    const struct series update = {engine, matmul, a, THEORY_UPDATE};
    check(&update, METRIC_MULTIPLICATIONS, 8, 4);
    check(&update, METRIC_OPERATIONS, 28, 4);
}

static void check_queries(const char *engine, double a)
{
    check(&(struct series){engine, "classical", a, THEORY_QUERY}, METRIC_OPERATIONS, 38, 3);
    check(&(struct series){engine, "classical", a, THEORY_COLUMN}, METRIC_OPERATIONS, 38, 3);
}

static void lazy_engines(void **unused)
{
    static const char *const engines[] = {"lazy", "lazy-wc"};
    (void)unused;
    for (int e = 0; e < 2; e++)
        for (int i = 0; i < FIGURE_A_COUNT; i++) {
            for (int m = 0; figure_methods[m]; m++)
                check_updates(engines[e], figure_methods[m], figure_a[i]);
            check_queries(engines[e], figure_a[i]);
        }
}

/* Phases 2 and 3 of the hinted-Mv problem at a = tau: n^omega(1,1,tau) and n^(1+tau), from 2^8 on. */
static void hinted_phases(void **unused)
{
    static const char *const engines[] = {"lazy", "lazy-wc"}, *const methods[] = {"classical",
                                                                                  "strassen"};
    static const double tau[] = {0.25, 0.5, 0.75};
    (void)unused;
    for (int e = 0; e < 2; e++)
        for (int m = 0; m < 2; m++)
            for (int t = 0; t < 3; t++) {
                const struct series hint = {engines[e], methods[m], tau[t], THEORY_HINT};
                const struct series column = {engines[e], methods[m], tau[t], THEORY_COLUMN};
                check(&hint, METRIC_MULTIPLICATIONS, 8, 4);
                check(&hint, METRIC_OPERATIONS, 28, 4);
                check(&column, METRIC_MULTIPLICATIONS, 8, 4);
                check(&column, METRIC_OPERATIONS, 38, 3);
            }
}

/* Every entry of V that changes costs n, with the refreshes that it brings nearer. */
static void values(void **unused)
{
    static const char *const engines[] = {"eager", "lazy", "lazy-wc", "lazy-wide"};
    (void)unused;
    for (int e = 0; e < 4; e++)
        for (int i = 0; i < FIGURE_A_COUNT; i++) {
            const struct series value = {engines[e], "classical", figure_a[i], THEORY_VALUE};
            check(&value, METRIC_OPERATIONS, 28, 4);
        }
}

/* Without a scheme; with one, the depth of its products ends with the digits of a double. */
static void wide_sums(void **unused)
{
    (void)unused;
    for (int i = 0; i < FIGURE_A_COUNT; i++) {
        const struct series update = {"lazy-wide", "classical", figure_a[i], THEORY_UPDATE};
        const struct series query = {"lazy-wide", "classical", figure_a[i], THEORY_QUERY};
        check(&update, METRIC_MULTIPLICATIONS, 8, 8);
        check(&query, METRIC_MULTIPLICATIONS, 8, 8);
    }
}

static void rectangular_schemes(void **unused)
{
    static const char *const engines[] = {"lazy", "lazy-wc"};
    (void)unused;
    for (int e = 0; e < 2; e++)
        for (int i = 0; i < FIGURE_A_COUNT; i++) {
            const struct series hk424 = {engines[e], "hk424", figure_a[i], THEORY_UPDATE};
            check(&hk424, METRIC_MULTIPLICATIONS, 8, 8);
        }
}

static void other_engines(void **unused)
{
    static const char *const engines[] = {"naive", "direct", "eager"};
    const struct series free_update = {"naive", "classical", 0.5, THEORY_UPDATE};
    const struct cell cell = cell_of(&free_update, 20);
    struct count count;
    (void)unused;
    for (int e = 0; e < 3; e++) {
        if (e > 0)
            check_updates(engines[e], "classical", 0.5);
        check_queries(engines[e], 0.5);
    }
    assert_true(count_cell(&cell, &count));
    assert_true(count.operations == 0);
}

/* The worst query of an epoch costs no less than any of its samples; more records cost more. */
static void worst_query(void **unused)
{
    const struct series query = {"lazy", "classical", 0.5, THEORY_QUERY};
    const struct cell cell = cell_of(&query, 20);
    struct count count;
    (void)unused;
    assert_true(count_cell(&cell, &count));
    assert_int_equal(count.sample_count, 16);
    for (size_t s = 0; s < 16; s++)
        assert_true(count.samples[s] <= count.operations);
    assert_true(count.samples[15] == count.operations && count.samples[0] < count.operations / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lazy_engines),
                                       cmocka_unit_test(hinted_phases),
                                       cmocka_unit_test(values),
                                       cmocka_unit_test(wide_sums),
                                       cmocka_unit_test(rectangular_schemes),
                                       cmocka_unit_test(other_engines),
                                       cmocka_unit_test(worst_query)};
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
