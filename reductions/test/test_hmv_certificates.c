/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * No bit is given without a certificate: engines whose answers are shifted and whose bounds grow,
 * under every gadget.
 */
#include <math.h>

#include "wrapped_hmv.h"

/* The verdicts of column 0, under an engine whose answers are shifted and whose bounds grow. */
static struct bit_summary disturbed(const struct hmv_gadget *gadget, double shift, double bound)
{
    struct hmv_prepared prepared = wrapped_prepare(gadget);
    struct hmv_hinted hinted;
    struct bit_summary c;
    enum verdict bits[N1];
    wrapped_control.shift = shift;
    wrapped_control.bound = bound;
    hinted = wrapped_hint(&prepared, &diagonal);
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
                struct hmv_prepared prepared = wrapped_prepare(&hmv_odamv_probe);
                struct hmv_hinted hinted;
                struct bit_summary c;
                enum verdict bits[N1];
                wrapped_control.one_column = true;
                wrapped_control.column = column;
                wrapped_control.bound = pow(2, e);
                wrapped_control.shift = sign * wrapped_control.bound;
                hinted = wrapped_hint(&prepared, &diagonal);
                assert_int_equal(hmv_column(&hinted, 0, bits, &c, &say), 0);
                for (size_t j = 0; j < N1; j++)
                    if (bits[j] != VERDICT_UNDECIDED)
                        assert_int_equal(bits[j],
                                         diagonal_truth[0][j] == '1' ? VERDICT_YES : VERDICT_NO);
                if (e <= -9) /* D is at most 10, x at most 4 */
                    assert_int_equal(c.undecided, 0);
                if (e >= -2)
                    assert_int_equal(c.undecided, N1);
                assert_true(c.error >= wrapped_control.bound);
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
        struct hmv_prepared prepared = wrapped_prepare(&hmv_odamv_probe);
        struct hmv_hinted hinted;
        struct bit_summary c;
        enum verdict bits[N1];
        wrapped_control.one_column = true;
        wrapped_control.column = of_probe ? N4 : 0;
        wrapped_control.bound = bound;
        hinted = wrapped_hint(&prepared, &diagonal);
        assert_int_equal(hmv_column(&hinted, 0, bits, &c, &say), 0);
        assert_true(c.error >= worst[of_probe] * bound * (1 - 1e-9));
        assert_true(c.error <= worst[of_probe] * bound / (1 - 8 * bound) * (1 + 1e-9));
        hmv_close_hinted(&hinted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(certificates),
        cmocka_unit_test(each_bound_counts),
        cmocka_unit_test(quotient_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
