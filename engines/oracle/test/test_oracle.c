/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The oracle against the formula evaluated afresh at 3000 bits, after random updates: its
 * incremental dot products, its ring of changes and its cached weights must not show.
 */
#include "engines/oracle/oracle.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
/* after the headers that it needs */
#include <cmocka.h>

enum { BITS = 3000, LARGEST = 6, CASES = 200, OPERATIONS = 150 };

static void afresh(const struct odamv_problem *a, size_t i, size_t j, arb_t out)
{
    arb_t sum, weight, x, y;

    arb_init(sum);
    arb_init(weight);
    arb_init(x);
    arb_init(y);
    arb_zero(out);
    for (size_t s = 0; s < a->n; s++) {
        arb_zero(weight);
        for (size_t f = 0; f < a->d; f++) {
            arb_set_d(x, a->q[i * a->d + f]);
            arb_set_d(y, a->k[s * a->d + f]);
            arb_addmul(weight, x, y, BITS);
        }
        arb_set_d(x, a->scale);
        arb_mul(weight, weight, x, BITS);
        arb_exp(weight, weight, BITS);
        arb_add(sum, sum, weight, BITS);
        arb_set_d(x, a->v[s * a->p + j]);
        arb_addmul(out, weight, x, BITS);
    }
    if (a->normalised)
        arb_div(out, out, sum, BITS);
    arb_clear(sum);
    arb_clear(weight);
    arb_clear(x);
    arb_clear(y);
}

struct matrices {
    double q[LARGEST * LARGEST], k[LARGEST * LARGEST], v[LARGEST * LARGEST];
};

static size_t below(gsl_rng *rng, size_t limit)
{
    return (size_t)gsl_rng_uniform_int(rng, limit);
}

static void update(struct oracle *o, const struct odamv_problem *a, struct matrices *x,
                   gsl_rng *rng, double magnitude)
{
    const double value = gsl_ran_gaussian(rng, magnitude);
    const size_t s = below(rng, a->n), i = below(rng, a->m), f = below(rng, a->d);
    const size_t j = below(rng, a->p);

    switch (below(rng, 4)) {
    case 0:
        x->v[s * a->p + j] = value;
        oracle_set_v(o, s, j, value);
        break;
    case 1:
        x->q[i * a->d + f] = value;
        oracle_set_q(o, i, f, value);
        break;
    default:
        x->k[s * a->d + f] = value;
        oracle_set_k(o, s, f, value);
    }
}

static void play(gsl_rng *rng, int number)
{
    static const double magnitudes[] = {1, 30, 1e15, 1e-160};
    const double magnitude = magnitudes[number % 4];
    struct matrices x;
    const struct odamv_problem a = {1 + below(rng, LARGEST),
                                    1 + below(rng, LARGEST),
                                    1 + below(rng, LARGEST),
                                    1 + below(rng, LARGEST),
                                    x.q,
                                    x.k,
                                    x.v,
                                    number % 3 == 0 ? 1 : 0.3,
                                    number % 2 == 0};
    struct oracle *o;
    arb_t fast, slow;

    for (size_t e = 0; e < LARGEST * LARGEST; e++) {
        x.q[e] = gsl_ran_gaussian(rng, magnitude);
        x.k[e] = gsl_ran_gaussian(rng, magnitude);
        x.v[e] = gsl_ran_gaussian(rng, 1);
    }
    arb_init(fast);
    arb_init(slow);
    o = oracle_open(&a);
    assert_non_null(o);
    for (int t = 0; t < OPERATIONS; t++) {
        const size_t i = below(rng, a.m), j = below(rng, a.p);
        for (size_t u = below(rng, t % 10 == 0 ? 80 : 4); u > 0; u--) /* 80: past the ring's end */
            update(o, &a, &x, rng, magnitude);
        oracle_query(o, i, j, fast);
        afresh(&a, i, j, slow);
        assert_true(arb_contains(fast, slow));
        assert_true(arb_is_exact(fast) || arb_rel_accuracy_bits(fast) >= 64);
    }
    oracle_close(o);
    arb_clear(fast);
    arb_clear(slow);
}

static void test_against_formula(void **state)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);

    (void)state;
    for (int number = 0; number < CASES; number++)
        play(rng, number);
    gsl_rng_free(rng);
}

/* Answers known without computing: means, huge logits of both signs, ends of the error interval. */
static void test_known(void **state)
{
    const double q[] = {0x1p50}, k[] = {0x1p50, -0x1p50, 0x1p49}, v[] = {1, 2, 3};
    const struct odamv_problem a = {1, 3, 1, 1, q, k, v, 1, true};
    struct oracle *o = oracle_open(&a);
    struct oracle_error error;

    (void)state;
    assert_non_null(o);
    error = oracle_error(o, 0, 0, 1);
    assert_true(error.lower >= 0 && error.lower <= error.upper && error.upper < 1e-30);
    error = oracle_error(o, 0, 0, 1.5);
    assert_true(error.lower <= 0.5 && error.upper >= 0.5 && error.upper - error.lower < 1e-15);
    for (size_t s = 0; s < 3; s++)
        oracle_set_k(o, s, 0, 1e40);
    error = oracle_error(o, 0, 0, 2);
    assert_true(error.upper < 1e-30);
    error = oracle_error(o, 0, 0, NAN);
    assert_false(error.lower <= INFINITY);
    error = oracle_error(o, 0, 0, -INFINITY);
    assert_true(isinf(error.lower));
    oracle_close(o);
    oracle_close(NULL);
}

/* Terms that cancel but for 5e-31: more than the first precision is needed for 64 correct bits. */
static void test_cancellation(void **state)
{
    const double q[] = {1}, k[] = {1e-30, 0}, v[] = {1, -1};
    const struct odamv_problem a = {1, 2, 1, 1, q, k, v, 1, true};
    struct oracle *o = oracle_open(&a);

    (void)state;
    assert_non_null(o);
    assert_true(oracle_error(o, 0, 0, 1e-30 / 2).upper < 1e-48);
    oracle_close(o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_formula),
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_cancellation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
