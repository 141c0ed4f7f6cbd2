/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Helper threads: every row is done once, by as many threads as there are, or by the caller alone where little is to
 * be done; round after round, for any number of rows.
 */
#include "engines/matmul/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MUCH 0x1p20 /* work per row that is worth waking for */

enum { MOST = 40 };

struct seen {
    atomic_int times[MOST], calls;
};

static void note(void *context, size_t row, size_t end)
{
    struct seen *seen = context;
    assert_true(row <= end && end <= MOST);
    atomic_fetch_add(&seen->calls, 1);
    for (size_t r = row; r < end; r++)
        atomic_fetch_add(&seen->times[r], 1);
}

static int calls(struct matmul_pool *pool, size_t rows, double work)
{
    struct seen seen;
    memset(&seen, 0, sizeof seen);
    matmul_pool_rows(pool, note, &seen, rows, work);
    for (size_t r = 0; r < MOST; r++)
        assert_int_equal(atomic_load(&seen.times[r]), r < rows);
    return atomic_load(&seen.calls);
}

static void every_row_once(void **state)
{
    (void)state;
    alarm(60); /* a helper that is not woken would be waited for */
    for (unsigned threads = 0; threads <= 5; threads++) {
        struct matmul_pool *pool;
        const int parts = threads ? (int)threads : 1;
        assert_int_equal(matmul_pool_open(threads, &pool), ODAMV_OK);
        for (int round = 0; round < 20; round++)
            for (size_t rows = 0; rows <= MOST; rows += 1 + rows / 7) {
                assert_int_equal(calls(pool, rows, MUCH), rows < 2 ? 1 : parts);
                assert_int_equal(calls(pool, rows, 1), 1);
            }
        matmul_pool_close(pool);
    }
    matmul_pool_close(NULL);
    alarm(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_row_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
