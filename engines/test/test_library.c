/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The library around the engines: the threshold; the functions that stand for an engine's entries,
 * when there is an entry and when there is none; what is said about options, and of an engine that
 * does not open.
 */
#include "trial.h"

#include <unistd.h>

/* --- the threshold ------------------------------------------------------------------------- */

static void test_threshold_one(void **state)
{
    (void)state;
    for (int bits = 1; bits < 64; bits++) {
        const size_t n = (size_t)1 << bits;
        assert_true(odamv_threshold(n, 1) == n);
        assert_true(odamv_threshold(n - 1, 1) == n - 1);
        assert_true(odamv_threshold(n + 1, 1) == n + 1);
    }
    assert_true(odamv_threshold(SIZE_MAX, 1) == SIZE_MAX);
    assert_true(odamv_threshold(1000, 0) == 1);
}

/* Powers that are whole, and the next n: beyond 2^46 its root is within 2^-48 of the whole one. */
static void test_threshold_whole(void **state)
{
    (void)state;
    for (size_t root = 1; root < (size_t)1 << 23; root += root / 3 + 1) {
        assert_true(odamv_threshold(root * root, 0.5) == root);
        assert_true(odamv_threshold(root * root + 1, 0.5) == root + 1);
    }
    for (size_t root = 1; root < (size_t)1 << 15; root += root / 3 + 1)
        assert_true(odamv_threshold(root * root * root * root, 0.75) == root * root * root);
    /* the double 0.9 is more than 9/10, enough for 1024^0.9 to be rounded to more than 512 */
    for (int bits = 10; bits <= 50; bits += 10)
        assert_true(odamv_threshold((size_t)1 << bits, 0.9) == (size_t)1 << bits / 10 * 9);
}

/* As a falls from 1 by single steps, and then by larger ones. */
static void test_threshold_monotone(void **state)
{
    (void)state;
    for (int bits = 30; bits <= 63; bits++) {
        const size_t n = ((size_t)1 << bits) + 1;
        size_t last = n;
        double a = 1;
        for (int step = 0; step < 4000; step++) {
            a = step < 2000 ? nextafter(a, 0) : a - 1e-6;
            const size_t k = odamv_threshold(n, a);
            assert_true(k <= last);
            last = k;
        }
        assert_true(last < n);
    }
}

/* --- functions for entries ----------------------------------------------------------------- */

/* Entries that leave a trace of what they were given, or 7. */
static const struct odamv_counts sevens = {7, 7, 7, 7, 7, 7, 7, 7};

static enum odamv_status any_set(void *state, size_t row, size_t column, double value)
{
    *(double *)state = (double)row * 100 + (double)column * 10 + value;
    return ODAMV_NOMEM;
}

static enum odamv_status any_query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    (void)state;
    out->value = (double)(10 * i + j);
    return i < 5 ? ODAMV_OK : ODAMV_DOMAIN;
}

static void any_cost(const struct odamv_problem *shape, const struct odamv_options *options,
                     const struct odamv_workload *workload, struct odamv_counts *out)
{
    if (shape && !options && workload)
        *out = sevens;
}

static double any_memory(const struct odamv_problem *shape, const struct odamv_options *options)
{
    return shape && !options ? 7 : 0;
}

static void any_stats(const void *state, struct odamv_counts *out)
{
    if (state)
        *out = sevens;
}

static bool any_check(const void *state, char *message, size_t size)
{
    snprintf(message, size, "%s", state ? "broken" : "");
    return !state;
}

static void any_event_counts(const void *state, double *counts)
{
    counts[1] = state ? 7 : 0;
}

static void any_close(void *state)
{
    *(double *)state = 7;
}

static const char *const events[] = {"one", "two", NULL};

static const struct odamv_engine full = {.name = "full",
                                         .summary = "all there",
                                         .set_k = any_set,
                                         .set_v = any_set,
                                         .set_q = any_set,
                                         .query = any_query,
                                         .cost = any_cost,
                                         .memory = any_memory,
                                         .stats = any_stats,
                                         .check = any_check,
                                         .close = any_close,
                                         .events = events,
                                         .event_counts = any_event_counts};

static void test_playing(void **ignored)
{
    struct odamv_answer answers[8] = {{0}};
    double state = 0;

    (void)ignored;
    assert_int_equal(odamv_set_k(&full, &state, 1, 2, 3), ODAMV_NOMEM);
    assert_true(state == 123);
    assert_int_equal(odamv_set_v(&full, &state, 4, 5, 6), ODAMV_NOMEM);
    assert_true(state == 456);
    assert_int_equal(odamv_set_q(&full, &state, 7, 8, 9), ODAMV_NOMEM);
    assert_true(state == 789);
    assert_int_equal(odamv_query(&full, &state, 3, 4, answers), ODAMV_OK);
    assert_true(answers->value == 34);
    assert_int_equal(odamv_query(&full, &state, 6, 0, answers), ODAMV_DOMAIN);
    assert_int_equal(odamv_query_column(&full, &state, 5, 2, answers), ODAMV_OK);
    assert_true(answers[4].value == 42 && answers[5].value == 0);
    assert_int_equal(odamv_query_column(&full, &state, 6, 2, answers), ODAMV_DOMAIN);
    assert_int_equal(odamv_query_row(&full, &state, 7, 2, answers), ODAMV_OK);
    assert_true(answers[6].value == 26 && answers[7].value == 0);
    odamv_close(&full, &state);
    assert_true(state == 7);
}

static void test_asking(void **ignored)
{
    const struct odamv_problem shape = {.m = 1};
    const struct odamv_workload workload = {0};
    struct odamv_counts counts = {0};
    double state = 0, bytes = 0, seen[2] = {0};
    bool holds = true;
    char message[20];

    (void)ignored;
    assert_string_equal(odamv_engine_name(&full), "full");
    assert_string_equal(odamv_engine_summary(&full), "all there");
    assert_int_equal(odamv_cost(&full, &shape, NULL, &workload, &counts), ODAMV_OK);
    assert_memory_equal(&counts, &sevens, sizeof counts);
    counts.folds = 0;
    assert_int_equal(odamv_stats(&full, &state, &counts), ODAMV_OK);
    assert_true(counts.folds == 7);
    assert_int_equal(odamv_memory(&full, &shape, NULL, &bytes), ODAMV_OK);
    assert_true(bytes == 7);
    assert_int_equal(odamv_check(&full, &state, &holds, message, sizeof message), ODAMV_OK);
    assert_false(holds);
    assert_string_equal(message, "broken");
    assert_string_equal(odamv_event_name(&full, 1), "two");
    assert_null(odamv_event_name(&full, 2));
    assert_null(odamv_event_name(&full, 100));
    assert_int_equal(odamv_event_counts(&full, &state, seen), ODAMV_OK);
    assert_true(seen[1] == 7);
}

/* UNABLE, and nothing is touched. */
static void test_missing_entries(void **state)
{
    static const struct odamv_engine none = {.name = "none"};
    const struct odamv_problem shape = {.m = 1};
    const struct odamv_workload workload = {0};
    const struct odamv_answer before = {1, 2};
    struct odamv_answer answer = before;
    struct odamv_counts counts = sevens;
    double number = 5;
    bool holds = true;
    char message[] = "untouched";

    (void)state;
    assert_int_equal(odamv_set_k(&none, NULL, 0, 0, 1), ODAMV_UNABLE);
    assert_int_equal(odamv_set_v(&none, NULL, 0, 0, 1), ODAMV_UNABLE);
    assert_int_equal(odamv_set_q(&none, NULL, 0, 0, 1), ODAMV_UNABLE);
    assert_int_equal(odamv_query(&none, NULL, 0, 0, &answer), ODAMV_UNABLE);
    assert_int_equal(odamv_query_column(&none, NULL, 1, 0, &answer), ODAMV_UNABLE);
    assert_int_equal(odamv_query_row(&none, NULL, 1, 0, &answer), ODAMV_UNABLE);
    assert_int_equal(odamv_cost(&none, &shape, NULL, &workload, &counts), ODAMV_UNABLE);
    assert_int_equal(odamv_memory(&none, &shape, NULL, &number), ODAMV_UNABLE);
    assert_int_equal(odamv_stats(&none, NULL, &counts), ODAMV_UNABLE);
    assert_int_equal(odamv_check(&none, NULL, &holds, message, sizeof message), ODAMV_UNABLE);
    assert_int_equal(odamv_event_counts(&none, NULL, &number), ODAMV_UNABLE);
    assert_null(odamv_event_name(&none, 0));
    odamv_close(&none, NULL);
    assert_memory_equal(&answer, &before, sizeof answer);
    assert_memory_equal(&counts, &sevens, sizeof counts);
    assert_true(number == 5 && holds);
    assert_string_equal(message, "untouched");
}

/* The table, one by one. */
static void test_engines(void **state)
{
    size_t e = 0;
    (void)state;
    for (; odamv_engines[e]; e++) {
        assert_ptr_equal(odamv_engine_at(e), odamv_engines[e]);
        assert_ptr_equal(odamv_engine_find(odamv_engine_name(odamv_engines[e])), odamv_engines[e]);
    }
    assert_true(e >= 5);
    assert_null(odamv_engine_at(e));
    assert_null(odamv_engine_at(SIZE_MAX));
    assert_int_equal(odamv_abi(), ODAMV_ABI);
}

/* --- options and opening ------------------------------------------------------------------- */

static char said[600];

/* The status for that multiplication, which lazy must give, too; what was said is in `said`. */
static enum odamv_status check_matmul(const char *matmul)
{
    const struct odamv_options options = {.matmul = matmul};
    const double one = 1;
    const struct odamv_problem problem = {1, 1, 1, 1, &one, &one, &one, 1, true};
    const struct odamv_engine *lazy = odamv_engine_find("lazy");
    void *instance = &said;
    char opening[sizeof said] = "";
    *said = '\0';
    enum odamv_status status = odamv_options_check(&options, said, sizeof said);
    enum odamv_status opened =
        odamv_open(lazy, &problem, &options, &instance, opening, sizeof opening);
    assert_int_equal(opened, status);
    assert_string_equal(opening, said);
    assert_true((instance != NULL) == (status == ODAMV_OK));
    odamv_close(lazy, instance);
    return status;
}

static void test_options(void **state)
{
    char file[] = "/tmp/odamv-scheme.XXXXXX";
    const int handle = mkstemp(file);

    (void)state;
    assert_true(handle >= 0);
    assert_int_equal(write(handle, "odamv-scheme 2\n", 15), 15);
    assert_int_equal(close(handle), 0);
    assert_int_equal(odamv_options_check(NULL, said, sizeof said), ODAMV_OK);
    assert_int_equal(check_matmul(NULL), ODAMV_OK);
    assert_int_equal(check_matmul("classical"), ODAMV_OK);
    assert_int_equal(check_matmul("strassen"), ODAMV_OK);
    assert_int_equal(check_matmul("strasen"), ODAMV_DOMAIN);
    assert_non_null(strstr(said, "matmul: no scheme 'strasen'"));
    assert_int_equal(check_matmul("./not/there"), ODAMV_DOMAIN);
    assert_string_equal(said, "matmul: ./not/there: cannot be opened: No such file or directory");
    assert_int_equal(check_matmul("/"), ODAMV_DOMAIN);
    assert_string_equal(said, "matmul: /:1: cannot be read: Is a directory");
    assert_int_equal(check_matmul(file), ODAMV_DOMAIN);
    assert_non_null(strstr(said, file));
    assert_non_null(strstr(said, "expected version 1"));
    unlink(file);
}

static enum odamv_status refusal; /* what the next engine says */

static enum odamv_status refuse(const struct odamv_problem *problem,
                                const struct odamv_options *options, void **state)
{
    (void)problem, (void)options;
    *state = NULL;
    return refusal;
}

static void test_refusing_engine(void **state)
{
    static const struct odamv_engine engine = {.name = "wilful", .open = refuse};
    static const struct {
        enum odamv_status status;
        const char *says;
    } cases[] = {{ODAMV_UNABLE, "does not offer"},
                 {ODAMV_DOMAIN, "outside the contract"},
                 {ODAMV_NOMEM, "no memory"},
                 {(enum odamv_status)99, "status 99"}};
    const double one = 1;
    const struct odamv_problem problem = {1, 1, 1, 1, &one, &one, &one, 1, true};

    (void)state;
    for (size_t x = 0; x < sizeof cases / sizeof *cases; x++) {
        void *instance = &refusal;
        refusal = cases[x].status;
        assert_int_equal(odamv_open(&engine, &problem, NULL, &instance, said, sizeof said),
                         refusal);
        assert_null(instance);
        assert_non_null(strstr(said, "wilful"));
        for (size_t y = 0; y < sizeof cases / sizeof *cases; y++)
            assert_true((strstr(said, cases[y].says) != NULL) == (x == y));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threshold_one),
        cmocka_unit_test(test_threshold_whole),
        cmocka_unit_test(test_threshold_monotone),
        cmocka_unit_test(test_playing),
        cmocka_unit_test(test_asking),
        cmocka_unit_test(test_missing_entries),
        cmocka_unit_test(test_engines),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_refusing_engine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
