/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * test_blas_order.c: what the start term of the bounds assumes of dgemm (matmul_options.panel = 64)
 * holds for the library that runs: an entry of C goes through at most ceil(k / 64) additions. The
 * Makefile runs it once for every core of OpenBLAS that this processor can run.
 */
#include "engines/matmul/blas_order.h"

#include <cblas.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PANEL = 64 };

static void dgemm_adds_to_c_once_a_panel(void **state)
{
    static const size_t ks[] = {1, 2, 63, 64, 65, 127, 128, 129, 255, 256, 257, 385, 500, 769};
    static const size_t sides[][2] = {{1, 1}, {1, 9},  {9, 1},   {2, 3},  {7, 8},
                                      {8, 7}, {64, 1}, {33, 65}, {65, 40}};
    (void)state;
    print_message("OpenBLAS core: %s\n", openblas_get_corename());
    for (size_t x = 0; x < sizeof ks / sizeof *ks; x++)
        for (size_t y = 0; y < sizeof sides / sizeof *sides; y++)
            for (int trans = 0; trans < 4; trans++) {
                const struct matmul_shape shape = {sides[y][0], ks[x],     sides[y][1],
                                                   trans & 1,   trans & 2, false};
                const size_t additions = blas_order_additions(&shape);
                if (additions < 1 || additions > (ks[x] + PANEL - 1) / PANEL)
                    fail_msg("%zu x %zu x %zu, transposed %d: %zu additions to an entry of C, the "
                             "bounds allow %zu",
                             shape.m, shape.k, shape.p, trans, additions,
                             (ks[x] + PANEL - 1) / PANEL);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(dgemm_adds_to_c_once_a_panel)};
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
