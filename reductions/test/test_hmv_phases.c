/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The phases of the hinted-Mv problem: refusals leave a usable state, failures in the middle of a P
 * are undone, and the numbers of updates and queries are those that the gadgets state.
 */
#include "wrapped_hmv.h"

static void numbers(void **state)
{
    (void)state;
    for (size_t g = 0; hmv_gadgets[g]; g++) {
        struct hmv_prepared prepared = wrapped_prepare(hmv_gadgets[g]);
        struct hmv_hinted hinted;
        struct hmv_charge c;
        const struct phase *phases;
        hmv_gadgets[g]->charge(&(struct hmv_shape){N1, N2, N3, N4}, 4, &c);
        hinted = wrapped_hint(&prepared, &diagonal);
        assert_int_equal(wrapped_control.sets, c.updates);
        assert_int_equal(wrapped_control.queries, c.queries_hint);
        wrapped_expect(&hinted, diagonal_truth);
        assert_int_equal(wrapped_control.queries, c.queries_hint + N4 * c.queries_column);
        phases = hmv_phases_hinted(&hinted);
        assert_int_equal(phases[1].updates, c.updates);
        assert_int_equal(phases[2].queries, N4 * c.queries_column);
        assert_false(phases[2].counted);
        prepared = wrapped_retract(&hinted);
        assert_int_equal(wrapped_control.sets, 2 * c.updates);
        assert_int_equal(hmv_phases_prepared(&prepared)[3].updates, c.updates);
        hmv_close_prepared(&prepared);
    }
}

static void again(void **state)
{
    static const struct hmv_gadget *const gadgets[] = {&hmv_oamv, &hmv_odamv_probe};
    (void)state;
    for (size_t g = 0; g < 2; g++) {
        struct hmv_prepared prepared = wrapped_prepare(gadgets[g]);
        for (int round = 0; round < 6; round++) {
            const struct bitcells none = {N2, N3, 0, NULL};
            static const char *const nothing[N4] = {"000", "000"};
            struct hmv_hinted hinted = wrapped_hint(&prepared, round % 3 == 0   ? &diagonal
                                                               : round % 3 == 1 ? &general
                                                                                : &none);
            wrapped_expect(&hinted, round % 3 == 0   ? diagonal_truth
                                    : round % 3 == 1 ? general_truth
                                                     : nothing);
            prepared = wrapped_retract(&hinted);
        }
        hmv_close_prepared(&prepared);
    }
}

static void refusals(void **state)
{
    struct bitmatrix empty = {0}, one = wrapped_matrix(1, 1, "1");
    struct hmv_prepared prepared = {0};
    struct hmv_hinted hinted = {0};
    struct bitcells wrong = general;
    enum verdict bits[N1];
    struct bit_summary c = {.yes = 77};
    (void)state;
    assert_int_equal(
        hmv_prepare(&(struct hmv_input){&hmv_oamv, &wrapped, NULL, &empty, &one}, &prepared, &say),
        STATUS_BAD);
    assert_non_null(strstr(say.text, "M is 0 x 0"));
    assert_int_equal(
        hmv_prepare(&(struct hmv_input){&hmv_oamv, &wrapped, NULL, &one, &empty}, &prepared, &say),
        STATUS_BAD);
    assert_non_null(strstr(say.text, "V is 0 x 0"));
    assert_null(prepared.hmv);
    bitmatrix_free(&one);

    prepared = wrapped_prepare(&hmv_odamv_diagonal);
    wrong.rows = N2 + 1;
    assert_int_equal(hmv_hint(&prepared, &wrong, &hinted, &say), STATUS_BAD);
    assert_non_null(strstr(say.text, "P has 5 rows, expected 4"));
    wrong = general;
    wrong.cols = 1;
    assert_int_equal(hmv_hint(&prepared, &wrong, &hinted, &say), STATUS_BAD);
    assert_non_null(strstr(say.text, "P has 1 columns, expected 5"));
    assert_int_equal(hmv_hint(&prepared, &general, &hinted, &say), STATUS_BAD);
    assert_non_null(
        strstr(say.text, "P[1,3] is the second 1 of its column, expected at most one per column"));
    assert_int_equal(wrapped_control.sets, 0);
    assert_non_null(prepared.hmv);
    hinted = wrapped_hint(&prepared, &diagonal);
    assert_int_equal(hmv_column(&hinted, N4, bits, &c, &say), STATUS_BAD);
    assert_non_null(strstr(say.text, "column 2, expected 0 to 1"));
    assert_int_equal(c.yes, 77);
    wrapped_expect(&hinted, diagonal_truth);
    hmv_close_hinted(&hinted);
}

/* Cells that are not a P, each refused before any update, with the cell in the message. */
static void refused_cells(void **state)
{
    static const struct {
        struct bitcell cells[3];
        const char *message;
    } cases[] = {
        {{{0, 1}, {1, 2}, {1, 2}}, "P: cell number 2 is (1,2) a second time"},
        {{{0, 1}, {1, 2}, {1, 1}}, "P: cell number 2 is (1,1) after (1,2)"},
        {{{0, 1}, {2, 2}, {1, 3}}, "P: cell number 2 is (1,3) after (2,2)"},
        {{{0, 1}, {N2, 0}, {3, 3}}, "P: cell number 1 is (4,0), expected one of a 4 x 5 matrix"},
        {{{0, N3}, {1, 0}, {3, 3}}, "P: cell number 0 is (0,5), expected one of a 4 x 5 matrix"},
        {{{0, 1}, {1, 0}, {(size_t)-1, 0}}, "P: cell number 2 is ("},
    };
    struct hmv_prepared prepared = wrapped_prepare(&hmv_odamv_probe);
    struct hmv_hinted hinted = {0};
    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct bitcell cells[3];
        const struct bitcells p = {N2, N3, 3, cells};
        memcpy(cells, cases[c].cells, sizeof cells);
        assert_int_equal(hmv_hint(&prepared, &p, &hinted, &say), STATUS_BAD);
        if (!strstr(say.text, cases[c].message))
            fail_msg("'%s', expected '%s'", say.text, cases[c].message);
    }
    assert_int_equal(wrapped_control.sets, 0);
    hinted = wrapped_hint(&prepared, &general);
    wrapped_expect(&hinted, general_truth);
    hmv_close_hinted(&hinted);
}

/* Three matrices of 8 TB each: one message with all extents, and nothing is allocated. */
static void refused_size(void **state)
{
    const size_t n = (size_t)1 << 20;
    struct odamv_problem problem = {.m = n, .n = n, .d = n, .p = n, .scale = 1};
    struct instance_input input;
    (void)state;
    assert_int_equal(instance_input_open(&input, odamv_engine_find("naive"), NULL, &problem, &say),
                     STATUS_MACHINE);
    assert_non_null(strstr(say.text, "K 1048576 x 1048576"));
    assert_non_null(strstr(say.text, "need 2.64e+13 bytes and naive "));
    assert_null(input.q);
    assert_null(problem.v);
}

static void expect_stale(enum status status)
{
    assert_int_equal(status, STATUS_BAD);
    assert_non_null(strstr(say.text, "this handle was passed on"));
}

/* Copies of handles from before a change of phase are refused in every phase that follows, even
 * when the phase that they were for comes again; and to close one leaves the instance alone. */
static void stale_handles(void **state)
{
    struct hmv_prepared prepared = wrapped_prepare(&hmv_odamv_probe), no_p = prepared, none = {0};
    struct hmv_hinted hinted = wrapped_hint(&prepared, &diagonal), first_p = hinted, out = {0};
    enum verdict bits[N1];
    struct bit_summary c;
    size_t sets = wrapped_control.sets;
    (void)state;
    expect_stale(hmv_hint(&no_p, &general, &out, &say));
    expect_stale(hmv_hint(&prepared, &general, &out, &say)); /* zeroed */
    assert_int_equal(wrapped_control.sets, sets);
    wrapped_expect(&first_p, diagonal_truth); /* a copy of the current handle is current */
    prepared = wrapped_retract(&hinted);
    expect_stale(hmv_column(&first_p, 0, bits, &c, &say));
    expect_stale(hmv_retract(&first_p, &none, &say));
    expect_stale(hmv_hint(&no_p, &general, &out, &say));
    hinted = wrapped_hint(&prepared, &general);
    expect_stale(hmv_column(&first_p, 0, bits, &c, &say)); /* another P's */
    hmv_close_hinted(&first_p);
    hmv_close_prepared(&no_p);
    assert_null(first_p.hmv);
    assert_null(no_p.hmv);
    assert_null(out.hmv);
    assert_null(none.hmv);
    wrapped_expect(&hinted, general_truth);
    hmv_close_hinted(&hinted);
    hmv_close_hinted(&hinted); /* zeroed */
}

/* The engine refuses one update of a P: what was set is undone, and the same P works later. */
static void refused_update(void **state)
{
    (void)state;
    for (size_t at = 0; at < 4; at++) {
        struct hmv_prepared prepared = wrapped_prepare(&hmv_odamv_probe);
        struct hmv_hinted hinted = {0};
        wrapped_control.refuse_from = at;
        wrapped_control.refuse_to = at + 1;
        assert_int_equal(hmv_hint(&prepared, &diagonal, &hinted, &say), STATUS_BAD);
        assert_non_null(strstr(say.text, "wrapped: K["));
        assert_non_null(strstr(say.text, "unable"));
        assert_non_null(prepared.hmv);
        assert_null(hinted.hmv);
        hinted = wrapped_hint(&prepared, &general);
        wrapped_expect(&hinted, general_truth);
        hmv_close_hinted(&hinted);
    }
}

/* The engine refuses to take a P back: every later call says so, and nothing is answered. */
static void refused_undo(void **state)
{
    struct hmv_prepared prepared = wrapped_prepare(&hmv_odamv_probe), none = {0};
    struct hmv_hinted hinted = wrapped_hint(&prepared, &diagonal);
    struct bit_summary c;
    enum verdict bits[N1];
    (void)state;
    wrapped_control.refuse_from = 6;
    wrapped_control.refuse_to = 7;
    assert_int_equal(hmv_retract(&hinted, &none, &say), STATUS_BAD);
    assert_null(none.hmv);
    assert_int_equal(hmv_retract(&hinted, &none, &say), STATUS_BAD);
    assert_non_null(strstr(say.text, "refused to undo"));
    assert_int_equal(hmv_column(&hinted, 0, bits, &c, &say), STATUS_BAD);
    hmv_close_hinted(&hinted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),        cmocka_unit_test(again),
        cmocka_unit_test(refusals),       cmocka_unit_test(refused_cells),
        cmocka_unit_test(refused_size),   cmocka_unit_test(stale_handles),
        cmocka_unit_test(refused_update), cmocka_unit_test(refused_undo),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
