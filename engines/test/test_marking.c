/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where entry queries of `lazy` and `lazy-wc` cost O(k): no update of K marks a row whose logits stay within
 * the interval of paper-notes/where-k-holds.md, although they all rise and all fall, again and again; beyond, one update can mark every
 * row, and a query of such a row costs O(n).
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "odamv.h"

enum { ROWS = 24, COLUMNS = 8, WIDE = 12000, KEYS_MAX = 256 };

struct instance {
    const struct odamv_engine *engine;
    void *state;
    size_t n;
    uint64_t random;
};

/* From 0 to 1. */
static double next(struct instance *x)
{
    x->random = x->random * 6364136223846793005u + 1442695040888963407u;
    return (double)(x->random >> 11) * 0x1p-53;
}

static void open_instance(struct instance *x, const char *engine, size_t n, size_t p, size_t k,
                          double range)
{
    double q[ROWS], keys[KEYS_MAX], *v = malloc(n * p * sizeof *v);
    const struct odamv_problem problem = {.m = ROWS,
                                          .n = n,
                                          .d = 1,
                                          .p = p,
                                          .scale = 1,
                                          .q = q,
                                          .k = keys,
                                          .v = v,
                                          .normalised = true};
    const struct odamv_options options = {.threshold = k};
    *x = (struct instance){.engine = odamv_engine_find(engine), .n = n, .random = n + k};
    for (size_t i = 0; i < ROWS; i++)
        q[i] = 1 - 0.01 * (double)i;
    for (size_t s = 0; s < n; s++)
        keys[s] = range * next(x);
    for (size_t e = 0; e < n * p; e++)
        v[e] = 2 * next(x) - 1;
    assert_int_equal(x->engine->open(&problem, &options, &x->state), ODAMV_OK);
    free(v);
}

static struct odamv_counts counts_of(const struct instance *x)
{
    struct odamv_counts counts;
    x->engine->stats(x->state, &counts);
    return counts;
}

static double operations_of(const struct instance *x)
{
    const struct odamv_counts c = counts_of(x);
    return c.additions + c.multiplications + c.exponentials + c.gemm_additions +
           c.gemm_multiplications;
}

/* The largest R of the page, for T updates since a row was last computed; c is at most 64. */
static double range_of(size_t n, size_t k, double updates, bool straight)
{
    const double keys = (double)n, list = (double)k;
    const double sum = (straight ? keys + updates / 2 : keys) / list;
    return log(0x1p20 * keys / (updates * (fmin(list, 256) + 4 + sum)));
}

static void set_key(struct instance *x, size_t key, double value)
{
    assert_int_equal(x->engine->set_k(x->state, key, 0, value), ODAMV_OK);
}

static void within_the_range_no_row_is_marked(void **state)
{
    static const size_t sizes[][3] = {{16, 4, COLUMNS},   {64, 8, COLUMNS},  {64, 64, COLUMNS},
                                      {256, 16, COLUMNS}, {256, 4, COLUMNS}, {32, 8, WIDE}};
    static const char *const engines[] = {"lazy", "lazy-wc"};
    (void)state;
    for (size_t e = 0; e < 2; e++)
        for (size_t c = 0; c < sizeof sizes / sizeof *sizes; c++) {
            const size_t n = sizes[c][0], k = sizes[c][1], p = sizes[c][2],
                         list = e ? (k + 1) / 2 : k;
            const double updates = 64 * (double)(n > ROWS ? n : ROWS);
            const double range = range_of(n, list, updates, p == WIDE);
            struct instance x;
            assert_true(range > 0.5);
            open_instance(&x, engines[e], n, p, k, range);
            for (size_t t = 0; (double)t < 2 * updates; t++)
                set_key(&x, t % n, t / n % 2 ? 0 : range * (t % 5 ? 1 : next(&x)));
            assert_true(counts_of(&x).marked_rows == 0);
            assert_true(counts_of(&x).refreshes >= 1);
            x.engine->close(x.state);
        }
}

static void beyond_it_one_update_marks_every_row(void **state)
{
    static const char *const engines[] = {"lazy", "lazy-wc"};
    (void)state;
    for (size_t e = 0; e < 2; e++) {
        struct odamv_answer answer;
        struct instance x;
        double before, cheap;
        open_instance(&x, engines[e], KEYS_MAX, COLUMNS, 16, 1);
        before = operations_of(&x);
        assert_int_equal(x.engine->query(x.state, ROWS - 1, 0, &answer), ODAMV_OK);
        cheap = operations_of(&x) - before;
        set_key(&x, 0, 60);
        set_key(&x, 0, 0);
        assert_true(counts_of(&x).marked_rows == ROWS);
        before = operations_of(&x);
        assert_int_equal(x.engine->query(x.state, ROWS - 1, 0, &answer), ODAMV_OK);
        assert_true(cheap <= 50);
        assert_true(operations_of(&x) - before >= 30 * KEYS_MAX);
        assert_true(operations_of(&x) - before <= 50 * KEYS_MAX);
        assert_true(answer.bound <= 1e-12);
        x.engine->close(x.state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(within_the_range_no_row_is_marked),
        cmocka_unit_test(beyond_it_one_update_marks_every_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
