/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bounds of the literature as convex functions, and the exponents predicted from them.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
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

static const struct omega_table *const collections[] = {omega_published, omega_reported};

/* Whether y lies on the line from x to z or above it. */
static bool is_above(struct omega_point x, struct omega_point y, struct omega_point z)
{
    return y.omega >= x.omega + (y.a - x.a) * (z.omega - x.omega) / (z.a - x.a);
}

static void tables_are_convex_and_increasing(void **unused)
{
    (void)unused;
    for (int c = 0; c < 2; c++)
        for (const struct omega_table *t = collections[c]; t->name; t++)
            for (size_t i = 1; i < t->count; i++) {
                const struct omega_point *x = t->points + i;
                assert_true(x[0].a > x[-1].a && x[0].omega > x[-1].omega);
                if (i + 1 < t->count && is_above(x[-1], x[0], x[1]))
                    fail_msg("%s is not convex at a = %g", t->name, x->a);
            }
    for (const struct omega_table *t = omega_published; t->name; t++) {
        near(t->points[t->count - 1].a, 1, 0);
        near(t->points[0].omega, 2, 0);
    }
}

static void hulls_are_convex(void **unused)
{
    struct omega_vertex v[OMEGA_VERTICES_MAX];
    (void)unused;
    for (int c = 0; c < 2; c++) {
        const size_t count = omega_hull(collections[c], v);
        near(v[0].a, 0, 0);
        near(v[count - 1].a, 1, 0);
        for (size_t i = 1; i + 1 < count; i++)
            if (is_above((struct omega_point){v[i - 1].a, v[i - 1].omega},
                         (struct omega_point){v[i].a, v[i].omega},
                         (struct omega_point){v[i + 1].a, v[i + 1].omega}))
                fail_msg("the hull is not strictly convex at a = %g", v[i].a);
    }
}

/* The line through any two points of any tables is a bound; the hull is the least of them all. */
static double least_line(const struct omega_table *tables, double a)
{
    struct omega_point all[OMEGA_VERTICES_MAX] = {{0, 2}};
    size_t count = 1;
    double least = INFINITY;
    for (const struct omega_table *t = tables; t->name; t++)
        for (size_t i = 0; i < t->count; i++)
            all[count++] = t->points[i];
    for (size_t l = 0; l < count; l++)
        for (size_t r = 0; r < count; r++) {
            const double width = all[r].a - all[l].a, rise = all[r].omega - all[l].omega;
            if (all[l].a < a && a <= all[r].a)
                least = fmin(least, all[l].omega + (a - all[l].a) * rise / width);
        }
    return least;
}

static void hull_is_the_least_line(void **unused)
{
    (void)unused;
    for (int c = 0; c < 2; c++)
        for (int i = 1; i <= 2000; i++)
            near(omega_bound(collections[c], i / 2000.0, NULL),
                 least_line(collections[c], i / 2000.0), 1e-12);
}

static void hull_is_below_every_table(void **unused)
{
    (void)unused;
    for (int c = 0; c < 2; c++)
        for (const struct omega_table *t = collections[c]; t->name; t++) {
            const struct omega_table alone[] = {*t, {0}};
            for (double a = 0; a <= t->points[t->count - 1].a; a += 0.001)
                assert_true(omega_bound(collections[c], a, NULL) <=
                            omega_bound(alone, a, NULL) + 1e-15);
            for (size_t i = 0; i < t->count; i++)
                near(omega_bound(alone, t->points[i].a, NULL), t->points[i].omega, 0);
        }
}

static void end_is(const struct omega_vertex *end, double a, const char *source)
{
    near(end->a, a, 0);
    assert_string_equal(end->source ? end->source->name : "", source);
}

static void segments_and_their_sources(void **unused)
{
    struct omega_vertex ends[2];
    (void)unused;
    near(omega_bound(omega_published, 0.425, ends) - 0.425, 1.591534, 1e-9);
    end_is(&ends[0], 0.4, "ADVXXZ25");
    end_is(&ends[1], 0.45, "VXXZ24");
    near(omega_bound(omega_published, 0.25, ends), 2, 0);
    end_is(&ends[0], 0, "");
    end_is(&ends[1], 0.321334, "VXXZ24"); /* which the later table repeats */
    near(omega_bound(omega_published, 0.75, ends), 2.18621, 0);
    end_is(&ends[0], 0.75, "VXXZ24");
    end_is(&ends[1], 0.75, "VXXZ24");
    near(omega_bound(omega_reported, 0.75, ends), 2.092 + 0.158 * 0.041 / 0.291, 1e-12);
    end_is(&ends[0], 0.709, "OpenAIrect");
    end_is(&ends[1], 1, "OpenAI107");
}

static void nothing_is_extrapolated(void **unused)
{
    const double nowhere[] = {-0.01, 1.01, NAN};
    const struct omega_table rectangular[] = {omega_reported[1], {0}};
    (void)unused;
    for (int i = 0; i < 3; i++)
        assert_true(isnan(omega_bound(omega_published, nowhere[i], NULL)));
    near(omega_bound(rectangular, 0.709, NULL), 2.092, 0);
    assert_true(isnan(omega_bound(rectangular, 0.71, NULL)));
}

static void paper_updates(void **unused)
{
    static const double a[] = {0.25, 0.5, 0.75, 1};
    static const double published[] = {1.75, 1.5428, 1.4362, 1.3713};
    static const double reported[] = {1.75, 1.5132, 1.3643, 1.25};
    (void)unused;
    for (int i = 0; i < 4; i++) {
        near(theory_paper_update(a[i]), published[i], 5e-5);
        near(theory_reported_update(a[i]), reported[i], 5e-5);
    }
}

/* Of a K update by lazy and by lazy-wc. */
static void updates_are(const char *matmul, double a, double lazy, double lazy_wc)
{
    struct theory_scheme scheme;
    struct say say;
    assert_int_equal(theory_scheme_find(matmul, &scheme, &say), STATUS_OK);
    near(theory_operation("lazy", THEORY_UPDATE, &scheme, a, 1), lazy, 5e-5);
    near(theory_operation("lazy-wc", THEORY_UPDATE, &scheme, a, 1), lazy_wc, 5e-5);
}

static void updates_by_schemes(void **unused)
{
    (void)unused;
    for (double a = 0.05; a <= 1; a += 0.05) {
        const double strassen = 2 - (3 - log2(7)) * a;
        updates_are("classical", a, 2, 2);
        updates_are("plain-2x2x2", a, 2, 2);
        updates_are("strassen", a, strassen, strassen);
        updates_are("strassen*winograd", a, strassen, strassen);
    }
    updates_are("hk424", 0.25, 1.9251, 1.9251);
    updates_are("hk424", 0.5, 1.8502, 1.8877);
    updates_are("hk424", 0.75, 1.8502, 1.8877);
    updates_are("hk424", 1, 1.8502, 1.8502);
    updates_are("hk323", 0.5, 2 - 0.2630 * 0.5, 2 - log(18 / 15.0) * 0.75 / log(3));
    for (int transposed = 0; transposed < 2; transposed++)
        updates_are(transposed ? "strassen*plain-2x1x1" : "strassen*plain-1x1x2", 1,
                    2 - log(8 / 7.0) / log(4), 2 - log(8 / 7.0) / log(4));
    updates_are("2x4x4", 0.5, 2 - log(32 / 26.0) * 0.5 / log(4), 2 - log(32 / 26.0) * 0.5 / log(4));
}

static void other_predictions(void **unused)
{
    struct theory_scheme classical;
    struct say say;
    (void)unused;
    assert_int_equal(theory_scheme_find("classical", &classical, &say), STATUS_OK);
    near(theory_operation("lazy", THEORY_COLUMN, &classical, 0.3, 1), 1.3, 1e-12);
    near(theory_operation("direct", THEORY_QUERY, &classical, 0.3, 1), 1, 0);
    near(theory_operation("naive", THEORY_QUERY, &classical, 0.3, 1), 2, 0);
    near(theory_operation("naive", THEORY_QUERY, &classical, 0.3, 0), 1, 0);
    assert_true(isnan(theory_operation("mine", THEORY_QUERY, &classical, 0.3, 1)));
    assert_int_equal(theory_scheme_find("no-such-scheme", &classical, &say), STATUS_BAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_convex_and_increasing),
        cmocka_unit_test(hulls_are_convex),
        cmocka_unit_test(hull_is_the_least_line),
        cmocka_unit_test(hull_is_below_every_table),
        cmocka_unit_test(segments_and_their_sources),
        cmocka_unit_test(nothing_is_extrapolated),
        cmocka_unit_test(paper_updates),
        cmocka_unit_test(updates_by_schemes),
        cmocka_unit_test(other_predictions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
