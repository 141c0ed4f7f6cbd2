/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The engines' own checks can fail: whatever is changed in what they keep of V, of the logits, of the weights and of
 * C by an amount that matters is found, and said with its place and its numbers; and what is right is not.
 */
#include "engines/attention/answer.h"
#include "engines/attention/recent.h"
#include "engines/attention/restore.h"
#include "trial.h"

enum { ROWS = 70, KEYS = 9, FEATURES = 3, COLUMNS = 4 };

static struct odamv_problem problem_of(double *entries)
{
    gsl_rng *rng = trial_rng(1);
    trial_fill(rng, entries, (ROWS + KEYS) * FEATURES + KEYS * COLUMNS, 1);
    gsl_rng_free(rng);
    return (struct odamv_problem){.m = ROWS,
                                  .n = KEYS,
                                  .d = FEATURES,
                                  .p = COLUMNS,
                                  .scale = 0.5,
                                  .normalised = true,
                                  .q = entries,
                                  .k = entries + ROWS * FEATURES,
                                  .v = entries + (ROWS + KEYS) * FEATURES};
}

static char message[400];

/* With *x so changed, the check fails, and its message is this; then *x is as before and it passes. */
#define FOUND(x, changed, check, ...)                                                              \
    do {                                                                                           \
        const __typeof__(x) before_ = (x);                                                         \
        char expected_[400];                                                                       \
        (x) = (changed);                                                                           \
        message[0] = '\0';                                                                         \
        assert_false(check);                                                                       \
        snprintf(expected_, sizeof expected_, __VA_ARGS__);                                        \
        assert_string_equal(message, expected_);                                                   \
        (x) = before_;                                                                             \
        assert_true(check);                                                                        \
    } while (0)

static void values_are_checked(void **state)
{
    double entries[(ROWS + KEYS) * FEATURES + KEYS * COLUMNS];
    const struct odamv_problem problem = problem_of(entries);
    struct values x;
    (void)state;
    assert_int_equal(values_open(&x, &problem), ODAMV_OK);
    values_measure(&x);
    for (size_t s = 0; s < KEYS; s++)
        for (size_t j = 0; j < COLUMNS; j++) {
            const double v = x.v[s * COLUMNS + j];
            if (v == x.low[j])
                FOUND(x.low[j], nextafter(v, INFINITY), values_check(&x, message, sizeof message),
                      "V[%zu,%zu] = %.17g leaves its column's hull or a peak", s, j, v);
            if (v == x.high[j])
                FOUND(x.high[j], nextafter(v, -INFINITY), values_check(&x, message, sizeof message),
                      "V[%zu,%zu] = %.17g leaves its column's hull or a peak", s, j, v);
            if (fabs(v) == x.key_peak[s])
                FOUND(x.key_peak[s], nextafter(fabs(v), 0),
                      values_check(&x, message, sizeof message),
                      "V[%zu,%zu] = %.17g leaves its column's hull or a peak", s, j, v);
            if (fabs(v) == x.peak)
                FOUND(x.peak, nextafter(fabs(v), 0), values_check(&x, message, sizeof message),
                      "V[%zu,%zu] = %.17g leaves its column's hull or a peak", s, j, v);
        }
    for (size_t j = 0; j < COLUMNS; j++) {
        double square = 0;
        for (size_t s = 0; s < KEYS; s++)
            square += x.v[s * COLUMNS + j] * x.v[s * COLUMNS + j];
        FOUND(x.norm[j], x.norm[j] * (1 - 1e-12), values_check(&x, message, sizeof message),
              "column %zu of V has norm %.17g, larger than the %.17g kept of it", j, sqrt(square),
              x.norm[j]);
    }
    values_close(&x);
}

static void turns_are_checked(void **state)
{
    double entries[(ROWS + KEYS) * FEATURES + KEYS * COLUMNS];
    const struct odamv_problem problem = problem_of(entries);
    struct values v;
    struct recent r;
    (void)state;
    assert_int_equal(values_open(&v, &problem), ODAMV_OK);
    assert_int_equal(recent_open(&r, COLUMNS), ODAMV_OK);
    values_measure(&v);
    recent_begin(&r, &v);
    for (size_t j = 0; j < COLUMNS; j++)
        v.folds[j] = (double)j + 1;
    for (size_t j = 0; j < COLUMNS; j++) {
        static const char form[] =
            "column %zu of V: norms %.17g now, %.17g this turn, %.17g; folds %g this turn, %g";
        FOUND(r.norm_now[j], nextafter(r.norm[j], INFINITY),
              recent_check(&r, &v, message, sizeof message), form, j, r.norm_now[j], r.norm[j],
              v.norm[j], r.folds[j], v.folds[j]);
        FOUND(v.norm[j], nextafter(r.norm[j], 0), recent_check(&r, &v, message, sizeof message),
              form, j, r.norm_now[j], r.norm[j], v.norm[j], r.folds[j], v.folds[j]);
        FOUND(r.folds[j], v.folds[j] + 1, recent_check(&r, &v, message, sizeof message), form, j,
              r.norm_now[j], r.norm[j], v.norm[j], r.folds[j], v.folds[j]);
    }
    recent_close(&r);
    values_close(&v);
}

/* Logits, D, marks and C of an instance without anything pending. */
static void attention_is_checked(void **state)
{
    double entries[(ROWS + KEYS) * FEATURES + KEYS * COLUMNS];
    const struct odamv_problem problem = problem_of(entries);
    struct attention a;
    (void)state;
    assert_int_equal(attention_open(&a, &problem, NULL), ODAMV_OK);
    struct weights *w = &a.weights;
    struct logits *l = &w->logits;
#define WHOLE answer_check(&a, NULL, NULL, message, sizeof message)
    for (size_t s = 0; s < KEYS; s++)
        for (size_t i = 0; i < ROWS; i += 23) {
            double *const hi = l->hi + s * l->ld + i;
            const double was = *hi;
            *hi += 1e-14;
            assert_false(WHOLE);
            assert_non_null(strstr(message, "logit ("));
            *hi = was;
        }
    for (size_t s = 0; s < KEYS; s++)
        for (size_t f = 0; f < FEATURES; f++)
            if (fabs(l->kt[f * l->n + s]) == l->k_peak)
                FOUND(l->k_peak, nextafter(l->k_peak, 0), WHOLE,
                      "row %zu of K exceeds its peak %.17g", s, l->k_peak);
    for (size_t i = 0; i < ROWS; i++)
        for (size_t f = 0; f < FEATURES; f++)
            if (fabs(l->qt[f * l->ld + i]) == l->q_peak)
                FOUND(l->q_peak, nextafter(l->q_peak, 0), WHOLE,
                      "row %zu of Q exceeds its peak %.17g", i, l->q_peak);
    for (size_t i = 0; i < ROWS; i += 23) {
        const double sum = w->sum_hi[i];
        FOUND(w->sum_hi[i], sum * (1 + 0x1p-50), WHOLE,
              "row %zu: D is %.17g, its weights sum to %.17g", i, w->sum_hi[i], sum);
        FOUND(w->marked[i], true, WHOLE, "row %zu: marked %d, shift %g", i, true, w->shift[i]);
        for (size_t j = 0; j < COLUMNS; j++) {
            double *const c = a.numerators.c + j * l->ld + i, was = *c;
            *c += 1e-13;
            assert_false(WHOLE);
            assert_non_null(strstr(message, "C["));
            *c = was;
        }
        const double peak = a.numerators.peak[i];
        a.numerators.peak[i] = peak * 0.98;
        assert_false(WHOLE);
        a.numerators.peak[i] = peak;
    }
    FOUND(w->marked_count, 1, WHOLE, "%d rows are marked, %d are queued", 0, 1);
    assert_true(WHOLE);
    attention_close(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_checked),
        cmocka_unit_test(turns_are_checked),
        cmocka_unit_test(attention_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
