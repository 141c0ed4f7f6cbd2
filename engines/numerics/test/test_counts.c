/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sums of counts take every field; the names are those of the fields, in their order.
 */
#include "odamv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
/* after the headers that it needs */
#include <cmocka.h>

#define FIELD(name)                                                                                \
    {                                                                                              \
#name, offsetof(struct odamv_counts, name) / sizeof(double)                                \
    }

static const struct {
    const char *name;
    size_t place;
} fields[] = {FIELD(additions),      FIELD(multiplications),      FIELD(exponentials),
              FIELD(gemm_additions), FIELD(gemm_multiplications), FIELD(folds),
              FIELD(refreshes),      FIELD(marked_rows)};

enum { FIELDS = sizeof fields / sizeof *fields };

static const struct odamv_counts some = {1, 2, 4, 8, 16, 32, 64, 128};

static void test_names(void **state)
{
    (void)state;
    for (size_t f = 0; f < FIELDS; f++) {
        assert_string_equal(odamv_counts_fields[f], fields[f].name);
        assert_int_equal(fields[f].place, f);
        assert_true(odamv_counts_field(&some, f) == (double)(1 << f));
    }
    assert_null(odamv_counts_fields[FIELDS]);
}

static void test_madd(void **state)
{
    struct odamv_counts sum = some;

    (void)state;
    odamv_counts_madd(&sum, 3, &some);
    for (size_t f = 0; f < FIELDS; f++)
        assert_true(odamv_counts_field(&sum, f) == 4 * odamv_counts_field(&some, f));
    odamv_counts_divide(&sum, 4);
    assert_memory_equal(&sum, &some, sizeof sum);
}

/* What is no operation: folds, refreshes, marked rows. */
static void test_operations(void **state)
{
    (void)state;
    assert_true(odamv_counts_operations(&some) == 1 + 2 + 4 + 8 + 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_madd),
        cmocka_unit_test(test_operations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
