/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is left out of a case is left out of all of it, and shrinking ends at the smallest case
 * where that is known: of the printed algorithm, as many updates as the threshold and one query.
 */
#include "harness/check/check_edit.h"
#include "harness/check/generate.h"
#include "harness/check/shrink.h"
#include "harness/saboteurs/saboteurs.h"

#include <math.h>

#include "harness/ground/test/files.h"

static void numbers_are_ordered_by_their_length(void **state)
{
    static const double ordered[] = {0, 1, 2, -1, 0.5, 0.25, 1.0 / 3};
    (void)state;
    for (size_t x = 1; x < sizeof ordered / sizeof *ordered; x++)
        assert_true(case_complexity(ordered[x - 1]) <= case_complexity(ordered[x]));
    assert_true(case_complexity(-0.0) > case_complexity(0.0));
    assert_true(case_complexity(0.1) < case_complexity(0.1 + 0x1p-56));
}

/* A case whose entries tell where they come from: 100 row + column. */
static void marked_case(struct check_case *c)
{
    static const struct trace_op ops[] = {
        {TRACE_SET_K, 2, 1, 5, 0}, {TRACE_SET_V, 1, 2, 6, 0},        {TRACE_SET_Q, 3, 0, 7, 0},
        {TRACE_QUERY, 3, 2, 0, 0}, {TRACE_QUERY_COLUMN, 0, 1, 0, 0}, {TRACE_QUERY_ROW, 1, 0, 0, 0}};
    struct matrix *matrices[3];
    case_open(c, &(struct trace_shape){4, 3, 2, 3});
    matrices[0] = &c->input.q;
    matrices[1] = &c->input.k;
    matrices[2] = &c->input.v;
    for (size_t x = 0; x < 3; x++)
        for (size_t e = 0; e < matrices[x]->rows * matrices[x]->cols; e++)
            matrices[x]->data[e] =
                100 * (double)(e / matrices[x]->cols) + (double)(e % matrices[x]->cols);
    for (size_t t = 0; t < sizeof ops / sizeof *ops; t++)
        case_push(c, &ops[t]);
}

static void expect_op(const struct check_case *c, size_t t, enum trace_kind kind, size_t i,
                      size_t j)
{
    assert_true(t < c->count);
    assert_int_equal(c->ops[t].kind, kind);
    assert_int_equal(c->ops[t].i, i);
    assert_int_equal(c->ops[t].j, j);
}

static void dropping_renumbers(void **state)
{
    struct check_case c;
    (void)state;
    marked_case(&c);
    case_drop(&c, CASE_M, 1, 2); /* queries 1 and 2 */
    assert_int_equal(c.input.problem.m, 2);
    assert_true(c.input.q.data[2] == 300);
    assert_int_equal(c.count, 5);
    expect_op(&c, 2, TRACE_SET_Q, 1, 0);
    expect_op(&c, 3, TRACE_QUERY, 1, 2);
    case_drop(&c, CASE_P, 0, 2); /* columns 0 and 1 */
    assert_int_equal(c.count, 4);
    expect_op(&c, 1, TRACE_SET_V, 1, 0);
    expect_op(&c, 3, TRACE_QUERY, 1, 0);
    assert_true(c.input.v.data[0] == 2 && c.input.v.data[2] == 202);
    case_drop(&c, CASE_N, 0, 1);
    expect_op(&c, 0, TRACE_SET_K, 1, 1);
    expect_op(&c, 1, TRACE_SET_V, 0, 0);
    assert_true(c.input.k.data[0] == 100 && c.input.v.data[0] == 102);
    case_drop(&c, CASE_D, 0, 1);
    assert_int_equal(c.count, 3); /* the update of Q[.,0] is gone */
    expect_op(&c, 0, TRACE_SET_K, 1, 0);
    case_drop(&c, CASE_OPS, 0, 2);
    expect_op(&c, 0, TRACE_QUERY, 1, 0);
    case_close(&c);
}

/* Every case on which the printed algorithm fails, from the first 30. */
static void the_printed_algorithm_shrinks_to_the_end(void **state)
{
    const struct generate_options options = {.seed = 3, .largest = 24, .fixed_q = true};
    const struct odamv_engine *printed = saboteurs_printed[0];
    struct examiner examiner;
    size_t shrunk = 0;
    (void)state;
    examiner_open(&examiner, 60, (double)NAN, false);
    for (unsigned long number = 0; number < 30; number++) {
        struct shrink shrink = {.examiner = &examiner, .engine = printed, .seconds = 60};
        struct judge_tally tally = {0};
        struct check_case c;
        struct trace_shape shape;
        generate_case(&options, number, &c);
        if (examine_alone(&examiner, printed, &c, &tally).kind == FINDING_WRONG) {
            shrink_case(&shrink, &c, FINDING_WRONG);
            shape = case_shape(&c);
            assert_true(shrink.repeats && shrink.finding.kind == FINDING_WRONG);
            if (c.count > c.input.options.threshold + 1 || shape.m > 2 || shape.n > 2 ||
                shape.d > 2 || shape.p > 2)
                fail_msg("case %lu: %zu operations, threshold %zu, %zu x %zu x %zu x %zu", number,
                         c.count, c.input.options.threshold, shape.m, shape.n, shape.d, shape.p);
            shrunk++;
        }
        case_close(&c);
    }
    examiner_close(&examiner);
    assert_true(shrunk > 10);
}

/* A case that does not fail stays what it is. */
static void what_does_not_fail_stays(void **state)
{
    const struct generate_options options = {.seed = 3, .largest = 8};
    struct shrink shrink = {.engine = odamv_engines[0], .seconds = 60};
    struct examiner examiner;
    struct check_case c, before;
    (void)state;
    examiner_open(&examiner, 60, (double)NAN, false);
    shrink.examiner = &examiner;
    generate_case(&options, 0, &c);
    case_copy(&before, &c);
    shrink_case(&shrink, &c, FINDING_WRONG);
    assert_false(shrink.repeats);
    assert_true(case_same(&c, &before));
    case_close(&c);
    case_close(&before);
    examiner_close(&examiner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_ordered_by_their_length),
        cmocka_unit_test(dropping_renumbers),
        cmocka_unit_test(the_printed_algorithm_shrinks_to_the_end),
        cmocka_unit_test(what_does_not_fail_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
