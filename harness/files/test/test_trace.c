/* SPDX-License-Identifier: GPL-3.0-or-later
 * Traces: every operation, every message, and self-contained traces there and back. */
#include "harness/files/trace.h"

#include <float.h>

#include "harness/ground/test/files.h"

static struct say say;
static const struct trace_shape shape = {.m = 2, .n = 3, .d = 4, .p = 5};

static void every_operation(void **state)
{
    const char *text = "\n# a comment first\nodamv-trace 1\n"
                       "update_k 2 3 0.5 # and behind\n\n"
                       "update_v 2 4 -0x1p-3\n"
                       "update_q 1 3 1e-3\r\n"
                       "\tset_k 0 0 0\nset_v  0  1  2\nset_q 0 2 -0\n"
                       "query 1 4\nquery_column 4\nquery_row 1";
    static const struct trace_op expected[] = {
        {TRACE_UPDATE_K, 2, 3, 0.5, 4},  {TRACE_UPDATE_V, 2, 4, -0.125, 6},
        {TRACE_UPDATE_Q, 1, 3, 1e-3, 7}, {TRACE_SET_K, 0, 0, 0, 8},
        {TRACE_SET_V, 0, 1, 2, 9},       {TRACE_SET_Q, 0, 2, -0.0, 10},
        {TRACE_QUERY, 1, 4, 0, 11},      {TRACE_QUERY_COLUMN, 0, 4, 0, 12},
        {TRACE_QUERY_ROW, 1, 0, 0, 13},
    };
    struct trace trace;
    struct trace_op op;
    bool end = false;
    (void)state;
    assert_int_equal(trace_open(&trace, file_with_text(text), &say), STATUS_OK);
    trace_begin(&trace, &shape);
    for (size_t i = 0; i < TRACE_KINDS; i++) {
        assert_int_equal(trace_next(&trace, &op, &end, &say), STATUS_OK);
        assert_false(end);
        assert_int_equal(op.kind, expected[i].kind);
        assert_int_equal(op.i, expected[i].i);
        assert_int_equal(op.j, expected[i].j);
        assert_int_equal(op.line, expected[i].line);
        assert_memory_equal(&op.value, &expected[i].value, sizeof op.value);
    }
    for (int again = 0; again < 2; again++) {
        assert_int_equal(trace_next(&trace, &op, &end, &say), STATUS_OK);
        assert_true(end);
    }
    trace_close(&trace);
}

static void operations_that_are_wrong(void **state)
{
    static const struct {
        const char *line, *says;
    } cases[] = {
        {"update_k 3 0 1", ":2:10: key '3', expected an index from 0 to 2"},
        {"update_k 0 4 1", ":2:12: feature '4', expected an index from 0 to 3"},
        {"update_v 0 5 1", "column '5', expected an index from 0 to 4"},
        {"update_q 2 0 1", "query '2', expected an index from 0 to 1"},
        {"set_k -1 0 1", "key '-1'"},
        {"set_v 1.0 0 1", "key '1.0'"},
        {"set_q 0x1 0 1", "query '0x1'"},
        {"query 0", "column missing"},
        {"query", "query missing"},
        {"query 0 5", "column '5'"},
        {"query 0 0 0", "'0', expected the end of the line"},
        {"query_column 5", "column '5'"},
        {"query_row 2", "query '2'"},
        {"query_row 99999999999999999999", "query '9999"},
        {"update_k 0 0", "delta missing, expected a number"},
        {"update_k 0 0 nan", "delta 'nan'"},
        {"set_k 0 0 inf", "value 'inf'"},
        {"set_k 0 0 1e999", "value '1e999', expected a number within"},
        {"set_k 0 0 1.5x", "value '1.5x'"},
        {"set_k 0 0 1,5", "value '1,5'"},
        {"set_k 0 0 1 2", "'2', expected the end of the line"},
        {"Query 0 0", "'Query', expected update_k"},
        {"frobnicate", "'frobnicate', expected update_k"},
        {"shape 1 1 1 1", "'shape', expected an operation"},
        {"k 1 2 3 4", "'k', expected an operation"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[200];
        struct trace trace;
        struct trace_op op = {.line = 77};
        bool end = false;
        snprintf(text, sizeof text, "odamv-trace 1\n%s\nquery 0 0\n", cases[i].line);
        assert_int_equal(trace_open(&trace, file_with_text(text), &say), STATUS_OK);
        trace_begin(&trace, &shape);
        assert_int_equal(trace_next(&trace, &op, &end, &say), STATUS_BAD);
        assert_says(say.text, cases[i].says);
        assert_says(say.text, ":2:");
        assert_int_equal(op.line, 77);
        trace_close(&trace);
    }
}

/* An answer must not wait for the byte behind the one that ends its line. */
static void conversation(void **state)
{
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const char *const end = ends[i];
        struct trace_op op;
        struct trace trace = {.shape = shape};
        bool over = false;
        int ends_of_pipe[2];
        FILE *stream;
        assert_int_equal(pipe(ends_of_pipe), 0);
        stream = fdopen(ends_of_pipe[0], "r");
        assert_non_null(stream);
        scanner_attach(&trace.scanner, stream, "P");
        alarm(10);
        for (size_t line = 1; line <= 3; line++) {
            dprintf(ends_of_pipe[1], "query 1 %zu%s", line, end);
            assert_int_equal(trace_next(&trace, &op, &over, &say), STATUS_OK);
            assert_int_equal(op.j, line);
            assert_int_equal(op.line, line);
        }
        alarm(0);
        close(ends_of_pipe[1]);
        assert_int_equal(trace_next(&trace, &op, &over, &say), STATUS_OK);
        assert_true(over);
        fclose(stream);
    }
}

static void heads_that_are_wrong(void **state)
{
    static const char *const texts[] = {"",
                                        "\n\n",
                                        "query 0 0\n",
                                        "odamv-trace\n",
                                        "odamv-trace 2\n",
                                        "odamv-trace 1 1\n",
                                        "odamv-trace1\n",
                                        "\0odamv-trace 1\n"};
    struct trace trace;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(trace_open(&trace, file_with_text(texts[i]), &say), STATUS_BAD);
        assert_says(say.text, "expected");
        trace_close(&trace);
    }
    assert_int_equal(trace_open(&trace, "/no/such/file", &say), STATUS_BAD);
    trace_close(&trace);
}

static const double q[] = {1, -0.0, 0x1p-1074, DBL_MAX, -1.0 / 3, 5, 6, 7};
static const double k[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1e-300};
static const double v[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, -14.125};
static const struct odamv_problem problem = {
    .m = 2, .n = 3, .d = 4, .p = 5, .q = q, .k = k, .v = v, .scale = 0.1, .normalised = false};

static void self_contained_round_trip(void **state)
{
    static const struct trace_op ops[] = {{.kind = TRACE_UPDATE_K, .i = 2, .j = 3, .value = 0.1},
                                          {.kind = TRACE_SET_V, .i = 1, .j = 4, .value = -0.0},
                                          {.kind = TRACE_QUERY, .i = 1, .j = 4},
                                          {.kind = TRACE_QUERY_COLUMN, .j = 3},
                                          {.kind = TRACE_QUERY_ROW, .i = 1}};
    const struct odamv_options options = {.threshold = 7, .no_coalesce = true};
    const struct trace_contents contents = {"two\nlines", &problem, &options, ops, 5};
    struct trace_problem back;
    struct trace trace;
    bool end = false;
    (void)state;
    assert_int_equal(trace_write(file_name(), &contents, &say), STATUS_OK);
    assert_int_equal(trace_open(&trace, file_name(), &say), STATUS_OK);
    if (trace_read_problem(&trace, &back, &say) != STATUS_OK)
        fail_msg("%s", say.text);
    assert_true(back.problem.m == 2 && back.problem.n == 3 && back.problem.d == 4 &&
                back.problem.p == 5);
    assert_true(back.problem.scale == 0.1);
    assert_false(back.problem.normalised);
    assert_int_equal(back.options.threshold, 7);
    assert_true(back.options.no_coalesce);
    assert_memory_equal(back.problem.q, q, sizeof q);
    assert_memory_equal(back.problem.k, k, sizeof k);
    assert_memory_equal(back.problem.v, v, sizeof v);
    for (size_t i = 0; i < 5; i++) {
        struct trace_op op;
        assert_int_equal(trace_next(&trace, &op, &end, &say), STATUS_OK);
        assert_int_equal(op.kind, ops[i].kind);
        assert_int_equal(op.i, ops[i].i);
        assert_int_equal(op.j, ops[i].j);
        assert_memory_equal(&op.value, &ops[i].value, sizeof op.value);
    }
    trace_problem_free(&back);
    trace_close(&trace);
}

static void problems_that_are_wrong(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"query 0 0\n", ":2:1: 'query', expected 'shape M N D P'"},
        {"", "end of file, expected 'shape"},
        {"shape 1 1 1\n", "shape: P missing"},
        {"shape 1 1 1 1 1\n", "'1', expected the end of the line"},
        {"shape 0 1 1 1\n", "shape: M '0', expected a whole number from 1"},
        {"shape 1 1 1 x\n", "shape: P 'x'"},
        {"shape 1 1 1 1\nscale\nq 1\n", "scale missing"},
        {"shape 1 1 1 1\nscale 1\nscale 1\n", "'scale', expected each option once"},
        {"shape 1 1 1 1\nnormalised 2\n", "normalised '2'"},
        {"shape 1 1 1 1\nthreshold -1\n", "threshold '-1'"},
        {"shape 1 1 1 1\nk 1\n", ":3:1: 'k', expected row 0 of 1 of matrix q"},
        {"shape 2 1 1 1\nq 1\nk 1\n", ":4:1: 'k', expected row 1 of 2 of matrix q"},
        {"shape 1 1 2 1\nq 1\n", ":3:4: q missing, expected a number"},
        {"shape 1 1 1 1\nq 1 2\n", "'2', expected the end of the line"},
        {"shape 1 1 1 1\nq nan\n", "q 'nan'"},
        {"shape 1 1 1 1\nq 1\nk 1\nquery 0 0\n", "'query', expected row 0 of 1 of matrix v"},
        {"shape 1 1 1 1\nq 1\nk 1\nv 1\nv 1\n", ""},
        {"shape 18446744073709551615 1 18446744073709551615 1\nq 1\n", "can be addressed"},
        {"shape 1099511627776 1 16 1\nq 1\n", "bytes of memory, available are"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[200];
        struct trace_problem out = {.options.threshold = 77};
        struct trace trace;
        snprintf(text, sizeof text, "odamv-trace 1\n%s", cases[i].text);
        assert_int_equal(trace_open(&trace, file_with_text(text), &say), STATUS_OK);
        if (!*cases[i].says) {
            /* One row too many is not part of the problem, and no operation either. */
            struct trace_op op;
            bool end;
            assert_int_equal(trace_read_problem(&trace, &out, &say), STATUS_OK);
            assert_int_equal(trace_next(&trace, &op, &end, &say), STATUS_BAD);
            trace_problem_free(&out);
        } else {
            assert_int_not_equal(trace_read_problem(&trace, &out, &say), STATUS_OK);
            assert_says(say.text, cases[i].says);
            assert_int_equal(out.options.threshold, 77);
        }
        trace_close(&trace);
    }
}

/* Every byte of a self-contained trace changed, and the file cut everywhere: no crash, and always
 * either the end or a message. */
static void any_byte(void **state)
{
    static const unsigned char values[] = {0, '\n', ' ', '#', '-', '0', '9', 'x', 'p', 0xff};
    char text[4096];
    size_t length, ends = 0, refusals = 0;
    FILE *stream = fmemopen(text, sizeof text, "w");
    (void)state;
    assert_non_null(stream);
    trace_write_problem(stream, &problem, NULL);
    fputs("update_k 2 3 0x1p-3\nquery 1 4\n", stream);
    length = (size_t)ftell(stream);
    fclose(stream);
    for (size_t at = 0; at < length; at++)
        for (size_t c = 0; c <= sizeof values; c++) {
            struct trace_problem out = {.options.threshold = 0};
            struct trace trace;
            struct trace_op op;
            enum status status;
            bool end = false;
            char before = text[at];
            if (c < sizeof values)
                text[at] = (char)values[c];
            say.text[0] = '\0';
            file_with(text, c < sizeof values ? length : at);
            status = trace_open(&trace, file_name(), &say);
            if (status == STATUS_OK)
                status = trace_read_problem(&trace, &out, &say);
            while (status == STATUS_OK && !end)
                status = trace_next(&trace, &op, &end, &say);
            assert_int_equal(status == STATUS_OK, say.text[0] == '\0');
            if (status == STATUS_OK)
                ends++;
            else
                refusals++;
            trace_problem_free(&out);
            trace_close(&trace);
            text[at] = before;
        }
    assert_true(ends > 0 && refusals > ends / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation),
        cmocka_unit_test(operations_that_are_wrong),
        cmocka_unit_test(heads_that_are_wrong),
        cmocka_unit_test(self_contained_round_trip),
        cmocka_unit_test(problems_that_are_wrong),
        cmocka_unit_test(any_byte),
        cmocka_unit_test(conversation),
    };
    return cmocka_run_group_tests(tests, NULL, remove_file) != 0;
}
