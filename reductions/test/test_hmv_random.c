/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Random hinted-Mv instances through every gadget on every engine, square and rectangular, at
 * densities from 1/n to 1, against both direct products. SEED and CASES come from the environment.
 * n = 1024 is random_1024.c.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "random_hmv.h"

static unsigned long environment(const char *name, unsigned long otherwise)
{
    const char *text = getenv(name);
    return text && *text ? strtoul(text, NULL, 10) : otherwise;
}

static size_t yes, no;

static void run_shape(struct hmv_shape shape, unsigned long seed)
{
    double n = (double)hmv_extent(&shape);
    const double densities[] = {1 / n, 1 / sqrt(n), 0.5, 1};
    for (size_t e = 0; odamv_engines[e]; e++)
        for (size_t g = 0; hmv_gadgets[g]; g++)
            for (size_t d = 0; d < 4; d++) {
                struct random_hmv r = {.shape = shape,
                                       .density = densities[d],
                                       .nnz = (size_t)n,
                                       .columns = 3,
                                       .seed = seed,
                                       .gadget = hmv_gadgets[g],
                                       .engine = odamv_engines[e]};
                if (!random_run(&r))
                    fail_msg("%s", r.say.text);
                assert_int_equal(r.undecided, 0);
                assert_true(r.yes + r.no > 0);
                yes += r.yes;
                no += r.no;
            }
}

static void square(void **state)
{
    static const size_t sizes[] = {1, 2, 5, 16, 63, 64, 65};
    (void)state;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        run_shape((struct hmv_shape){sizes[s], sizes[s], sizes[s], sizes[s]},
                  environment("SEED", 1) + s);
}

static void rectangular(void **state)
{
    static const struct hmv_shape shapes[] = {{1, 7, 3, 2},   {9, 1, 4, 3},   {5, 6, 1, 8},
                                              {3, 5, 9, 1},   {2, 64, 65, 3}, {70, 3, 130, 5},
                                              {17, 129, 2, 9}};
    (void)state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        run_shape(shapes[s], environment("SEED", 1) + 100 + s);
}

static void any_shape(void **state)
{
    unsigned long seed = environment("SEED", 1), cases = environment("CASES", 10);
    (void)state;
    for (unsigned long c = 0; c < cases; c++) {
        struct random_hmv r = {.state = seed * 1000003 + c};
        struct hmv_shape shape = {1 + random_next(&r) % 40, 1 + random_next(&r) % 40,
                                  1 + random_next(&r) % 40, 1 + random_next(&r) % 40};
        run_shape(shape, seed + 1000 + c);
    }
    assert_true(yes > 0 && no > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(square),
        cmocka_unit_test(rectangular),
        cmocka_unit_test(any_shape),
    };
    printf("seed %lu, cases %lu\n", environment("SEED", 1), environment("CASES", 10));
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
