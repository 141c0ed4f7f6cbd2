/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * test_plan.c: predicted counts against closed formulas, exponents, and what n = 2^40 must give.
 *
 * With leaf 1 a scheme <s,s,s;r> makes r^L (n / s^L)^2 products of numbers out of n x k by k x n,
 * k = s^L. The lazy engine spends one such product on k updates; for Strassen's scheme and k = n^a
 * the exponent of multiplications per update is therefore 2 - (3 - log2 7) a = 2 - 0.1926 a.
 */
#include "engines/matmul/counts.h"
#include "engines/matmul/matmul.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct matmul_prediction predict(const char *name, size_t m, size_t k, size_t p, size_t leaf,
                                        unsigned levels)
{
    struct matmul_scheme *s;
    struct matmul_prediction out;
    assert_int_equal(matmul_scheme_find(name, &s, NULL, 0), ODAMV_OK);
    struct matmul_shape shape = {.m = m, .k = k, .p = p};
    struct matmul_options options = {.scheme = s, .leaf = leaf, .levels = levels};
    assert_int_equal(matmul_predict(&shape, &options, &out), ODAMV_OK);
    matmul_scheme_close(s);
    return out;
}

static double power(double x, unsigned n)
{
    double y = 1;
    while (n--)
        y *= x;
    return y;
}

static void closed_formulas(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t m, k, n, r;
    } s[] = {{"strassen", 2, 2, 2, 7}, {"winograd", 2, 2, 2, 7}, {"plain-2x2x2", 2, 2, 2, 8},
             {"hk323", 3, 2, 3, 15},   {"3x3x2", 3, 3, 2, 15},   {"plain-2x1x2", 2, 1, 2, 4}};
    for (size_t i = 0; i < sizeof s / sizeof *s; i++)
        for (unsigned levels = 0; levels <= 5; levels++) {
            size_t m = (size_t)power((double)s[i].m, levels) * 3;
            size_t k = (size_t)power((double)s[i].k, levels) * 5;
            size_t p = (size_t)power((double)s[i].n, levels) * 4;
            struct matmul_prediction got = predict(s[i].name, m, k, p, 3, MATMUL_DEEPEST);
            if (s[i].k > 1 || levels == 5) {
                /* the leaf lets no more levels than divide evenly */
                got = predict(s[i].name, m, k, p, 3, levels);
                assert_int_equal(got.levels, levels);
                assert_true(got.counts.leaf_multiplications ==
                            power((double)s[i].r, levels) * 3 * 5 * 4);
                assert_true(got.counts.leaves == power((double)s[i].r, levels));
                assert_true(got.leaf_m == 3 && got.leaf_k == 5 && got.leaf_p == 4);
            }
        }
}

/* Winograd's scheme down to leaves of side 1, from its 7 products and 15 additions of blocks:
 *
 *     multiplications(2 h) = 7 multiplications(h),   additions(2 h) = 7 additions(h) + 15 h^2
 *
 * for C = A B, and 4 h^2 more where C is added to. */
static void winograd_by_hand(void **state)
{
    (void)state;
    struct matmul_scheme *s;
    assert_int_equal(matmul_scheme_find("winograd", &s, NULL, 0), ODAMV_OK);
    struct matmul_options options = {.scheme = s, .levels = MATMUL_DEEPEST};
    double mults = 1, adds = 0; /* of C = A B at side 1 */
    for (size_t n = 2; n <= 1024; n *= 2) {
        double h = (double)(n / 2);
        struct matmul_prediction got;
        /* C = A B: 15 additions of blocks and 7 products, however they are interleaved */
        mults *= 7, adds = 7 * adds + 15 * h * h;
        struct matmul_shape shape = {n, n, n, false, false, true};
        assert_int_equal(matmul_predict(&shape, &options, &got), ODAMV_OK);
        assert_true(got.counts.leaf_multiplications == mults);
        assert_true(got.counts.leaf_additions + got.counts.additions == adds);
        assert_true(got.counts.multiplications == 0);
        /* C += A B: one addition per entry of C more */
        shape.overwrite = false;
        assert_int_equal(matmul_predict(&shape, &options, &got), ODAMV_OK);
        assert_true(got.counts.leaf_additions + got.counts.additions == adds + 4 * h * h);
        assert_true(got.counts.leaf_multiplications == mults);
    }
    matmul_scheme_close(s);
}

/* Slope of log2(count / k) over the n = 2^b, b in [8, top], for which n^a is a power of two. */
static double slope(const char *name, double a, unsigned top, bool total)
{
    double sx = 0, sy = 0, sxx = 0, sxy = 0, points = 0;
    for (unsigned b = 8; b <= top; b++) {
        double exponent = a * b;
        if (exponent != floor(exponent))
            continue;
        size_t n = (size_t)1 << b, k = (size_t)1 << (unsigned)exponent;
        struct matmul_prediction got = predict(name, n, k, n, 1, MATMUL_DEEPEST);
        double y = log2(total ? got.work : got.counts.leaf_multiplications) - exponent, x = b;
        sx += x, sy += y, sxx += x * x, sxy += x * y, points++;
    }
    assert_true(points >= 3);
    return (points * sxy - sx * sy) / (points * sxx - sx * sx);
}

static void exponents(void **state)
{
    (void)state;
    static const double as[] = {0.25, 0.5, 0.75, 1};
    for (int i = 0; i < 4; i++) {
        double a = as[i];
        double classical = slope("classical", a, 20, false),
               plain = slope("plain-2x2x2", a, 20, false);
        double strassen = slope("strassen", a, 20, false),
               winograd = slope("winograd", a, 20, false);
        print_message("a = %.2f: classical %.4f, strassen %.4f, winograd %.4f, predicted %.4f\n", a,
                      classical, strassen, winograd, 2 - (3 - log2(7)) * a);
        assert_true(fabs(classical - 2) < 0.005 && fabs(plain - 2) < 0.005);
        assert_true(fabs(strassen - (2 - (3 - log2(7)) * a)) < 0.005);
        assert_true(fabs(winograd - (2 - (3 - log2(7)) * a)) < 0.005);
        print_message("          with additions: to 2^20 %.4f, to 2^40 %.4f\n",
                      slope("winograd", a, 20, true), slope("winograd", a, 40, true));
    }
    /* <3,2,3;15> where 3 and 2 meet: n = 3^L, k = 2^L, per update (15/9/2)^L n^2 */
    double n = power(3, 12), k = power(2, 12);
    struct matmul_prediction got =
        predict("hk323", (size_t)n, (size_t)k, (size_t)n, 1, MATMUL_DEEPEST);
    assert_true(got.levels == 12 && got.counts.leaf_multiplications == power(15, 12));
}

static void far_out(void **state)
{
    (void)state;
    size_t n = (size_t)1 << 40;
    struct matmul_prediction got = predict("strassen", n, n, n, 1, MATMUL_DEEPEST);
    assert_int_equal(got.levels, 40);
    assert_true(fabs(got.counts.leaf_multiplications / pow(7, 40) - 1) < 1e-12);
    assert_true(isfinite(got.work) && isfinite(got.workspace) && isfinite(got.max_step));
    got = predict("winograd", n - 1, n / 3, n - 7, 1, MATMUL_DEEPEST);
    assert_true(isfinite(got.work) && got.counts.leaf_multiplications < pow((double)n, 3) / 3);
    got = predict("classical", n, n, n, 1, MATMUL_DEEPEST);
    assert_true(got.counts.leaf_multiplications == 0x1p120 && got.levels == 0);
}

/* One level of Strassen's scheme on numbers, C = A B, in units of u. The worst block is
 * C11 = P1 + P4 - P5 + P7 with |S||T| = 4, 2, 2, 4, in this order (program.c's). Its products are
 * wrong by 4 + 2 + 2 + 2 * 4 = 16: one multiplication each, and P7 is added by dgemm itself; what
 * goes into them by 8 + 2 + 2 + 8 = 20; and its additions by 4 + 2, 6 + 2 and, P7's own part being
 * counted, 8. */
static void bound_by_hand(void **state)
{
    (void)state;
    struct matmul_scheme *s;
    assert_int_equal(matmul_scheme_find("strassen", &s, NULL, 0), ODAMV_OK);
    struct matmul_shape shape = {2, 2, 2, false, false, true};
    struct matmul_options options = {.scheme = s, .levels = 1};
    struct matmul_prediction even, odd, none;
    assert_int_equal(matmul_predict(&shape, &options, &even), ODAMV_OK);
    print_message("strassen on 2 x 2: %.4f u\n", even.error.product * 0x1p53);
    assert_true(even.error.product >= 58 * 0x1p-53 && even.error.product <= 58.2 * 0x1p-53);
    assert_true(even.error.start == 0);
    /* One inner index more: a product of numbers (2, as above) and an addition to a sum of at most
     * 2. */
    shape.k = 3;
    assert_int_equal(matmul_predict(&shape, &options, &odd), ODAMV_OK);
    assert_true(odd.error.product >= even.error.product + 3.99 * 0x1p-53);
    assert_true(odd.error.product <= even.error.product + 4.1 * 0x1p-53);
    /* Adding to C: at least one rounding of C0, at most one per contribution. */
    shape.k = 2, shape.overwrite = false;
    assert_int_equal(matmul_predict(&shape, &options, &odd), ODAMV_OK);
    assert_true(odd.error.start >= 0x1p-53 && odd.error.start <= 4.1 * 0x1p-53);
    assert_true(odd.error.product > even.error.product);
    /* Plain: k + 1 roundings of products, k of C0 or, in panels, k / panel. */
    options.levels = 0, shape.k = 1000;
    assert_int_equal(matmul_predict(&shape, &options, &none), ODAMV_OK);
    assert_true(none.error.product >= 1001e3 * 0x1p-53 && none.error.start >= 1000 * 0x1p-53);
    options.panel = 64;
    assert_int_equal(matmul_predict(&shape, &options, &none), ODAMV_OK);
    assert_true(none.error.start >= 16 * 0x1p-53 && none.error.start <= 16.1 * 0x1p-53);
    matmul_scheme_close(s);
}

/* Levels multiply the bound by the scheme's growth factor and a little. */
static void growth_of_the_bound(void **state)
{
    (void)state;
    double before = predict("classical", 16, 16, 16, 1, 0).error.product;
    assert_true(before > 16 * 17 * 0x1p-53 && before < 16 * 17 * 0x1.01p-53);
    for (unsigned levels = 1; levels <= 4; levels++) {
        size_t n = (size_t)16 << levels;
        struct matmul_prediction got = predict("strassen", n, n, n, 1, levels);
        assert_true(got.error.product > 12 * before && got.error.product < 30 * before);
        assert_true(isinf(got.error.entry) && got.error.start > 0);
        before = got.error.product;
    }
    assert_true(isfinite(predict("plain-2x2x2", 64, 64, 64, 1, 2).error.entry));
}

/* Only writing to an empty place moves elements without computing. */
static void copies(void **state)
{
    (void)state;
    assert_true(predict("strassen", 64, 64, 64, 1, 1).counts.copies == 0);
    struct matmul_scheme *s;
    assert_int_equal(matmul_scheme_find("strassen", &s, NULL, 0), ODAMV_OK);
    struct matmul_shape shape = {64, 64, 64, false, false, true};
    struct matmul_options options = {.scheme = s, .levels = 1};
    struct matmul_prediction got;
    assert_int_equal(matmul_predict(&shape, &options, &got), ODAMV_OK);
    /* Additions of blocks: 18 however they are done, so every block that is moved saves one. Into C
     * go 12 contributions, 4 of them first; a product that comes first is no copy. */
    double block = 32 * 32, adds = 7 * block * 31 + 18 * block;
    assert_true(got.counts.additions + got.counts.leaf_additions == adds);
    assert_true(got.counts.copies > 0 && got.counts.copies <= 4 * block);
    assert_true(got.work == got.counts.additions + got.counts.leaf_additions + got.counts.copies +
                                got.counts.leaf_multiplications);
    matmul_scheme_close(s);
}

static void leaves_and_grain(void **state)
{
    (void)state;
    assert_int_equal(predict("strassen", 128, 128, 128, 32, MATMUL_DEEPEST).levels, 2);
    assert_int_equal(predict("strassen", 127, 128, 128, 32, MATMUL_DEEPEST).levels, 1);
    assert_int_equal(predict("strassen", 128, 1, 128, 1, MATMUL_DEEPEST).levels, 0);
    assert_int_equal(predict("strassen", 128, 128, 128, 1, 0).levels, 0);
    for (double grain = 1; grain < 1e7; grain *= 3) {
        struct matmul_shape shape = {.m = 300, .k = 50, .p = 200};
        struct matmul_options options = {.grain = grain};
        struct matmul_prediction got;
        assert_int_equal(matmul_predict(&shape, &options, &got), ODAMV_OK);
        double most = fmax(grain, 50);
        assert_true(got.max_step <= 2 * most && got.max_step > fmin(most, 3e6) / 2);
    }
}

static void counts_take_every_field(void **state)
{
    const struct matmul_counts one = {1, 2, 4, 8, 16, 32}, three = {3, 6, 12, 24, 48, 96};
    struct matmul_counts sum = one;

    (void)state;
    matmul_counts_madd(&sum, 2, &one);
    assert_memory_equal(&sum, &three, sizeof sum);
    assert_true(matmul_counts_work(&one) == 1 + 2 + 4 + 8 + 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_take_every_field),
        cmocka_unit_test(closed_formulas),
        cmocka_unit_test(winograd_by_hand),
        cmocka_unit_test(exponents),
        cmocka_unit_test(far_out),
        cmocka_unit_test(bound_by_hand),
        cmocka_unit_test(growth_of_the_bound),
        cmocka_unit_test(copies),
        cmocka_unit_test(leaves_and_grain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
