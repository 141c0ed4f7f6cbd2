/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The exponent of a K update of the lazy engines, from `cost`: with the multiplication's own
 * exponent w, n^(2 - (3 - w) a). Multiplications inside matrix products, refreshes and sweeps
 * included, with blocks down to 1, fitted over every n = 2^8 .. 2^20 for which n^a is a power of
 * two; all operations, whose lower terms die out slowly, over n = 2^30 .. 2^40.
 */
#include "trial.h"

static const double threshold_exponents[] = {0.25, 0.5, 0.75, 1};
static const struct multiplication {
    const char *name;
    double exponent;
} multiplications[] = {
    {"classical", 3}, {"strassen", 2.8073549220576042}, {"winograd", 2.8073549220576042}};

#define TOLERANCE 0.005

static double operations(const struct odamv_engine *engine, const struct odamv_problem *problem,
                         const struct odamv_options *options, double updates, bool all)
{
    const struct odamv_workload workload = {.updates_k = updates};
    struct odamv_counts c;

    engine->cost(problem, options, &workload, &c);
    return all ? odamv_counts_operations(&c) : c.gemm_multiplications;
}

/* Mean per update over 2^16 n updates, which are many refreshes and sweeps. */
static double per_update(const struct odamv_engine *engine, const char *matmul, double log_n,
                         double a, bool all)
{
    const size_t n = (size_t)exp2(log_n);
    const struct odamv_problem problem = {
        .m = n, .n = n, .d = n, .p = n, .scale = 1, .normalised = true};
    const struct odamv_options options = {
        .threshold = (size_t)exp2(log_n * a), .no_coalesce = true, .matmul = matmul, .leaf = 1};
    const double updates = 65536 * (double)n;

    return (operations(engine, &problem, &options, (double)n + updates, all) -
            operations(engine, &problem, &options, (double)n, all)) /
           updates;
}

/* Least squares of log2 cost against log2 n. */
static double slope(const struct odamv_engine *engine, const char *matmul, double a, int from,
                    int to, bool all)
{
    double count = 0, x = 0, y = 0, xx = 0, xy = 0;

    for (int log_n = from; log_n <= to; log_n++) {
        double cost;
        if (log_n * a != floor(log_n * a))
            continue;
        cost = log2(per_update(engine, matmul, log_n, a, all));
        count++, x += log_n, y += cost, xx += log_n * log_n, xy += log_n * cost;
    }
    assert_true(count >= 2);
    return (count * xy - x * y) / (count * xx - x * x);
}

static void measure(const char *name, int from, int to, bool all)
{
    const struct odamv_engine *engine = odamv_engine_find(name);

    assert_non_null(engine);
    if (!trial_wants(engine))
        return;
    for (size_t q = 0; q < sizeof multiplications / sizeof *multiplications; q++)
        for (size_t t = 0; t < sizeof threshold_exponents / sizeof *threshold_exponents; t++) {
            const struct multiplication *by = &multiplications[q];
            const double a = threshold_exponents[t];
            const double expected = 2 - (3 - by->exponent) * a;
            const double found = slope(engine, by->name, a, from, to, all);
            print_message("%-7s %-9s a=%.2f n=2^%d..2^%d %s: exponent %.4f, expected %.4f\n", name,
                          by->name, a, from, to, all ? "operations" : "multiplications", found,
                          expected);
            if (!(fabs(found - expected) <= TOLERANCE))
                fail_msg("%s %s a=%g: exponent %g, expected %g", name, by->name, a, found,
                         expected);
        }
}

static void test_multiplications(void **state)
{
    (void)state;
    measure("lazy", 8, 20, false);
    measure("lazy-wc", 8, 20, false);
}

static void test_operations(void **state)
{
    (void)state;
    measure("lazy", 30, 40, true);
    measure("lazy-wc", 30, 40, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_multiplications),
        cmocka_unit_test(test_operations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
