/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Counted exponents of every engine lie within 0.01 of the predicted ones: multiplications inside
 * products from n = 2^8 on, all operations from 2^28, queries from 2^38.
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

static struct cell cell_of(const char *engine, const char *matmul, double a, int log_n,
                           enum theory_quantity quantity)
{
    return (struct cell){.engine = odamv_engine_find(engine),
                         .matmul = matmul,
                         .leaf = 1,
                         .a = a,
                         .n = (size_t)1 << log_n,
                         .d = (size_t)1 << log_n,
                         .quantity = quantity};
}

static void check(const char *engine, const char *matmul, double a, enum theory_quantity quantity,
                  enum metric metric, int first, int step)
{
    const struct fit_range all = {0, INFINITY};
    struct record r[5];
    struct fit fit;
    struct count count;
    struct say say;
    for (int s = 0; s < 5; s++) {
        const struct cell cell = cell_of(engine, matmul, a, first + step * s, quantity);
        assert_true(count_cell(&cell, &count));
        r[s] = (struct record){.engine = engine,
                               .matmul = matmul,
                               .a = a,
                               .n = cell.n,
                               .d = cell.d,
                               .quantity = quantity};
        r[s].value[METRIC_OPERATIONS] = count.operations;
        r[s].value[METRIC_MULTIPLICATIONS] = count.multiplications;
    }
    if (fit_series(r, 5, metric, &all, 1, &fit, &say) != STATUS_OK)
        fail_msg("%s %s a=%g: %s", engine, matmul, a, say.text);
    double predicted = record_prediction(r);
    if (!(fabs(fit.exponent - predicted) < 0.01))
        fail_msg("%s %s a=%g %s %s: exponent %.4f, predicted %.4f", engine, matmul, a,
                 theory_quantity_names[quantity], record_metric_names[metric], fit.exponent,
                 predicted);
}

static void lazy_engines(void **unused)
{
    static const char *const engines[] = {"lazy", "lazy-wc"};
    (void)unused;
    for (int e = 0; e < 2; e++)
        for (int i = 0; i < FIGURE_A_COUNT; i++) {
            for (int m = 0; figure_methods[m]; m++) {
                check(engines[e], figure_methods[m], figure_a[i], THEORY_UPDATE,
                      METRIC_MULTIPLICATIONS, 8, 4);
                check(engines[e], figure_methods[m], figure_a[i], THEORY_UPDATE, METRIC_OPERATIONS,
                      28, 4);
            }
            check(engines[e], "classical", figure_a[i], THEORY_QUERY, METRIC_OPERATIONS, 38, 3);
            check(engines[e], "classical", figure_a[i], THEORY_COLUMN, METRIC_OPERATIONS, 38, 3);
        }
}

static void other_engines(void **unused)
{
    static const char *const engines[] = {"naive", "direct", "eager"};
    (void)unused;
    for (int e = 0; e < 3; e++) {
        if (e > 0) {
            check(engines[e], "classical", 0.5, THEORY_UPDATE, METRIC_OPERATIONS, 28, 4);
            check(engines[e], "classical", 0.5, THEORY_UPDATE, METRIC_MULTIPLICATIONS, 8, 4);
        }
        check(engines[e], "classical", 0.5, THEORY_QUERY, METRIC_OPERATIONS, 38, 3);
        check(engines[e], "classical", 0.5, THEORY_COLUMN, METRIC_OPERATIONS, 38, 3);
    }
    struct count count;
    const struct cell free_update = cell_of("naive", "classical", 0.5, 20, THEORY_UPDATE);
    assert_true(count_cell(&free_update, &count));
    assert_true(count.operations == 0);
}

/* The worst query of an epoch costs no less than any of its samples; more records cost more. */
static void worst_query(void **unused)
{
    const struct cell cell = cell_of("lazy", "classical", 0.5, 20, THEORY_QUERY);
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
                                       cmocka_unit_test(other_engines),
                                       cmocka_unit_test(worst_query)};
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
