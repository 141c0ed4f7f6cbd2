/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Products of slices against the real numbers: errors within what they say, for every multiplication that comes in
 * three slices and the classical one in four, for operands at the edges of their slices and of the doubles, for
 * fewer rows and columns than there is room for; how many slices, how deep; and when they are fast.
 */
#include "engines/attention/wide_product.h"
#include "engines/numerics/eft.h"
#include "trial.h"

static const char *const schemes[] = {NULL,    "strassen", "winograd", "hk323",
                                      "hk424", "3x3x2",    "dps222",   "strassen*strassen"};
enum { SCHEMES = sizeof schemes / sizeof *schemes, SIDE = 40, INNER = 70, LONG = 9000 };

/* An entry of one of five kinds: any, one sign, just below a power of two, of all sizes, or 0 mostly. */
static double entry(gsl_rng *rng, int kind)
{
    const double u = 2 * gsl_rng_uniform(rng) - 1;
    switch (kind) {
    case 0:
        return u;
    case 1:
        return fabs(u);
    case 2:
        return (1 - 0x1p-53) * (u < 0 ? -1 : 1);
    case 3:
        return ldexp(u, (int)trial_below(rng, 400) - 200);
    default:
        return trial_below(rng, 8) ? 0 : u;
    }
}

/* |start + sum_s a_sj (b_hi + b_lo)_si - (hi + lo)| against what is allowed. */
static void check_entry(const struct wide_product *w, size_t inner, const double *a, size_t j,
                        size_t i, const double start[2], struct pair got)
{
    const size_t rows = w->shape.rows, columns = w->shape.columns;
    double size = fabs(start[0]);
    arb_t sum, term, low;
    arb_init(sum);
    arb_init(term);
    arb_init(low);
    arb_set_d(sum, start[0]);
    arb_set_d(low, start[1]);
    arb_add(sum, sum, low, 2000);
    for (size_t s = 0; s < inner; s++) {
        const double x = a[s * rows + j], hi = w->b_hi[s * columns + i];
        arb_set_d(term, hi);
        arb_set_d(low, w->b_lo[s * columns + i]);
        arb_add(term, term, low, 2000);
        arb_set_d(low, x);
        arb_addmul(sum, term, low, 2000);
        size += fabs(x * hi);
    }
    arb_set_d(low, got.hi);
    arb_sub(sum, sum, low, 2000);
    arb_set_d(low, got.lo);
    arb_sub(sum, sum, low, 2000);
    arb_abs(sum, sum);
    arb_set_d(low, UNIT * w->error[i] + 0x1p-98 * 2 * size + 0x1p-1000);
    arb_sub(sum, sum, low, 2000);
    assert_false(arb_is_positive(sum));
    arb_clear(sum);
    arb_clear(term);
    arb_clear(low);
}

static void play(struct wide_product *w, gsl_rng *rng, size_t inner, size_t columns, int kind)
{
    static double a[LONG * SIDE], hi[SIDE * SIDE], lo[SIDE * SIDE], start[SIDE * SIDE][2];
    const size_t rows = w->shape.rows;
    const double size = kind == 3 ? 0x1p400 : kind == 1 ? 0x1p-400 : 1;
    for (size_t e = 0; e < w->shape.inner * rows; e++)
        a[e] = entry(rng, kind) * (kind == 3 ? 0x1p90 : 1);
    for (size_t e = 0; e < w->shape.inner * w->shape.columns; e++) {
        w->b_hi[e] = entry(rng, kind) * size;
        w->b_lo[e] = w->b_hi[e] * UNIT * (2 * gsl_rng_uniform(rng) - 1) * 0.5;
    }
    for (size_t j = 0; j < rows; j++)
        for (size_t i = 0; i < SIDE; i++) {
            const struct pair x = two_sum(entry(rng, 0) * size, entry(rng, 0) * size * 0x1p-60);
            hi[j * SIDE + i] = start[j * SIDE + i][0] = x.hi;
            lo[j * SIDE + i] = start[j * SIDE + i][1] = x.lo;
        }
    wide_product_run(w, inner, columns, a, hi, lo, SIDE);
    for (size_t j = 0; j < rows; j++)
        for (size_t i = 0; i < SIDE; i++) {
            const size_t at = j * SIDE + i;
            const struct pair got = {hi[at], lo[at]};
            if (i < columns)
                check_entry(w, inner, a, j, i, start[at], got);
            else
                assert_true(got.hi == start[at][0] && got.lo == start[at][1]);
        }
}

static void within_their_error(void **state)
{
    static const size_t inners[] = {1, 2, 9, 31, INNER};
    gsl_rng *rng = trial_rng(1);
    (void)state;
    for (size_t x = 0; x < SCHEMES; x++)
        for (size_t k = 0; k < sizeof inners / sizeof *inners; k++) {
            const struct odamv_options options = {.matmul = schemes[x], .leaf = 3};
            const struct wide_shape shape = {SIDE - 3 * (k % 2), inners[k], SIDE - 5 * (k % 3)};
            struct wide_product w;
            assert_int_equal(wide_product_open(&w, &shape, &options, NULL), ODAMV_OK);
            for (int kind = 0; kind < 5; kind++) {
                play(&w, rng, shape.inner, shape.columns, kind);
                play(&w, rng, 1 + trial_below(rng, (unsigned)shape.inner),
                     1 + trial_below(rng, (unsigned)shape.columns), kind);
            }
            wide_product_close(&w);
        }
    gsl_rng_free(rng);
}

/* More terms than three slices are enough for. */
static void by_four_slices(void **state)
{
    const struct wide_shape shape = {3, LONG, 2};
    gsl_rng *rng = trial_rng(2);
    struct wide_product w;
    (void)state;
    assert_int_equal(wide_product_open(&w, &shape, NULL, NULL), ODAMV_OK);
    assert_int_equal(w.choice.slices, 4);
    for (int kind = 0; kind < 5; kind++)
        play(&w, rng, LONG, 2, kind);
    wide_product_close(&w);
    gsl_rng_free(rng);
}

/* Nothing times anything is exactly nothing, and is charged nothing. */
static void of_nothing(void **state)
{
    const struct wide_shape shape = {2, 3, 2};
    const double a[6] = {0}, b[6] = {1, 0, -2, 0, 0x1p-1060, 0};
    double hi[4] = {0}, lo[4] = {0};
    struct wide_product w;
    (void)state;
    assert_int_equal(wide_product_open(&w, &shape, NULL, NULL), ODAMV_OK);
    memcpy(w.b_hi, b, sizeof b);
    memset(w.b_lo, 0, sizeof b);
    wide_product_run(&w, 3, 2, a, hi, lo, 2);
    assert_true(w.error[0] == 0 && w.error[1] == 0);
    wide_product_run(&w, 3, 2, b, hi, lo, 2);
    assert_true(w.error[0] > 0 && w.error[1] == 0 && hi[0] == 5 && hi[1] == 0 && hi[2] == 0);
    wide_product_close(&w);
}

/* Slices and bits come to 60 bits and to no slice too many, and their products are exact. */
static void as_accurate_as_promised(void **state)
{
    (void)state;
    for (size_t x = 0; x < SCHEMES; x++)
        for (size_t inner = 1; inner <= 4096; inner *= 4) {
            const struct odamv_options options = {.matmul = schemes[x], .leaf = 4};
            const struct wide_shape shape = {1024, inner, 1024};
            const struct wide_choice c = wide_choose(&shape, &options);
            const double growth = c.fast ? c.plan.growth : (double)inner;
            assert_true(c.slices * c.bits >= 60 && c.slices <= WIDE_SLICES_MAX);
            assert_true((c.slices - 1) * c.bits < 60);
            assert_true(ldexp(growth, 2 * c.bits) <= 0x1p53);
        }
}

/* Strassen's scheme, leaf 16, inner 256: three and four levels grow beyond 2^13 and would take four slices, ten
 * products; two take six. */
static void as_deep_as_pays(void **state)
{
    const struct odamv_options options = {.matmul = "strassen", .leaf = 16};
    const struct odamv_options fractions = {.matmul = "dps222", .leaf = 16};
    const struct wide_shape shape = {1024, 256, 1024}, small = {1024, 16, 1024};
    const double one = 1024.0 * 256 * 1024;
    const struct wide_choice deep = wide_choose(&shape, &options);
    const struct wide_choice flat = wide_choose(&shape, NULL);
    struct odamv_counts fast = {0}, classical = {0};
    (void)state;
    assert_true(deep.fast && deep.plan.levels == 2 && deep.slices == 3 && deep.leaf == 64);
    assert_true(!flat.fast && flat.slices == 3);
    assert_false(wide_choose(&shape, &fractions).fast);
    assert_false(wide_choose(&small, &options).fast);
    wide_product_count(&fast, &deep, 1024, 256, 1024, 1);
    wide_product_count(&classical, &flat, 1024, 256, 1024, 1);
    assert_true(classical.gemm_multiplications == 6 * one);
    assert_true(fast.gemm_multiplications < 6 * one * 0.77);
    classical = (struct odamv_counts){0};
    wide_product_count(&classical, &deep, 1024, 100, 1024, 1); /* padded, it would take more */
    assert_true(classical.gemm_multiplications == 6 * 1024.0 * 100 * 1024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(within_their_error), cmocka_unit_test(by_four_slices),
        cmocka_unit_test(of_nothing),         cmocka_unit_test(as_accurate_as_promised),
        cmocka_unit_test(as_deep_as_pays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
