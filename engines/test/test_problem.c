/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What odamv_problem_check refuses, to the last entry and the last bit, and what it says.
 */
#include "trial.h"

#include <limits.h>

static char said[600];

#define ACCEPTED(problem)                                                                          \
    assert_int_equal(odamv_problem_check(&(problem), said, sizeof said), ODAMV_OK)
#define REFUSED(problem, ...)                                                                      \
    do {                                                                                           \
        char expected_[sizeof said];                                                               \
        *said = '\0';                                                                              \
        assert_int_equal(odamv_problem_check(&(problem), said, sizeof said), ODAMV_DOMAIN);        \
        snprintf(expected_, sizeof expected_, __VA_ARGS__);                                        \
        assert_string_equal(said, expected_);                                                      \
    } while (0)

/* Sizes without entries, as predictions have them. */
static void test_sizes(void **state)
{
    static const size_t most = INT_MAX - 64;
    (void)state;
    for (int i = 0; i < 4; i++) {
        for (size_t large = most; large <= most + 1; large++) {
            size_t size[4] = {1, 1, 1, 1};
            size[i] = large;
            const struct odamv_problem shape = {size[0], size[1], size[2], size[3], .scale = 1};
            if (large == most)
                ACCEPTED(shape);
            else
                REFUSED(shape, "%c is %zu, expected at most %zu", "mndp"[i], large, most);
        }
        size_t size[4] = {1, 1, 1, 1};
        size[i] = 0;
        const struct odamv_problem shape = {size[0], size[1], size[2], size[3], .scale = 1};
        REFUSED(shape, "%c is 0, expected at least 1", "mndp"[i]);
    }
    /* d and p never meet; of every other pair there is a matrix, or C */
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < i; j++) {
            size_t size[4] = {1, 1, 1, 1};
            size[i] = (size_t)1 << 30;
            size[j] = ((size_t)1 << 30) + 64;
            const struct odamv_problem shape = {size[0], size[1], size[2], size[3], .scale = 1};
            if (i == 3 && j == 2)
                ACCEPTED(shape);
            else
                REFUSED(shape,
                        "%zu queries, %zu keys, %zu features, %zu value columns: a matrix of that "
                        "shape has no size",
                        size[0], size[1], size[2], size[3]);
            size[j] = ((size_t)1 << 30) - 1;
            const struct odamv_problem fits = {size[0], size[1], size[2], size[3], .scale = 1};
            ACCEPTED(fits);
        }
}

/* Every entry at its limit, beyond it, and no number. */
static void test_entries(void **state)
{
    double q[6] = {0}, k[6] = {0}, v[6] = {0};
    struct odamv_problem x = {2, 3, 2, 2, q, k, v, .scale = 0};
    const struct {
        const char *name;
        double *entries, limit;
        size_t count;
    } of[] = {{"Q", q, ODAMV_FEATURE_MAX, 4},
              {"K", k, ODAMV_FEATURE_MAX, 6},
              {"V", v, ODAMV_VALUE_MAX, 6}};
    (void)state;
    ACCEPTED(x);
    for (int m = 0; m < 3; m++)
        for (size_t e = 0; e < of[m].count; e++) {
            const double bad[] = {nextafter(of[m].limit, INFINITY), -INFINITY, NAN};
            of[m].entries[e] = e % 2 ? of[m].limit : -of[m].limit;
            ACCEPTED(x);
            for (int b = 0; b < 3; b++) {
                of[m].entries[e] = bad[b];
                REFUSED(x, "%s[%zu,%zu] is %g, expected a number of magnitude up to %g", of[m].name,
                        e / 2, e % 2, bad[b], of[m].limit);
            }
            of[m].entries[e] = 0;
        }
    x.scale = ODAMV_FEATURE_MAX;
    ACCEPTED(x);
    x.scale = nextafter(-ODAMV_FEATURE_MAX, -INFINITY);
    REFUSED(x, "the scale is %g, expected a number of magnitude up to %g", x.scale,
            ODAMV_FEATURE_MAX);
    x.scale = NAN;
    REFUSED(x, "the scale is %g, expected a number of magnitude up to %g", x.scale,
            ODAMV_FEATURE_MAX);
}

/* A logit at the limit and beyond, large entries that do not meet, and one large entry among small ones. */
static void test_logits(void **state)
{
    double q[] = {0, 0, 0, 1}, k[] = {1, 1, 0, 1};
    struct odamv_problem x = {2, 2, 2, 1, q, k, NULL, .scale = 1};
    (void)state;
    for (int i = 0; i < 4; i++) {
        double was = q[i];
        q[i] = ODAMV_FEATURE_MAX;
        REFUSED(x, "the logit of query %d and key %d is %Lg, expected a magnitude up to %g", i / 2,
                0, (long double)(q[i / 2 * 2] * k[0]) + (long double)q[i / 2 * 2 + 1] * k[1],
                ODAMV_LOGIT_MAX);
        q[i] = was;
    }
    q[3] = ODAMV_LOGIT_MAX;
    ACCEPTED(x);
    x.scale = -1;
    ACCEPTED(x);
    x.scale = 1 + 0x1p-40;
    REFUSED(x, "the logit of query 1 and key 0 is %Lg, expected a magnitude up to %g",
            (long double)x.scale * ODAMV_LOGIT_MAX, ODAMV_LOGIT_MAX);
    k[1] = k[3] = 0;
    ACCEPTED(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_entries),
        cmocka_unit_test(test_logits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
