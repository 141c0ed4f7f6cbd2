/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `auto`: what an engine multiplies by is what the machine's table says; the table here is written down, and read from
 * the cache without being measured again.
 */
#include "engines/attention/product.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "engines/matmul/table_cache.h"

/* 100 G operations a second in products, additions of blocks not much slower. */
static void keep_table(struct matmul_table *t)
{
    memset(t, 0, sizeof *t);
    matmul_table_name(t);
    for (int s = 0; s < TABLE_SIDES; s++)
        for (int k = 0; k < TABLE_INNERS; k++)
            t->product[s][k] = 2e-11;
    for (int b = 0; b < TABLE_BLOCKS; b++)
        t->gather[b] = t->scatter[b] = 1e-10;
    matmul_table_keep(t);
}

static void compare(const struct matmul_table *table, size_t side, unsigned *fast)
{
    const struct odamv_options automatic = {.matmul = "auto"};
    const struct matmul_shape shape = product_shape(side, side, side, false);
    struct matmul_options chosen = {.panel = PRODUCT_PANEL};
    struct matmul_scheme *scheme;
    struct matmul_prediction expected, got;
    struct product product;
    assert_int_equal(matmul_auto(table, &shape, &chosen, &scheme), ODAMV_OK);
    assert_int_equal(matmul_predict(&shape, &chosen, &expected), ODAMV_OK);
    assert_true(product_predict(&automatic, &shape, &got) == (scheme != NULL));
    if (scheme) {
        assert_memory_equal(&got.counts, &expected.counts, sizeof got.counts);
        assert_int_equal(got.levels, expected.levels);
        ++*fast;
    }
    if (side <= 1024) {
        assert_int_equal(product_open(&product, &automatic, &shape), ODAMV_OK);
        assert_true((product.plan != NULL) == (scheme != NULL));
        product_close(&product);
    }
    matmul_scheme_close(scheme);
}

static void what_the_table_says(void **state)
{
    char directory[] = "/tmp/odamv-test-XXXXXX", folder[300];
    struct matmul_table kept, *table;
    unsigned fast = 0;
    (void)state;
    assert_non_null(mkdtemp(directory));
    setenv("XDG_CACHE_HOME", directory, 1);
    keep_table(&kept);
    assert_int_equal(matmul_table_open(false, &table), ODAMV_OK);
    assert_false(matmul_table_measured(table));
    assert_true(product_automatic(&(struct odamv_options){.matmul = "auto"}));
    assert_false(product_automatic(&(struct odamv_options){.matmul = "strassen"}));
    assert_false(product_automatic(NULL));
    for (size_t side = 64; side <= 16384; side *= 2)
        compare(table, side, &fast);
    assert_true(fast >= 2 && fast <= 8);
    matmul_table_close(table);
    assert_int_equal(unlink(kept.file), 0);
    snprintf(folder, sizeof folder, "%s/odamv", directory);
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(rmdir(directory), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_the_table_says)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
