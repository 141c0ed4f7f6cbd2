/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * test_table.c: the cache of measured rates, and the choice of plans from it.
 *
 * Measures once (some seconds), in a cache directory of its own. Choices are tested on rates
 * written down here, not on measured ones.
 */
#include "engines/matmul/matmul.h"
#include "engines/matmul/table_cache.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* 100 G multiplications and additions a second for long products, less for short ones. */
static void invent(struct matmul_table *t, double combine)
{
    memset(t, 0, sizeof *t);
    matmul_table_name(t);
    for (int s = 0; s < TABLE_SIDES; s++)
        for (int k = 0; k < TABLE_INNERS; k++)
            t->product[s][k] = 2e-11 * (1 + 16.0 / matmul_table_inner[k]);
    for (int b = 0; b < TABLE_BLOCKS; b++)
        t->gather[b] = t->scatter[b] = combine;
}

static void cached(void **state)
{
    (void)state;
    char directory[] = "/tmp/odamv-test-XXXXXX", path[300];
    assert_non_null(mkdtemp(directory));
    setenv("XDG_CACHE_HOME", directory, 1);
    struct matmul_table t, back;
    invent(&t, 1e-10);
    memset(&back, 0, sizeof back);
    matmul_table_name(&back);
    assert_false(matmul_table_recall(&back));
    matmul_table_keep(&t);
    assert_true(matmul_table_recall(&back));
    assert_string_equal(t.file, back.file);
    for (int s = 0; s < TABLE_SIDES; s++)
        for (int k = 0; k < TABLE_INNERS; k++)
            assert_true(fabs(back.product[s][k] / t.product[s][k] - 1) < 1e-6);
    assert_true(fabs(back.scatter[TABLE_BLOCKS - 1] / 1e-10 - 1) < 1e-6);

    /* Any byte changed, or any length cut: not there. */
    struct stat info;
    assert_int_equal(stat(t.file, &info), 0);
    for (off_t at = 0; at <= info.st_size; at += at < info.st_size - 30 && at > 30 ? 37 : 1) {
        FILE *file = fopen(t.file, "r+");
        assert_non_null(file);
        if (at < info.st_size) {
            fseeko(file, at, SEEK_SET);
            int byte = fgetc(file);
            fseeko(file, at, SEEK_SET);
            fputc(byte == '7' ? '8' : '7', file);
        } else {
            fseeko(file, 0, SEEK_END);
            fputc('\n', file);
        }
        fclose(file);
        assert_false(matmul_table_recall(&back));
        assert_int_equal(truncate(t.file, at), 0);
        assert_false(matmul_table_recall(&back) && at < info.st_size);
        matmul_table_keep(&t);
        assert_true(matmul_table_recall(&back));
    }
    /* Another machine */
    strcat(back.machine, "x");
    assert_false(matmul_table_recall(&back));

    assert_int_equal(unlink(t.file), 0);
    snprintf(path, sizeof path, "%s/odamv", directory);
    assert_int_equal(rmdir(path), 0); /* no temporary file was left */
    /* A directory that cannot be made is no failure. */
    setenv("XDG_CACHE_HOME", "/proc/none", 1);
    matmul_table_keep(&t);
    assert_string_equal(t.file, "");
    rmdir(directory);
}

static unsigned levels_chosen(const struct matmul_table *t, size_t m, size_t k, size_t p,
                              char name[MATMUL_NAME_MAX])
{
    struct matmul_shape shape = {.m = m, .k = k, .p = p};
    struct matmul_options options = {0};
    struct matmul_scheme *scheme;
    assert_int_equal(matmul_auto(t, &shape, &options, &scheme), ODAMV_OK);
    assert_ptr_equal(options.scheme, scheme);
    assert_true((options.levels == 0) == (scheme == NULL));
    snprintf(name, MATMUL_NAME_MAX, "%s", scheme ? scheme->name : "classical");
    matmul_scheme_close(scheme);
    return options.levels;
}

static void choices(void **state)
{
    (void)state;
    struct matmul_table t;
    char name[MATMUL_NAME_MAX];
    invent(&t, 1e-10);
    unsigned before = 0;
    for (size_t n = 64; n <= 16384; n *= 2) {
        unsigned levels = levels_chosen(&t, n, n, n, name);
        print_message("%zu cubed: %s, %u levels\n", n, name, levels);
        assert_true(n > 256 || levels == 0);
        before = levels;
    }
    assert_true(before >= 1);
    assert_int_equal(levels_chosen(&t, 8192, 16, 8192, name), 0);
    invent(&t, 1e-6); /* memory so slow that nothing pays */
    for (size_t n = 64; n <= 16384; n *= 2)
        assert_int_equal(levels_chosen(&t, n, n, n, name), 0);
}

static double classical_seconds(const struct matmul_table *t, double side, double inner)
{
    const struct matmul_shape shape = {.m = (size_t)side, .k = (size_t)inner, .p = (size_t)side};
    const struct matmul_options options = {0};
    return matmul_table_seconds(t, &shape, &options) / (side * side * inner);
}

/* The rate at a point of the grid, halfway between two of them, and beyond the grid. */
static void between_the_points(void **state)
{
    struct matmul_table t;
    (void)state;
    invent(&t, 1e-10);
    for (int s = 0; s < TABLE_SIDES; s++)
        for (int k = 0; k < TABLE_INNERS; k++)
            t.product[s][k] = 1 + 10 * s + k * k;
    for (int s = 0; s < TABLE_SIDES; s++)
        for (int k = 0; k < TABLE_INNERS; k++) {
            const double side = matmul_table_side[s], inner = matmul_table_inner[k];
            assert_true(fabs(classical_seconds(&t, side, inner) / t.product[s][k] - 1) < 1e-12);
            if (k + 1 < TABLE_INNERS) {
                const double middle = floor(inner * 1.5), at = log2(middle / inner);
                const double rate = t.product[s][k] + at * (t.product[s][k + 1] - t.product[s][k]);
                assert_true(fabs(classical_seconds(&t, side, middle) / rate - 1) < 1e-12);
            }
        }
    assert_true(fabs(classical_seconds(&t, 4 * matmul_table_side[TABLE_SIDES - 1],
                                       4 * matmul_table_inner[TABLE_INNERS - 1]) /
                         t.product[TABLE_SIDES - 1][TABLE_INNERS - 1] -
                     1) < 1e-12);
}

static void measured(void **state)
{
    (void)state;
    struct matmul_table *t;
    assert_int_equal(matmul_table_open(true, &t), ODAMV_OK);
    assert_true(matmul_table_measured(t));
    print_message("%s\n", matmul_table_machine(t));
    for (int s = 0; s < TABLE_SIDES; s++)
        for (int k = 0; k < TABLE_INNERS; k++)
            assert_true(t->product[s][k] > 1e-14 && t->product[s][k] < 1e-5);
    matmul_table_close(t);
}

int main(int argc, char **argv)
{
    (void)argv;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cached),
        cmocka_unit_test(choices),
        cmocka_unit_test(between_the_points),
        cmocka_unit_test(measured),
    };
    /* With an argument: nothing that takes long. */
    return _cmocka_run_group_tests("table", tests, argc > 1 ? 3 : 4, NULL, NULL) != 0;
}
