/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What `memory` says is what an instance holds, to 2 % (odamv.h): of every engine, for shapes of which one side is so long
 * that each array over it is far more than the allocator's own share, and by fast multiplication.
 * Bytes are counted by the C library, after opening, which may have held more; where that does not
 * count them, as under a sanitizer, there is nothing to compare with. And the sizes of arrays.
 */
#include "engines/attention/weights.h"
#include "engines/attention/workspace.h"
#include "engines/numerics/array.h"
#include "trial.h"

#include <malloc.h>

enum {
    LONG = 20000,
    BLOCKS = 300,
    EACH = 80
}; /* bytes that a block may take besides what was asked for */

static double used(void)
{
    const struct mallinfo2 info = mallinfo2();
    return (double)info.uordblks + (double)info.hblkhd;
}

static bool counts(void)
{
    const double before = used();
    void *volatile block = malloc(100000);
    const double after = used();
    free(block);
    return after - before >= 100000;
}

static void compare(const struct odamv_engine *engine, const struct odamv_problem *problem,
                    const struct odamv_options *options)
{
    const double said = engine->memory(problem, options), before = used();
    double held;
    void *state;
    assert_int_equal(engine->open(problem, options, &state), ODAMV_OK);
    held = used() - before;
    engine->close(state);
    const double more = BLOCKS * EACH + 0.02 * held, peak = weights_peak(problem, options, 0);
    /* lazy-wc computes all rows at once when it opens, and then no more */
    const double once = strcmp(engine->name, "lazy-wc") == 0
                            ? together_memory(problem, options, workspace_rows(problem))
                            : 0;
    if (!(held <= said + more && (said <= held + once + more || said <= peak)))
        fail_msg("%s, m = %zu, n = %zu, d = %zu, p = %zu, %s: %.0f bytes said, %.0f held",
                 engine->name, problem->m, problem->n, problem->d, problem->p,
                 options->matmul ? options->matmul : "classical", said, held);
}

static void test_memory(void **state)
{
    static const struct {
        size_t m, n, d, p, threshold;
        const char *matmul;
    } cases[] = {
        {LONG, 2, 1, 1, 1, NULL},        {2, LONG / 2, 1, 1, 3, NULL},
        {2, 3, LONG / 2, 1, 1, NULL},    {2, 3, 1, LONG / 2, 2, NULL},
        {300, 200, 2, 100, 150, NULL},   {200, 100, 1, 200, 60, "strassen"},
        {90, 300, 2, 200, 40, "hk424"},  {LONG, 5, 1, 4, 4, "winograd"},
        {300, 400, 1, 400, 10, "hk323"},
    };
    (void)state;
    if (!counts())
        skip();
    mallopt(M_MMAP_THRESHOLD, 1 << 30); /* whole pages only beyond 2^30 bytes */
    for (size_t x = 0; x < sizeof cases / sizeof *cases; x++) {
        const size_t m = cases[x].m, n = cases[x].n, d = cases[x].d, p = cases[x].p;
        double *entries = calloc((m + n) * d + n * p, sizeof *entries);
        const struct odamv_problem problem = {
            m, n, d, p, entries, entries + m * d, entries + (m + n) * d, 1, true};
        const struct odamv_options options = {
            .threshold = cases[x].threshold, .matmul = cases[x].matmul, .leaf = 4};
        assert_non_null(entries);
        for (size_t e = 0; odamv_engines[e]; e++)
            if (trial_wants(odamv_engines[e]))
                compare(odamv_engines[e], &problem, &options);
        free(entries);
    }
}

static void test_sizes(void **state)
{
    (void)state;
    assert_true(array_times(3, 5) == 15 && array_times(0, 5) == 0 && array_times(5, 0) == 0);
    assert_true(array_times(SIZE_MAX / 2, 2) == SIZE_MAX - 1);
    assert_true(array_times(SIZE_MAX / 2 + 1, 2) == SIZE_MAX);
    assert_true(array_times(SIZE_MAX, 1) == SIZE_MAX &&
                array_times(SIZE_MAX, SIZE_MAX) == SIZE_MAX);
    assert_null(array_alloc(SIZE_MAX, 8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_memory), cmocka_unit_test(test_sizes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
