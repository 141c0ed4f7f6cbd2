/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Online matrix-vector products: every matrix with up to 3 x 3 entries with every vector, and
 * random ones, on every engine, each bit against the definition.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "reductions/omv.h"

static size_t yes, no;

/* One vector; the number of updates must be its distance to the one before. */
static void ask(struct omv *omv, const struct bitmatrix *a, const bool *u, bool *before)
{
    struct say say;
    struct bit_summary answer;
    size_t updates;
    enum verdict *bits = malloc(a->rows * sizeof *bits);
    size_t distance = 0;
    for (size_t k = 0; k < a->cols; k++) {
        distance += u[k] != before[k];
        before[k] = u[k];
    }
    if (omv_answer(omv, u, bits, &answer, &updates, &say) != STATUS_OK)
        fail_msg("%s", say.text);
    assert_int_equal(updates, distance);
    assert_int_equal(answer.undecided + answer.contradictory, 0);
    assert_true(answer.error < answer.half_gap);
    for (size_t j = 0; j < a->rows; j++) {
        bool truth = false;
        for (size_t k = 0; k < a->cols; k++)
            truth = truth || (bitmatrix_get(a, j, k) && u[k]);
        assert_int_equal(bits[j], truth ? VERDICT_YES : VERDICT_NO);
    }
    yes += answer.yes;
    no += answer.no;
    free(bits);
}

static struct omv *open_on(const struct odamv_engine *engine, const struct bitmatrix *a)
{
    struct say say;
    struct omv *omv;
    if (omv_open(engine, NULL, a, 1, &omv, &say) != STATUS_OK)
        fail_msg("%s", say.text);
    return omv;
}

static struct bitmatrix zeros(size_t rows, size_t cols)
{
    struct say say;
    struct bitmatrix a;
    assert_int_equal(bitmatrix_open(rows, cols, "A", &a, &say), STATUS_OK);
    return a;
}

/* A row of A decides a bit, so A takes all 2^n rows. */
static void exhaustive(void **state)
{
    (void)state;
    for (size_t e = 0; odamv_engines[e]; e++)
        for (size_t n = 1; n <= 5; n++) {
            struct bitmatrix a = zeros((size_t)1 << n, n);
            bool before[5] = {false};
            for (size_t r = 0; r < a.rows; r++)
                for (size_t k = 0; k < n; k++)
                    if (r >> k & 1)
                        bitmatrix_set(&a, r, k);
            struct omv *omv = open_on(odamv_engines[e], &a);
            for (size_t x = 0; x < 3 * a.rows; x++) {
                bool u[5];
                for (size_t k = 0; k < n; k++)
                    u[k] = (x * 5 + x / a.rows) >> k & 1;
                ask(omv, &a, u, before);
            }
            assert_int_equal(omv_phases(omv)[2].queries, 3 * a.rows * a.rows);
            omv_close(omv);
            bitmatrix_free(&a);
        }
    assert_true(yes > 0 && no > 0);
}

static void larger(void **state)
{
    static const size_t shapes[][2] = {{1, 90}, {90, 1}, {64, 65}, {130, 100}};
    (void)state;
    srand(1);
    for (size_t e = 0; odamv_engines[e]; e++)
        for (size_t s = 0; s < 4; s++)
            for (int density = 1; density <= 64; density *= 8) {
                struct bitmatrix a = zeros(shapes[s][0], shapes[s][1]);
                bool u[100], before[100] = {false};
                for (size_t j = 0; j < a.rows; j++)
                    for (size_t k = 0; k < a.cols; k++)
                        if (rand() % density == 0)
                            bitmatrix_set(&a, j, k);
                struct omv *omv = open_on(odamv_engines[e], &a);
                for (int t = 0; t < 6; t++) {
                    for (size_t k = 0; k < a.cols; k++)
                        u[k] = t != 2 && rand() % (t == 3 ? 1 : 40) == 0;
                    ask(omv, &a, u, before);
                }
                omv_close(omv);
                bitmatrix_free(&a);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(exhaustive), cmocka_unit_test(larger)};
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
