/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Random problems: the promised distribution of logits, valid operations, one stream per seed.
 */
#include "harness/play/workload.h"

#include <math.h>

#include "harness/ground/test/files.h"

static struct say say;

static struct workload open_workload(struct trace_shape shape, double scale, bool updates_q,
                                     unsigned long seed)
{
    struct workload_mix mix = workload_default_mix(updates_q);
    struct workload w;
    assert_int_equal(workload_open(&w, &shape, scale, &mix, seed, &say), STATUS_OK);
    return w;
}

static void logits_have_deviation_one(void **state)
{
    static const double scales[] = {1.0, 0.125, -3.0};
    (void)state;
    for (size_t s = 0; s < 3; s++) {
        struct workload w = open_workload((struct trace_shape){.m = 60, .n = 70, .d = 16, .p = 50},
                                          scales[s], false, 3);
        struct matrix q, k, v;
        double squares = 0, values = 0;
        assert_int_equal(workload_problem(&w, &q, &k, &v, &say), STATUS_OK);
        for (size_t i = 0; i < q.rows; i++)
            for (size_t t = 0; t < k.rows; t++) {
                double logit = 0;
                for (size_t f = 0; f < q.cols; f++)
                    logit += scales[s] * q.data[i * q.cols + f] * k.data[t * k.cols + f];
                squares += logit * logit;
            }
        for (size_t i = 0; i < v.rows * v.cols; i++)
            values += v.data[i] * v.data[i];
        squares /= (double)(q.rows * k.rows);
        values /= (double)(v.rows * v.cols);
        assert_true(squares > 0.8 && squares < 1.25);
        assert_true(values > 0.9 && values < 1.1);
        matrix_free(&q);
        matrix_free(&k);
        matrix_free(&v);
        workload_close(&w);
    }
}

static void scale_zero_is_finite(void **state)
{
    struct workload w =
        open_workload((struct trace_shape){.m = 1, .n = 1, .d = 1, .p = 1}, 0.0, true, 1);
    (void)state;
    for (size_t i = 0; i < 100; i++)
        assert_true(isfinite(workload_next(&w).value));
    workload_close(&w);
}

static void operations(void **state)
{
    struct trace_shape shape = {.m = 3, .n = 5, .d = 2, .p = 4};
    struct workload a = open_workload(shape, 1.0, true, 9), b = open_workload(shape, 1.0, true, 9);
    struct workload without = open_workload(shape, 1.0, false, 9);
    size_t seen[TRACE_KINDS] = {0}, lines;
    double squares[TRACE_KINDS] = {0};
    char text[200000];
    struct trace trace;
    bool end = false;
    FILE *stream = fmemopen(text, sizeof text, "w");
    (void)state;
    assert_non_null(stream);
    trace_write_head(stream);
    for (size_t i = 0; i < 4000; i++) {
        struct trace_op x = workload_next(&a), y = workload_next(&b);
        enum trace_kind kind = workload_next(&without).kind;
        assert_memory_equal(&x.value, &y.value, sizeof x.value);
        assert_true(x.kind == y.kind && x.i == y.i && x.j == y.j);
        assert_true(kind != TRACE_UPDATE_Q && kind != TRACE_SET_Q);
        trace_write_op(stream, &x);
        seen[x.kind]++;
        squares[x.kind] += x.value * x.value;
    }
    fclose(stream);
    for (size_t kind = 0; kind < TRACE_KINDS; kind++)
        assert_true(seen[kind] > 0);
    for (size_t kind = 0; kind < TRACE_QUERY; kind++) {
        double expected = kind == TRACE_UPDATE_V || kind == TRACE_SET_V ? 1.0 : 1.0 / sqrt(2.0);
        double found = squares[kind] / (double)seen[kind] / (kind < TRACE_SET_K ? 0.25 : 1.0);
        /* Three to four deviations: 4000 operations have about 36 sets of Q. */
        assert_true(found > 0.3 * expected && found < 2.2 * expected);
    }
    /* The reader accepts every one of them for this shape. */
    assert_int_equal(trace_open(&trace, file_with_text(text), &say), STATUS_OK);
    trace_begin(&trace, &shape);
    for (lines = 0;; lines++) {
        struct trace_op op;
        assert_int_equal(trace_next(&trace, &op, &end, &say), STATUS_OK);
        if (end)
            break;
    }
    assert_int_equal(lines, 4000);
    trace_close(&trace);
    workload_close(&a);
    workload_close(&b);
    workload_close(&without);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logits_have_deviation_one),
        cmocka_unit_test(scale_zero_is_finite),
        cmocka_unit_test(operations),
    };
    return cmocka_run_group_tests(tests, NULL, remove_file) != 0;
}
