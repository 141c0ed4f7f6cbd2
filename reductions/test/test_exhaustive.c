/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every hinted-Mv instance with n = 1, 2 and 3, through every gadget that takes it, on every
 * engine: 2^n rows x 2^(n n) matrices P x 2^n columns, with an engine for every P and with one for
 * all. n = 4 is exhaustive_4.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exhaustive.h"

static void run_all(const struct hmv_gadget *gadget, bool lists)
{
    for (size_t e = 0; odamv_engines[e]; e++)
        for (size_t n = 1; n <= 3; n++)
            for (int fresh = 0; fresh < 2; fresh++) {
                struct exhaustive x = {.n = n,
                                       .gadget = gadget,
                                       .engine = odamv_engines[e],
                                       .fresh = fresh,
                                       .lists = lists};
                const size_t triples = exhaustive_hints(n, lists) << 2 * n;
                if (!exhaustive_run(&x))
                    fail_msg("%s", x.say.text);
                assert_int_equal(x.yes + x.no, triples);
                assert_true(x.yes > 0 && x.no > 0);
                assert_true(x.error < x.half_gap);
            }
}

static void oamv(void **state)
{
    (void)state;
    run_all(&hmv_oamv, false);
}

static void odamv_probe(void **state)
{
    (void)state;
    run_all(&hmv_odamv_probe, false);
}

static void odamv_diagonal(void **state)
{
    (void)state;
    run_all(&hmv_odamv_diagonal, true);
}

/* A P with two 1s in a column is refused, and the instance goes on. */
static void two_in_a_column(void **state)
{
    (void)state;
    struct exhaustive e = {
        .n = 2, .gadget = &hmv_odamv_diagonal, .engine = odamv_engine_find("lazy")};
    assert_false(exhaustive_run(&e));
    assert_int_equal(e.hints, 5); /* those with a 1 in row 0, or at (1,0); the next is [1 0; 1 0] */
    assert_non_null(strstr(e.say.text, "P[1,0]"));
    assert_non_null(strstr(e.say.text, "normaliser"));
    assert_non_null(strstr(e.say.text, "odamv-probe"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oamv),
        cmocka_unit_test(odamv_probe),
        cmocka_unit_test(odamv_diagonal),
        cmocka_unit_test(two_in_a_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
