/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The phases of the hinted-Mv problem, with an engine that fails, lies or knows nothing on request:
 * refusals leave a usable state, failures in the middle of a P are undone, the numbers of updates
 * and queries are those that the gadgets state, and no bit is given without a certificate.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reductions/hmv.h"

/* --- an engine around naive ------------------------------------------------------------------- */

static struct {
    size_t sets, queries;          /* received so far */
    size_t refuse_from, refuse_to; /* set_k calls number refuse_from .. refuse_to - 1 */
    double shift, bound;           /* added to every answer, or to those of one column */
    bool one_column;
    size_t column;
} control;

static enum odamv_status wrapped_open(const struct odamv_problem *problem,
                                      const struct odamv_options *options, void **state)
{
    return odamv_engine_find("naive")->open(problem, options, state);
}

static enum odamv_status wrapped_set_k(void *state, size_t key, size_t feature, double value)
{
    size_t number = control.sets++;
    if (number >= control.refuse_from && number < control.refuse_to)
        return ODAMV_UNABLE;
    return odamv_engine_find("naive")->set_k(state, key, feature, value);
}

static enum odamv_status wrapped_set_v(void *state, size_t key, size_t column, double value)
{
    return odamv_engine_find("naive")->set_v(state, key, column, value);
}

static enum odamv_status wrapped_query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    enum odamv_status status = odamv_engine_find("naive")->query(state, i, j, out);
    control.queries++;
    if (!control.one_column || j == control.column) {
        out->value += control.shift;
        out->bound += control.bound;
    }
    return status;
}

static void wrapped_close(void *state)
{
    odamv_engine_find("naive")->close(state);
}

/* Without query_column, stats, cost and memory, as a user's first engine may be. */
static const struct odamv_engine wrapped = {
    .abi = ODAMV_ABI,
    .name = "wrapped",
    .open = wrapped_open,
    .set_k = wrapped_set_k,
    .set_v = wrapped_set_v,
    .query = wrapped_query,
    .close = wrapped_close,
};

/* --- an instance ------------------------------------------------------------------------------ */

#define N1 3
#define N2 4
#define N3 5
#define N4 2

static struct say say;

static struct bitmatrix matrix(size_t rows, size_t cols, const char *bits)
{
    struct bitmatrix a;
    assert_int_equal(bitmatrix_open(rows, cols, "test", &a, &say), 0);
    for (size_t i = 0; i < rows * cols; i++)
        if (bits[i] == '1')
            bitmatrix_set(&a, i / cols, i % cols);
    return a;
}

static struct hmv_prepared prepare(const struct hmv_gadget *gadget)
{
    struct bitmatrix m = matrix(N1, N2,
                                "1100"
                                "0010"
                                "0000"),
                     v = matrix(N3, N4,
                                "10"
                                "01"
                                "00"
                                "11"
                                "00");
    struct hmv_prepared prepared = {0};
    memset(&control, 0, sizeof control);
    if (hmv_prepare(gadget, &wrapped, NULL, &m, &v, &prepared, &say) != 0)
        fail_msg("%s", say.text);
    bitmatrix_free(&m);
    bitmatrix_free(&v);
    return prepared;
}

static struct bitcell diagonal_cells[] = {{0, 0}, {1, 1}, {2, 2}, {3, 3}};
static const struct bitcells diagonal = {N2, N3, 4, diagonal_cells};
static struct bitcell general_cells[] = {{0, 3}, {1, 3}, {2, 0}};
static const struct bitcells general = {N2, N3, 3, general_cells};

/* What M P V is, by hand: rows 0 and 1 of M meet P and V thus. */
static const char *const diagonal_truth[N4] = {"100", "100"};
static const char *const general_truth[N4] = {"110", "100"};

static struct hmv_hinted hint(struct hmv_prepared *prepared, const struct bitcells *p)
{
    struct hmv_hinted hinted = {0};
    if (hmv_hint(prepared, p, &hinted, &say) != STATUS_OK)
        fail_msg("%s", say.text);
    assert_null(prepared->hmv);
    return hinted;
}

static void expect(const struct hmv_hinted *hinted, const char *const *truth)
{
    for (size_t i = 0; i < N4; i++) {
        enum verdict bits[N1];
        struct bit_summary c;
        if (hmv_column(hinted, i, bits, &c, &say) != STATUS_OK)
            fail_msg("%s", say.text);
        for (size_t j = 0; j < N1; j++)
            assert_int_equal(bits[j], truth[i][j] == '1' ? VERDICT_YES : VERDICT_NO);
    }
}

static struct hmv_prepared retract(struct hmv_hinted *hinted)
{
    struct hmv_prepared prepared = {0};
    if (hmv_retract(hinted, &prepared, &say) != STATUS_OK)
        fail_msg("%s", say.text);
    assert_null(hinted->hmv);
    return prepared;
}

/* --- tests ------------------------------------------------------------------------------------ */

static void numbers(void **state)
{
    (void)state;
    for (size_t g = 0; hmv_gadgets[g]; g++) {
        struct hmv_prepared prepared = prepare(hmv_gadgets[g]);
        struct hmv_hinted hinted;
        struct hmv_charge c;
        const struct phase *phases;
        hmv_gadgets[g]->charge(&(struct hmv_shape){N1, N2, N3, N4}, 4, &c);
        hinted = hint(&prepared, &diagonal);
        assert_int_equal(control.sets, c.updates);
        assert_int_equal(control.queries, c.queries_hint);
        expect(&hinted, diagonal_truth);
        assert_int_equal(control.queries, c.queries_hint + N4 * c.queries_column);
        phases = hmv_phases_hinted(&hinted);
        assert_int_equal(phases[1].updates, c.updates);
        assert_int_equal(phases[2].queries, N4 * c.queries_column);
        assert_false(phases[2].counted);
        prepared = retract(&hinted);
        assert_int_equal(control.sets, 2 * c.updates);
        assert_int_equal(hmv_phases_prepared(&prepared)[3].updates, c.updates);
        hmv_close_prepared(&prepared);
    }
}

static void again(void **state)
{
    static const struct hmv_gadget *const gadgets[] = {&hmv_oamv, &hmv_odamv_probe};
    (void)state;
    for (size_t g = 0; g < 2; g++) {
        struct hmv_prepared prepared = prepare(gadgets[g]);
        for (int round = 0; round < 6; round++) {
            const struct bitcells none = {N2, N3, 0, NULL};
            static const char *const nothing[N4] = {"000", "000"};
            struct hmv_hinted hinted = hint(&prepared, round % 3 == 0   ? &diagonal
                                                       : round % 3 == 1 ? &general
                                                                        : &none);
            expect(&hinted, round % 3 == 0   ? diagonal_truth
                            : round % 3 == 1 ? general_truth
                                             : nothing);
            prepared = retract(&hinted);
        }
        hmv_close_prepared(&prepared);
    }
}

static void refusals(void **state)
{
    struct bitmatrix empty = {0}, one = matrix(1, 1, "1");
    struct hmv_prepared prepared = {0};
    struct hmv_hinted hinted = {0};
    struct bitcells wrong = general;
    enum verdict bits[N1];
    struct bit_summary c = {.yes = 77};
    (void)state;
    assert_int_equal(hmv_prepare(&hmv_oamv, &wrapped, NULL, &empty, &one, &prepared, &say),
                     STATUS_BAD);
    assert_non_null(strstr(say.text, "M is 0 x 0"));
    assert_int_equal(hmv_prepare(&hmv_oamv, &wrapped, NULL, &one, &empty, &prepared, &say),
                     STATUS_BAD);
    assert_non_null(strstr(say.text, "V is 0 x 0"));
    assert_null(prepared.hmv);
    bitmatrix_free(&one);

    prepared = prepare(&hmv_odamv_diagonal);
    wrong.rows = N2 + 1;
    assert_int_equal(hmv_hint(&prepared, &wrong, &hinted, &say), STATUS_BAD);
    assert_non_null(strstr(say.text, "P has 5 rows, expected 4"));
    wrong = general;
    wrong.cols = 1;
    assert_int_equal(hmv_hint(&prepared, &wrong, &hinted, &say), STATUS_BAD);
    assert_non_null(strstr(say.text, "P has 1 columns, expected 5"));
    assert_int_equal(hmv_hint(&prepared, &general, &hinted, &say), STATUS_BAD);
    assert_non_null(strstr(say.text, "P[0,3] is 1, expected a diagonal P"));
    assert_int_equal(control.sets, 0);
    assert_non_null(prepared.hmv);
    hinted = hint(&prepared, &diagonal);
    assert_int_equal(hmv_column(&hinted, N4, bits, &c, &say), STATUS_BAD);
    assert_non_null(strstr(say.text, "column 2, expected 0 to 1"));
    assert_int_equal(c.yes, 77);
    expect(&hinted, diagonal_truth);
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
    struct hmv_prepared prepared = prepare(&hmv_odamv_probe);
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
    assert_int_equal(control.sets, 0);
    hinted = hint(&prepared, &general);
    expect(&hinted, general_truth);
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
    struct hmv_prepared prepared = prepare(&hmv_odamv_probe), no_p = prepared, none = {0};
    struct hmv_hinted hinted = hint(&prepared, &diagonal), first_p = hinted, out = {0};
    enum verdict bits[N1];
    struct bit_summary c;
    size_t sets = control.sets;
    (void)state;
    expect_stale(hmv_hint(&no_p, &general, &out, &say));
    expect_stale(hmv_hint(&prepared, &general, &out, &say)); /* zeroed */
    assert_int_equal(control.sets, sets);
    expect(&first_p, diagonal_truth); /* a copy of the current handle is current */
    prepared = retract(&hinted);
    expect_stale(hmv_column(&first_p, 0, bits, &c, &say));
    expect_stale(hmv_retract(&first_p, &none, &say));
    expect_stale(hmv_hint(&no_p, &general, &out, &say));
    hinted = hint(&prepared, &general);
    expect_stale(hmv_column(&first_p, 0, bits, &c, &say)); /* another P's */
    hmv_close_hinted(&first_p);
    hmv_close_prepared(&no_p);
    assert_null(first_p.hmv);
    assert_null(no_p.hmv);
    assert_null(out.hmv);
    assert_null(none.hmv);
    expect(&hinted, general_truth);
    hmv_close_hinted(&hinted);
    hmv_close_hinted(&hinted); /* zeroed */
}

/* The engine refuses one update of a P: what was set is undone, and the same P works later. */
static void refused_update(void **state)
{
    (void)state;
    for (size_t at = 0; at < 4; at++) {
        struct hmv_prepared prepared = prepare(&hmv_odamv_probe);
        struct hmv_hinted hinted = {0};
        control.refuse_from = at;
        control.refuse_to = at + 1;
        assert_int_equal(hmv_hint(&prepared, &diagonal, &hinted, &say), STATUS_BAD);
        assert_non_null(strstr(say.text, "wrapped: K["));
        assert_non_null(strstr(say.text, "unable"));
        assert_non_null(prepared.hmv);
        assert_null(hinted.hmv);
        hinted = hint(&prepared, &general);
        expect(&hinted, general_truth);
        hmv_close_hinted(&hinted);
    }
}

/* The engine refuses to take a P back: every later call says so, and nothing is answered. */
static void refused_undo(void **state)
{
    struct hmv_prepared prepared = prepare(&hmv_odamv_probe), none = {0};
    struct hmv_hinted hinted = hint(&prepared, &diagonal);
    struct bit_summary c;
    enum verdict bits[N1];
    (void)state;
    control.refuse_from = 6;
    control.refuse_to = 7;
    assert_int_equal(hmv_retract(&hinted, &none, &say), STATUS_BAD);
    assert_null(none.hmv);
    assert_int_equal(hmv_retract(&hinted, &none, &say), STATUS_BAD);
    assert_non_null(strstr(say.text, "refused to undo"));
    assert_int_equal(hmv_column(&hinted, 0, bits, &c, &say), STATUS_BAD);
    hmv_close_hinted(&hinted);
}

/* The verdicts of column 0, under an engine whose answers are shifted and whose bounds grow. */
static struct bit_summary disturbed(const struct hmv_gadget *gadget, double shift, double bound)
{
    struct hmv_prepared prepared = prepare(gadget);
    struct hmv_hinted hinted;
    struct bit_summary c;
    enum verdict bits[N1];
    control.shift = shift;
    control.bound = bound;
    hinted = hint(&prepared, &diagonal);
    assert_int_equal(hmv_column(&hinted, 0, bits, &c, &say), 0);
    assert_int_equal(c.yes + c.no + c.undecided + c.contradictory, N1);
    hmv_close_hinted(&hinted);
    return c;
}

static void certificates(void **state)
{
    double shift;
    (void)state;
    for (size_t g = 0; hmv_gadgets[g]; g++) {
        struct bit_summary c = disturbed(hmv_gadgets[g], 0, INFINITY);
        assert_int_equal(c.undecided, N1);
        c = disturbed(hmv_gadgets[g], 0, NAN);
        assert_int_equal(c.undecided, N1);
        c = disturbed(hmv_gadgets[g], NAN, 0);
        assert_int_equal(c.undecided, N1);
        c = disturbed(hmv_gadgets[g], 0, 0.6); /* more than the gap allows in each gadget */
        assert_int_equal(c.undecided, N1);
        c = disturbed(hmv_gadgets[g], 0, 1e-3);
        assert_int_equal(c.undecided, 0);
        assert_int_equal(c.yes, 1);
        assert_true(c.error >= 1e-3 && c.error < c.half_gap);
        /* half the gap, as x sees it, with a false bound of 0: what should be 0 is found out, and
         * with the other sign what should be the gap too */
        if (hmv_gadgets[g] == &hmv_odamv_probe)
            continue;
        shift = hmv_gadgets[g] == &hmv_odamv_diagonal ? 0.5 / 14 : 0.5; /* D = 2 n3 + nnz = 14 */
        c = disturbed(hmv_gadgets[g], shift, 0);
        assert_int_equal(c.contradictory, N1 - 1);
        c = disturbed(hmv_gadgets[g], -shift, 0);
        assert_int_equal(c.contradictory, N1);
    }
}

/* Answers of the value column or of the probe column alone are wrong by up to their bound: a bit
 * that is given must be right, small errors must leave it given, and large ones must not. */
static void each_bound_counts(void **state)
{
    (void)state;
    for (size_t column = 0; column <= N4; column += N4)
        for (int e = -12; e <= 0; e++)
            for (int sign = -1; sign <= 1; sign++) {
                struct hmv_prepared prepared = prepare(&hmv_odamv_probe);
                struct hmv_hinted hinted;
                struct bit_summary c;
                enum verdict bits[N1];
                control.one_column = true;
                control.column = column;
                control.bound = pow(2, e);
                control.shift = sign * control.bound;
                hinted = hint(&prepared, &diagonal);
                assert_int_equal(hmv_column(&hinted, 0, bits, &c, &say), 0);
                for (size_t j = 0; j < N1; j++)
                    if (bits[j] != VERDICT_UNDECIDED)
                        assert_int_equal(bits[j],
                                         diagonal_truth[0][j] == '1' ? VERDICT_YES : VERDICT_NO);
                if (e <= -9) /* D is at most 10, x at most 4 */
                    assert_int_equal(c.undecided, 0);
                if (e >= -2)
                    assert_int_equal(c.undecided, N1);
                assert_true(c.error >= control.bound);
                hmv_close_hinted(&hinted);
            }
}

/* The error that odamv-probe.c states for its quotient, D (e + (x + |V[:,i]|) f) / (1 - D f), here
 * in numbers: rows 0, 1 and 2 have D = 8, 7 and 6 and x = 1, 0 and 0, and |V[:,0]| = 2. */
static void quotient_error(void **state)
{
    const double bound = 0x1p-12, worst[] = {8, 8 * (1 + 2)};
    (void)state;
    for (int of_probe = 0; of_probe < 2; of_probe++) {
        struct hmv_prepared prepared = prepare(&hmv_odamv_probe);
        struct hmv_hinted hinted;
        struct bit_summary c;
        enum verdict bits[N1];
        control.one_column = true;
        control.column = of_probe ? N4 : 0;
        control.bound = bound;
        hinted = hint(&prepared, &diagonal);
        assert_int_equal(hmv_column(&hinted, 0, bits, &c, &say), 0);
        assert_true(c.error >= worst[of_probe] * bound * (1 - 1e-9));
        assert_true(c.error <= worst[of_probe] * bound / (1 - 8 * bound) * (1 + 1e-9));
        hmv_close_hinted(&hinted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),        cmocka_unit_test(again),
        cmocka_unit_test(refused_cells),  cmocka_unit_test(refused_size),
        cmocka_unit_test(stale_handles),  cmocka_unit_test(refusals),
        cmocka_unit_test(refused_update), cmocka_unit_test(refused_undo),
        cmocka_unit_test(certificates),   cmocka_unit_test(each_bound_counts),
        cmocka_unit_test(quotient_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
