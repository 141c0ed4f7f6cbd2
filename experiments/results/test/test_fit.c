/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fits of costs whose exponent is known, and costs that must not be fitted.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* cmocka wants the ones above first */
#include <cmocka.h>

#include "experiments/results/fit.h"

#define MOST 64

static const struct fit_range everything = {0, INFINITY};

/* cost = 3 n^exponent for n = from, 2 from, ..., with `seeds` records each. */
static size_t series(struct record *out, size_t from, size_t sizes, size_t seeds, double exponent)
{
    size_t count = 0;
    memset(out, 0, MOST * sizeof *out);
    for (size_t s = 0; s < sizes; s++)
        for (size_t seed = 1; seed <= seeds; seed++) {
            out[count].n = from << s;
            out[count].seed = seed;
            for (int m = 0; m < METRICS; m++)
                out[count].value[m] = 3 * pow((double)out[count].n, exponent);
            count++;
        }
    return count;
}

static void exact_lines(void **unused)
{
    struct record r[MOST];
    struct fit fit;
    struct say say;
    (void)unused;
    for (double e = -0.5; e <= 3; e += 0.25) {
        size_t count = series(r, 256, 6, 1, e);
        assert_int_equal(fit_series(r, count,
                                    &(struct fit_options){METRIC_OPERATIONS, everything, 1}, &fit,
                                    &say),
                         STATUS_OK);
        assert_true(fabs(fit.exponent - e) < 1e-12 && fabs(fit.low - e) < 1e-12 &&
                    fabs(fit.high - e) < 1e-12);
        assert_true(fabs(exp(fit.log_factor) - 3) < 1e-9 && fit.residual < 1e-12);
        assert_int_equal(fit.sizes, 6);
        assert_true(fit.n[5] == 8192 && fabs(fit.local[1] - e) < 1e-12);
    }
}

/* One measurement ten times too slow moves least squares by 0.3, and the robust line by less than
 * the others scatter. */
static void an_outlier(void **unused)
{
    struct record r[MOST];
    struct fit fit;
    struct say say;
    size_t count = series(r, 64, 7, 5, 2);
    (void)unused;
    for (size_t i = 0; i < count; i++)
        r[i].value[METRIC_SECONDS] *= 1 + 0.01 * (double)((i * 7) % 5);
    r[count - 1].value[METRIC_SECONDS] *= 10;
    assert_int_equal(
        fit_series(r, count, &(struct fit_options){METRIC_SECONDS, everything, 1}, &fit, &say),
        STATUS_OK);
    assert_true(fabs(fit.exponent - 2) < 0.01);
    assert_true(fit.low <= fit.exponent && fit.exponent <= fit.high && fit.high - fit.low < 0.2);
}

static void the_bootstrap_repeats(void **unused)
{
    struct record r[MOST];
    struct fit one, two, other;
    struct say say;
    size_t count = series(r, 64, 6, 4, 1.5);
    (void)unused;
    for (size_t i = 0; i < count; i++)
        r[i].value[METRIC_SECONDS] *= 1 + 0.1 * (double)((i * 13) % 7);
    assert_int_equal(
        fit_series(r, count, &(struct fit_options){METRIC_SECONDS, everything, 5}, &one, &say),
        STATUS_OK);
    assert_int_equal(
        fit_series(r, count, &(struct fit_options){METRIC_SECONDS, everything, 5}, &two, &say),
        STATUS_OK);
    assert_int_equal(
        fit_series(r, count, &(struct fit_options){METRIC_SECONDS, everything, 6}, &other, &say),
        STATUS_OK);
    assert_true(one.low == two.low && one.high == two.high && one.exponent == two.exponent);
    assert_true(one.low < one.high && (one.low != other.low || one.high != other.high));
}

static void refused(size_t from, size_t sizes, double cost, const char *reason)
{
    struct record r[MOST];
    struct fit fit;
    struct say say;
    size_t count = series(r, from, sizes, 1, 1);
    r[0].value[METRIC_OPERATIONS] = cost;
    assert_int_equal(
        fit_series(r, count, &(struct fit_options){METRIC_OPERATIONS, everything, 1}, &fit, &say),
        STATUS_BAD);
    if (!strstr(say.text, reason))
        fail_msg("the message is \"%s\", expected \"%s\" in it", say.text, reason);
    assert_true(isnan(fit.exponent));
}

static void refusals(void **unused)
{
    struct record r[MOST];
    struct fit fit;
    struct say say;
    (void)unused;
    refused(16, 4, 1, "4 sizes, expected at least 5");
    refused(16, 6, 0, "is 0, expected a positive number");
    refused(16, 6, NAN, "expected a positive number");
    refused(16, 6, INFINITY, "expected a positive number");
    series(r, 100, 6, 1, 1);
    for (size_t i = 0; i < 6; i++)
        r[i].n = 100 + 150 * i; /* 100 to 850 */
    assert_int_equal(
        fit_series(r, 6, &(struct fit_options){METRIC_OPERATIONS, everything, 1}, &fit, &say),
        STATUS_BAD);
    assert_non_null(strstr(say.text, "at least one decade"));
    r[5].n = 1000;
    assert_int_equal(
        fit_series(r, 6, &(struct fit_options){METRIC_OPERATIONS, everything, 1}, &fit, &say),
        STATUS_OK);
    const struct fit_range upper = {200, INFINITY};
    assert_int_equal(
        fit_series(r, 6, &(struct fit_options){METRIC_OPERATIONS, upper, 1}, &fit, &say),
        STATUS_BAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(exact_lines), cmocka_unit_test(an_outlier),
                                       cmocka_unit_test(the_bootstrap_repeats),
                                       cmocka_unit_test(refusals)};
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
