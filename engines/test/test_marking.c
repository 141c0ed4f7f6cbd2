/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where entry queries of `lazy`, `lazy-wc` and `lazy-wide` cost O(k): no update of K marks a row whose logits stay within
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
#include <string.h>

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

/* Entries of V up to `size`, of K up to `range`. */
static void open_sized(struct instance *x, const char *engine, size_t n, size_t p, size_t k,
                       double range, double size)
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
        v[e] = size * (2 * next(x) - 1);
    assert_int_equal(x->engine->open(&problem, &options, &x->state), ODAMV_OK);
    free(v);
}

static void open_instance(struct instance *x, const char *engine, size_t n, size_t p, size_t k,
                          double range)
{
    open_sized(x, engine, n, p, k, range, 1);
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

struct setting {
    size_t n, k, p;
};

/* T: all K updates until a row is computed again, in `lazy`. */
static double period_of(const struct setting *x)
{
    return 64 * (double)(x->n > ROWS ? x->n : ROWS);
}

/* The largest R of the page for `lazy-wide`; a little less than 2^20, as what rises by the last bit is beyond. */
static double wide_range_of(const struct setting *x)
{
    const double keys = (double)x->n, inner = fmin(1024, fmax(keys, (double)x->k));
    const double beta = floor((53 - floor(log2(inner)) - 1) / 2), bits = ceil(60 / beta) * beta;
    return log(fmin(0x1.fp19, exp2(bits - 35) * keys / (period_of(x) + keys)));
}

/* The largest R of the page. */
static double range_of(const struct setting *x, const char *engine)
{
    if (strcmp(engine, "lazy-wide") == 0)
        return wide_range_of(x);
    const bool wc = strcmp(engine, "lazy-wc") == 0;
    const double keys = (double)x->n, list = (double)(wc ? (x->k + 1) / 2 : x->k);
    const double chunk = fmin(list, fmax(16, fmin(256, floor(keys / 16))));
    const double chunks = ceil(list / chunk), updates = period_of(x);
    const double width = fmax(1, fmin(8, floor((double)x->p / 16)));
    const double job = width * ceil(32 * fmax(1, keys / ROWS)), beside = keys + job;
    const double straight = ceil(chunk / 64) * (keys + list + updates / 2);
    const double peak = wc ? beside : x->p == WIDE ? straight : keys;
    double charges = (wc ? updates / 2 + job : updates) * (chunk + 4 + chunks * peak / list);
    charges += wc ? (job + 16) * beside : 0;
    return log(0x1p20 * keys / charges);
}

static void set_key(struct instance *x, size_t key, double value)
{
    assert_int_equal(x->engine->set_k(x->state, key, 0, value), ODAMV_OK);
}

/* All keys up to the range of the page and `more`, and down again; how many rows were marked. */
static double marks(const char *engine, const struct setting *x, double rounds, double more)
{
    const double updates = period_of(x), range = range_of(x, engine) + more;
    struct instance instance;
    double marked;
    assert_true(range > 0.5);
    open_instance(&instance, engine, x->n, x->p, x->k, range);
    for (size_t t = 0; (double)t < rounds * updates; t++)
        set_key(&instance, t % x->n, t / x->n % 2 ? 0 : range);
    assert_true(counts_of(&instance).refreshes >= 1 || rounds < 2 ||
                strcmp(engine, "lazy-wide") == 0);
    marked = counts_of(&instance).marked_rows;
    instance.engine->close(instance.state);
    return marked;
}

static const char *const engines[] = {"lazy", "lazy-wc", "lazy-wide"};
enum { ENGINES = sizeof engines / sizeof *engines };

static void within_the_range_no_row_is_marked(void **state)
{
    static const struct setting settings[] = {
        {16, 4, COLUMNS},   {64, 8, COLUMNS},   {64, 64, COLUMNS}, {256, 16, COLUMNS},
        {256, 17, COLUMNS}, {256, 33, COLUMNS}, {256, 4, COLUMNS}, {32, 8, WIDE}};
    (void)state;
    for (size_t e = 0; e < ENGINES; e++)
        for (size_t c = 0; c < sizeof settings / sizeof *settings; c++)
            assert_true(marks(engines[e], settings + c, 2, 0) == 0);
}

static void two_beyond_it_some_are(void **state)
{
    static const struct setting settings[] = {
        {64, 8, COLUMNS}, {256, 16, COLUMNS}, {256, 64, COLUMNS}};
    (void)state;
    for (size_t e = 0; e < ENGINES; e++)
        for (size_t c = 0; c < sizeof settings / sizeof *settings; c++)
            assert_true(marks(engines[e], settings + c, 1, 2) > 0);
}

static void beyond_it_one_update_marks_every_row(void **state)
{
    (void)state;
    for (size_t e = 0; e < ENGINES; e++) {
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

/* Values of no size, or none at all: the wide sums have a least magnitude of their own. */
static void small_values_mark_nothing(void **state)
{
    static const double sizes[] = {0, 0x1p-1060, 0x1p-600, 1};
    (void)state;
    for (size_t e = 0; e < ENGINES; e++)
        for (size_t x = 0; x < sizeof sizes / sizeof *sizes; x++) {
            struct instance instance;
            open_sized(&instance, engines[e], 64, COLUMNS, 8, 1, sizes[x]);
            for (size_t t = 0; t < 2000; t++)
                set_key(&instance, t % 64, next(&instance));
            assert_true(counts_of(&instance).marked_rows == 0);
            instance.engine->close(instance.state);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(within_the_range_no_row_is_marked),
        cmocka_unit_test(two_beyond_it_some_are),
        cmocka_unit_test(beyond_it_one_update_marks_every_row),
        cmocka_unit_test(small_values_mark_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
