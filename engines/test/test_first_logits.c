/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The logits as they are multiplied at first, by slices and by remainders: what remainders hold, when a plan
 * computes with integers exactly, that both products are within their bounds of the real numbers, which are
 * alike, what the second counts, and the space of an instance.
 */
#include "engines/attention/residue_product.h"
#include "engines/numerics/exact_product.h"
#include "engines/numerics/residues.h"
#include "trial.h"

/* S from its remainders, against S. */
static void check_number(const struct residues *r, const arb_t number, const arb_t product)
{
    struct fraction sum = {0, 0};
    struct pair value;
    arb_t error, low;
    arb_init(low);
    arb_init(error);
    for (size_t i = 0; i < r->count; i++) {
        const unsigned long m = (unsigned long)r->of[i].m;
        double remainder;
        arb_div_ui(low, number, m, 400);
        arb_floor(low, low, 400);
        arb_mul_ui(low, low, m, 400);
        arb_sub(low, number, low, 400);
        remainder = arf_get_d(arb_midref(low), ARF_RND_NEAR);
        residues_add(r->of + i, 1, &remainder, &sum);
    }
    value = residues_value(r, sum);
    arb_set_d(error, value.hi);
    arb_set_d(low, value.lo);
    arb_add(error, error, low, 400);
    arb_mul_2exp_si(error, error, r->scale);
    arb_sub(error, error, number, 400);
    arb_div(error, error, product, 400);
    arb_abs(error, error);
    arb_mul_2exp_si(error, error, 98);
    arb_sub_ui(error, error, 1, 400);
    assert_true(arb_is_negative(error));
    arb_clear(low);
    arb_clear(error);
}

static void numbers_from_their_remainders(void **state)
{
    gsl_rng *rng = trial_rng(1);
    (void)state;
    for (int bits = 3; bits < 160; bits += 4) {
        struct residues r;
        arb_t product, number, limit;
        arb_init(product);
        arb_init(number);
        arb_init(limit);
        assert_true(residues_choose(&r, bits < 20 ? 35 : 0x1p20 - (double)bits, bits));
        arb_one(product);
        for (size_t i = 0; i < r.count; i++)
            arb_mul_ui(product, product, (unsigned long)r.of[i].m, 400);
        for (int x = 0; x < 200; x++) {
            arb_one(limit);
            arb_mul_2exp_si(limit, limit, bits - 1);
            arb_sub_ui(limit, limit, 1, 400);
            arb_set_d(number, x < 2 ? 1 : gsl_rng_uniform(rng));
            arb_mul(number, number, limit, 400);
            arb_floor(number, number, 400);
            if (x % 2)
                arb_neg(number, number);
            check_number(&r, number, product);
        }
        arb_clear(limit);
        arb_clear(number);
        arb_clear(product);
    }
    {
        struct residues r;
        assert_false(residues_choose(&r, 9, 100)); /* 3, 5, 7 and 9 do not come to that */
        assert_false(residues_choose(&r, 1, 1));
    }
    gsl_rng_free(rng);
}

static const char *const schemes[] = {"strassen", "winograd", "hk323", "hk424", "3x3x2", "4x4x2"};
enum { SCHEMES = sizeof schemes / sizeof *schemes };

/* Entries as large as growth allows, all of one sign, or of any. */
static void integers_are_exact(void **state)
{
    enum { SIDE = 72 };
    gsl_rng *rng = trial_rng(2);
    static double a[SIDE * SIDE], b[SIDE * SIDE], c[SIDE * SIDE];
    (void)state;
    for (size_t x = 0; x < SCHEMES; x++)
        for (size_t side = 20; side <= SIDE; side += 13) {
            const struct odamv_options options = {.matmul = schemes[x], .leaf = 3};
            const struct matmul_shape shape = product_shape(side, side, side, true);
            struct product product;
            double most;
            assert_int_equal(product_open(&product, &options, &shape), ODAMV_OK);
            most = floor(sqrt(0x1p53 / product_prediction(&product)->growth));
            assert_true(most >= 0x1p15 && product_prediction(&product)->levels >= 1);
            for (int turn = 0; turn < 4; turn++) {
                for (size_t e = 0; e < side * side; e++) {
                    a[e] = most * (turn && trial_below(rng, 2) ? -1 : 1);
                    b[e] = turn < 2 ? most : floor(most * (2 * gsl_rng_uniform(rng) - 1));
                }
                product_run(&product, a, side, b, side, c, side);
                for (size_t i = 0; i < side; i++)
                    for (size_t j = 0; j < side; j++) {
                        int64_t sum = 0;
                        for (size_t k = 0; k < side; k++)
                            sum += (int64_t)a[k * side + i] * (int64_t)b[k * side + j];
                        assert_true(c[i * side + j] == (double)sum);
                    }
            }
            product_close(&product);
        }
    gsl_rng_free(rng);
}

static void fractions_are_not_whole(void **state)
{
    const struct odamv_options options = {.matmul = "dps222", .leaf = 3};
    const struct matmul_shape shape = product_shape(64, 64, 64, true);
    const struct odamv_problem problem = {.m = 512, .n = 512, .d = 512, .p = 1, .scale = 1};
    struct matmul_prediction prediction;
    struct odamv_counts counts;
    (void)state;
    assert_true(product_predict(&options, &shape, &prediction));
    assert_true(isinf(prediction.growth));
    assert_false(residue_product_count(&counts, &problem, &options));
    assert_false(residue_product_count(&counts, &problem, NULL));
    assert_int_equal(residue_product(&problem, &options, 512, NULL, NULL, NULL), ODAMV_UNABLE);
}

/* Some entries against the real numbers; and the bounds of the two. */
static void compare(const struct odamv_problem *problem, const struct odamv_options *options,
                    gsl_rng *rng)
{
    const size_t m = problem->m, n = problem->n, d = problem->d, ld = (m + 7) / 8 * 8;
    double *hi = malloc(2 * n * ld * sizeof *hi), *error = malloc(2 * n * sizeof *error);
    float *lo = malloc(2 * n * ld * sizeof *lo);
    arb_t sum, term, factor;
    arb_init(sum);
    arb_init(term);
    arb_init(factor);
    assert_int_equal(exact_product(problem, kernel_best(), ld, hi, lo, error), ODAMV_OK);
    assert_int_equal(residue_product(problem, options, ld, hi + n * ld, lo + n * ld, error + n),
                     ODAMV_OK);
    for (size_t s = 0; s < n; s++)
        assert_true(error[n + s] <= error[s] * 1.02);
    for (int x = 0; x < 100; x++) {
        const size_t i = x ? trial_below(rng, m) : m - 1, s = x ? trial_below(rng, n) : n - 1;
        arb_zero(sum);
        for (size_t f = 0; f < d; f++) {
            arb_set_d(term, problem->q[i * d + f]);
            arb_set_d(factor, problem->k[s * d + f]);
            arb_addmul(sum, term, factor, 4000);
        }
        arb_set_d(term, problem->scale);
        arb_mul(sum, sum, term, 4000);
        for (size_t which = 0; which < 2; which++) {
            const size_t at = (which * n + s) * ld + i;
            arb_set_d(term, hi[at]);
            arb_sub(term, sum, term, 4000);
            struct oracle_error apart = oracle_distance(term, (double)lo[at]);
            assert_true(apart.upper <= error[which * n + s]);
        }
    }
    arb_clear(factor);
    arb_clear(term);
    arb_clear(sum);
    free(lo);
    free(error);
    free(hi);
}

static void both_products_are_within_their_bounds(void **state)
{
    static const size_t shapes[][3] = {{48, 48, 48}, {65, 130, 70}, {200, 97, 64}, {16, 1500, 40}};
    gsl_rng *rng = trial_rng(3);
    (void)state;
    for (size_t x = 0; x < 4 * 5; x++) {
        const size_t *shape = shapes[x % 4], count = shape[2] * (shape[0] + shape[1]);
        const int wide = x / 4 == 0 ? 0 : x / 4 == 1 ? 30 : x / 4 == 2 ? 300 : 500;
        double *entries = malloc(count * sizeof *entries);
        const struct odamv_options options = {.matmul = x % 2 ? "winograd" : "strassen", .leaf = 4};
        const struct odamv_problem problem = {.m = shape[0],
                                              .n = shape[1],
                                              .d = shape[2],
                                              .p = 1,
                                              .scale = x % 3 ? 1 : -0.3,
                                              .q = entries,
                                              .k = entries + shape[0] * shape[2]};
        for (size_t e = 0; e < count; e++)
            entries[e] = x / 4 == 4 ? (e % 7 ? 0 : 0x1p-1070)
                                    : ldexp(2 * gsl_rng_uniform(rng) - 1,
                                            -(int)trial_below(rng, (size_t)wide + 1));
        compare(&problem, &options, rng);
        free(entries);
    }
    gsl_rng_free(rng);
}

/* Sums as large as they get: the remainders must tell them from those of the other sign. */
static void the_largest_sums(void **state)
{
    enum { SIDE = 64, MOST = 200 };
    static double entries[2 * SIDE * MOST];
    gsl_rng *rng = trial_rng(4);
    (void)state;
    for (size_t e = 0; e < 2 * SIDE * MOST; e++)
        entries[e] = 1 - 0x1p-53;
    for (size_t d = 30; d <= MOST; d += 2) {
        const struct odamv_options options = {.matmul = "winograd", .leaf = 5};
        const struct odamv_problem problem = {.m = SIDE,
                                              .n = SIDE,
                                              .d = d,
                                              .p = 1,
                                              .scale = 1,
                                              .q = entries,
                                              .k = entries + SIDE * MOST};
        compare(&problem, &options, rng);
    }
    gsl_rng_free(rng);
}

/* More queries than a strip of the product by slices has entries: one key at a time. */
static void many_queries(void **state)
{
    enum { MANY = 70000, KEYS = 3, WIDTH = 2 };
    double *entries = malloc((MANY + KEYS) * WIDTH * sizeof *entries);
    double *hi = malloc(KEYS * (size_t)MANY * sizeof *hi), error[KEYS];
    float *lo = malloc(KEYS * (size_t)MANY * sizeof *lo);
    gsl_rng *rng = trial_rng(5);
    const struct odamv_problem problem = {.m = MANY,
                                          .n = KEYS,
                                          .d = WIDTH,
                                          .p = 1,
                                          .scale = 3,
                                          .q = entries,
                                          .k = entries + MANY * WIDTH};
    (void)state;
    assert_true(entries && hi && lo);
    trial_fill(rng, entries, (MANY + KEYS) * WIDTH, 1);
    assert_int_equal(exact_product(&problem, kernel_best(), MANY, hi, lo, error), ODAMV_OK);
    for (size_t s = 0; s < KEYS; s++)
        for (size_t i = 0; i < MANY; i++) {
            long double sum = 0;
            for (size_t f = 0; f < WIDTH; f++)
                sum += (long double)problem.q[i * WIDTH + f] * problem.k[s * WIDTH + f];
            sum = 3 * sum - hi[s * MANY + i] - (long double)lo[s * MANY + i];
            assert_true(fabsl(sum) <= error[s] + 0x1p-60L * 30);
        }
    gsl_rng_free(rng);
    free(lo);
    free(hi);
    free(entries);
}

/* n = d = m: at most as many as slices, and fewer and fewer beside n^3. */
static void counted(void **state)
{
    const struct odamv_options options = {.matmul = "strassen", .leaf = 16};
    double before = 0;
    (void)state;
    for (double log2n = 7; log2n <= 16; log2n++) {
        const size_t n = (size_t)1 << (int)log2n;
        const struct odamv_problem shape = {.m = n, .n = n, .d = n, .p = 1, .scale = 1};
        struct odamv_counts slices = {0}, remainders = {0};
        exact_product_count(&slices, (double)n, (double)n, (double)n);
        /* six products; per entry 10 additions for each product and block of features and 5, 5 multiplications */
        assert_true(slices.gemm_multiplications == 6 * (double)n * (double)n * (double)n);
        assert_true(slices.gemm_additions == slices.gemm_multiplications);
        assert_true(slices.additions == (double)n * (double)n * (60 * ceil((double)n / 1024) + 5));
        assert_true(slices.multiplications == 5 * (double)n * (double)n);
        residue_product_count(&remainders, &shape, &options);
        assert_true(remainders.gemm_multiplications < slices.gemm_multiplications);
        assert_true(before == 0 || remainders.gemm_multiplications <= before * 8);
        before = remainders.gemm_multiplications;
    }
    assert_true(before < 0x1p48 * 2.7); /* 6 2^48 by slices */
}

/* Doubles: 1.5 n^2, and what is O(n (d + p) + k (n + p)) with n 1024 in place of n where the blocks are. */
static void space(void **state)
{
    static const char *const engines[] = {"lazy", "lazy-wc", "lazy-wide"};
    static const char *const names[] = {NULL, "strassen"};
    (void)state;
    for (size_t x = 0; x < 6; x++)
        for (size_t n = 1024; n <= 65536; n *= 4)
            for (size_t d = 64; d <= n; d *= 4) {
                const double k = ceil(sqrt((double)n)), side = (double)n, width = (double)d;
                const struct odamv_problem shape = {.m = n, .n = n, .d = d, .p = d, .scale = 1};
                const struct odamv_options options = {.matmul = names[x / 3]};
                const double bytes = odamv_engine_find(engines[x % 3])->memory(&shape, &options);
                const double fixed = 1.5 * side * side;
                assert_true(bytes / 8 >= fixed);
                assert_true(bytes / 8 - fixed <=
                            6 * side * (2 * width + 1024) + 6 * k * (side + width));
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_from_their_remainders),
        cmocka_unit_test(integers_are_exact),
        cmocka_unit_test(fractions_are_not_whole),
        cmocka_unit_test(both_products_are_within_their_bounds),
        cmocka_unit_test(the_largest_sums),
        cmocka_unit_test(many_queries),
        cmocka_unit_test(counted),
        cmocka_unit_test(space),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
