/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Intervals contain what they must, and bits are given exactly when the certificate allows.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reductions/conjecture.h"
#include "reductions/decode.h"

static enum verdict decode(double lo, double hi, double gap)
{
    double error = NAN;
    return decode_bit((struct interval){lo, hi}, gap, &error);
}

static void verdicts(void **state)
{
    (void)state;
    assert_int_equal(decode(0, 0, 1), VERDICT_NO);
    assert_int_equal(decode(-0.1, 0.1, 1), VERDICT_NO);
    assert_int_equal(decode(1, 1, 1), VERDICT_YES);
    assert_int_equal(decode(0.9, 1.1, 1), VERDICT_YES);
    assert_int_equal(decode(7, 7.2, 1), VERDICT_YES);
    /* half the length just below, at and above half the gap; rounding up the middle one decides */
    assert_int_equal(decode(-0.4, 0.59, 1), VERDICT_NO);
    assert_int_equal(decode(0.01, 1.0, 1), VERDICT_YES);
    assert_int_equal(decode(-0.5, 0.5, 1), VERDICT_UNDECIDED);
    assert_int_equal(decode(0, 1, 1), VERDICT_UNDECIDED);
    assert_int_equal(decode(-3, 3, 1), VERDICT_UNDECIDED);
    assert_int_equal(decode(5, 7, 1), VERDICT_UNDECIDED); /* consistent with 1, but not certified */
    assert_int_equal(decode(0.3, 0.7, 1), VERDICT_CONTRADICTORY);
    assert_int_equal(decode(-0.7, -0.3, 1), VERDICT_CONTRADICTORY);
    assert_int_equal(decode(NAN, 1, 1), VERDICT_UNDECIDED);
    assert_int_equal(decode(0, NAN, 1), VERDICT_UNDECIDED);
    assert_int_equal(decode(-INFINITY, INFINITY, 1), VERDICT_UNDECIDED);
    assert_int_equal(decode(INFINITY, INFINITY, 1), VERDICT_UNDECIDED);
    assert_int_equal(decode(0, 0, NAN), VERDICT_UNDECIDED);
}

static void answers(void **state)
{
    static const struct odamv_answer useless[] = {{NAN, 0},      {0, NAN},       {0, INFINITY},
                                                  {INFINITY, 0}, {-INFINITY, 1}, {1, -1}};
    struct interval x = interval_of_answer(&(struct odamv_answer){2, 0.5});
    (void)state;
    assert_true(x.lo <= 1.5 && x.lo > 1.49 && x.hi >= 2.5 && x.hi < 2.51);
    for (size_t i = 0; i < sizeof useless / sizeof *useless; i++) {
        x = interval_of_answer(&useless[i]);
        assert_true(x.lo == -INFINITY && x.hi == INFINITY);
        x = interval_subtract(interval_divide(x, (struct interval){1, 1}), 3);
        assert_int_equal(decode(x.lo, x.hi, 1), VERDICT_UNDECIDED);
    }
}

static void check_contains(struct interval x, long double exact)
{
    assert_true((long double)x.lo <= exact && exact <= (long double)x.hi);
}

/* The end points and the middle of random intervals, against long double. */
static void arithmetic(void **state)
{
    (void)state;
    srand(1);
    for (int i = 0; i < 200000; i++) {
        double u[4];
        for (int k = 0; k < 4; k++)
            u[k] = (double)rand() / RAND_MAX;
        struct interval a = {2 * u[0] - 1, 0}, b = {0.01 + u[2], 0};
        a.hi = a.lo + 0.1 * u[1];
        b.hi = b.lo + 0.1 * u[3];
        double as[] = {a.lo, a.hi}, bs[] = {b.lo, b.hi};
        for (int k = 0; k < 4; k++) {
            long double x = as[k & 1], y = bs[k >> 1];
            check_contains(interval_multiply(a, b), x * y);
            check_contains(interval_divide(a, b), x / y);
            check_contains(interval_subtract(a, 17), x - 17);
        }
    }
    for (int k = 0; k < 3; k++) {
        struct interval x =
            interval_divide((struct interval){1, 2}, (struct interval){k == 0   ? 0
                                                                       : k == 1 ? -1
                                                                                : NAN,
                                                                       1});
        assert_true(x.lo == -INFINITY && x.hi == INFINITY);
    }
}

static void gaps(void **state)
{
    (void)state;
    assert_true(decode_eps(0) == decode_eps(1));
    for (size_t largest = 1; largest < 5000; largest++) {
        double eps = decode_eps(largest);
        struct interval gap = decode_gap(eps);
        long double exact = expm1l((long double)eps);
        assert_true((long double)largest * (long double)eps <= 0.693147180559945309417232L);
        assert_true(eps * (double)largest > 0.693147);
        assert_true((long double)gap.lo < exact && exact < (long double)gap.hi);
        assert_true((gap.hi - gap.lo) / gap.hi < 1e-14);
    }
}

static void summaries(void **state)
{
    struct bit_summary one = {.half_gap = 0.5}, other = {.half_gap = 0.25}, total = {0};
    (void)state;
    bit_summary_add(&one, VERDICT_YES, 0.1);
    bit_summary_add(&one, VERDICT_NO, 0.3);
    bit_summary_add(&one, VERDICT_NO, 0.2);
    bit_summary_add(&other, VERDICT_UNDECIDED, INFINITY);
    bit_summary_merge(&total, &one);
    assert_true(total.error == 0.3 && total.half_gap == 0.5);
    bit_summary_merge(&total, &other);
    bit_summary_merge(&total, &one);
    assert_true(total.yes == 2 && total.no == 4 && total.undecided == 1 &&
                total.contradictory == 0);
    assert_true(total.error == INFINITY && total.half_gap == 0.25);
    bit_summary_add(&one, VERDICT_UNDECIDED, NAN);
    bit_summary_add(&one, VERDICT_CONTRADICTORY, 0.1);
    assert_true(isnan(one.error) && one.contradictory == 1);
    bit_summary_merge(&total, &one);
    bit_summary_merge(&total, &other);
    assert_true(isnan(total.error));
}

static void conjecture(void **state)
{
    (void)state;
    assert_non_null(
        strstr(conjecture_status(0.05), "families of P with n^tau nonzeros, tau < 1/18: phase 2"));
    assert_non_null(strstr(conjecture_status(0.056), "smaller savings"));
    assert_non_null(strstr(conjecture_status(0.12), "smaller savings"));
    assert_non_null(strstr(conjecture_status(0.1205), "open"));
    assert_non_null(strstr(conjecture_status(1), "open"));
    assert_non_null(strstr(conjecture_status(nextafter(1, 2)), "not covered"));
    assert_non_null(strstr(conjecture_status(0), "not covered"));
    assert_non_null(strstr(conjecture_status(-INFINITY), "not covered"));
    assert_non_null(strstr(conjecture_status(NAN), "not covered"));
    assert_non_null(strstr(conjecture_status(0.5), "2610.06783"));
    assert_int_equal(conjecture_at(nextafter(1.0 / 18, 0)), CONJECTURE_FALSE);
    assert_int_equal(conjecture_at(1.0 / 18), CONJECTURE_WEAKENED);
    assert_true(conjecture_at(nextafter(conjecture_false_below(), 0)) == CONJECTURE_WEAKENED &&
                conjecture_at(conjecture_false_below()) == CONJECTURE_OPEN);
    assert_true(fabs(conjecture_false_below() - 0.12041) < 5e-6);
    assert_non_null(strstr(conjecture_words(0.05), "2610.06783) for families with tau < 1/18"));
    assert_non_null(strstr(conjecture_words(0.1), "families with 1/18 <= tau < 0.1204"));
    assert_string_equal(conjecture_words(0.5), "open for families with tau >= 0.1204");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts), cmocka_unit_test(answers),   cmocka_unit_test(arithmetic),
        cmocka_unit_test(gaps),     cmocka_unit_test(summaries), cmocka_unit_test(conjecture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
