/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The published bounds as a function, and the exponents predicted from them.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "experiments/theory/omega.h"
#include "experiments/theory/theory.h"
#include "harness/ground/say.h"

static void near(double x, double y, double tolerance)
{
    if (!(fabs(x - y) <= tolerance))
        fail_msg("%.12g, expected %.12g within %g", x, y, tolerance);
}

static void tables_are_convex_and_increasing(void **unused)
{
    (void)unused;
    for (const struct omega_table *t = omega_tables; t->name; t++) {
        near(t->points[t->count - 1].a, 1, 0);
        near(t->points[0].omega, 2, 0);
        for (size_t i = 1; i + 1 < t->count; i++) {
            const struct omega_point *x = t->points + i;
            double before = (x[0].omega - x[-1].omega) / (x[0].a - x[-1].a);
            double after = (x[1].omega - x[0].omega) / (x[1].a - x[0].a);
            assert_true(x[0].a > x[-1].a && x[0].omega > x[-1].omega);
            if (!(after > before))
                fail_msg("%s is not convex at a = %g", t->name, x->a);
        }
    }
}

static void interpolation_meets_the_table(void **unused)
{
    (void)unused;
    for (const struct omega_table *t = omega_tables; t->name; t++)
        for (size_t i = 0; i < t->count; i++)
            near(omega_of_table(t, t->points[i].a), t->points[i].omega, 1e-15);
    near(omega_of_table(omega_tables, 0.45), (2.00928 + 2.042776) / 2, 1e-12);
    near(omega_of_table(omega_tables, 0.1), 2, 0);
    near(omega_least(1), 2.371339, 0);
    assert_true(omega_least(0.45) <= 2.023788); /* the older table has a point there */
    assert_true(isnan(omega_least(1.01)) && isnan(omega_least(-0.01)) && isnan(omega_least(NAN)));
}

static void predictions(void **unused)
{
    double w;
    struct say say;
    (void)unused;
    assert_int_equal(theory_exponent("strassen", &w, &say), STATUS_OK);
    assert_true(fabs(w - theory_strassen()) < 1e-15);
    near(w, log2(7), 1e-12);
    near(theory_operation("lazy", THEORY_UPDATE, w, 1, 1), w - 1, 1e-12);
    near(theory_operation("lazy-wc", THEORY_UPDATE, w, 0.5, 1), 2 - (3 - w) * 0.5, 1e-12);
    near(theory_operation("lazy", THEORY_UPDATE, 3, 0.3, 1), 2, 1e-12);
    near(theory_operation("lazy", THEORY_COLUMN, 3, 0.3, 1), 1.3, 1e-12);
    near(theory_operation("direct", THEORY_QUERY, 3, 0.3, 1), 1, 0);
    near(theory_operation("naive", THEORY_QUERY, 3, 0.3, 1), 2, 0);
    near(theory_operation("naive", THEORY_QUERY, 3, 0.3, 0), 1, 0);
    assert_true(isnan(theory_operation("mine", THEORY_QUERY, 3, 0.3, 1)));
    near(theory_paper_update(0.25), 1.75, 0);
    assert_int_equal(theory_exponent("no-such-scheme", &w, &say), STATUS_BAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(tables_are_convex_and_increasing),
                                       cmocka_unit_test(interpolation_meets_the_table),
                                       cmocka_unit_test(predictions)};
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
