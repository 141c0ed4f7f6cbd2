/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Blocks that grow as a file is read.
 */
#include "harness/ground/allocate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
/* cmocka wants the ones above first */
#include <cmocka.h>

static void more_keeps_what_is_there(void **state)
{
    void *block = NULL;
    size_t count = 0, used = 0;
    (void)state;
    while (used < 300000) {
        const size_t before = count;
        if (used == count)
            assert_int_equal(allocate_more(&block, &count, sizeof(size_t)), STATUS_OK);
        assert_true(count == before || (before ? count == 2 * before : count > 0));
        ((size_t *)block)[used] = used;
        used++;
    }
    for (size_t i = 0; i < used; i++)
        assert_int_equal(((size_t *)block)[i], i);
    free(block);
}

/* What is asked for overflows, as a count, as bytes and as a difference, or is not there. */
static void more_than_there_is(void **state)
{
    static const struct {
        size_t count, size;
    } cases[] = {{SIZE_MAX / 2 + 1, 1}, {SIZE_MAX / 8, 8}, {SIZE_MAX / 4 + 1, 1}, {1ull << 45, 8}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        void *const block = malloc(1);
        void *same = block;
        size_t count = cases[i].count;
        assert_non_null(block);
        assert_int_equal(allocate_more(&same, &count, cases[i].size), STATUS_MACHINE);
        assert_ptr_equal(same, block);
        assert_int_equal(count, cases[i].count);
        free(block);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_keeps_what_is_there),
        cmocka_unit_test(more_than_there_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
