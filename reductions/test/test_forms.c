/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The other forms of the problem, exhaustively for n <= 3 and on every engine, each bit against the
 * definition: v-hinted (a bit depends on one row of A and one column of U, so both take all 2^n),
 * uMv-hinted (all P, all lists I and J, all rows of M and columns of V), OuMv (all A, w and u).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exhaustive.h"
#include "reductions/omv.h"
#include "reductions/oumv.h"

static struct say say;

/* What has been answered: both bits must come, and none undecided. */
static struct bit_summary seen;

static void begin(void)
{
    seen = (struct bit_summary){0};
}

static void see(enum verdict bit, bool truth, const struct bit_summary *summary)
{
    assert_int_equal(bit, truth ? VERDICT_YES : VERDICT_NO);
    assert_true(summary->error < summary->half_gap);
    seen.yes += truth;
    seen.no += !truth;
}

static void end(size_t bits)
{
    assert_int_equal(seen.yes + seen.no, bits);
    assert_true(seen.yes > 0 && seen.no > 0);
}

static void fine(enum status status)
{
    if (status != STATUS_OK)
        fail_msg("%s", say.text);
}

static struct bitmatrix numbers(size_t n, bool by_rows, size_t shift)
{
    struct bitmatrix a;
    fine(exhaustive_numbers(n, by_rows, shift, &a, &say));
    return a;
}

static void v_hinted(const struct odamv_engine *engine, size_t n)
{
    const size_t all = (size_t)1 << n;
    struct bitmatrix a = numbers(n, true, 0);
    struct omv *omv;
    enum verdict bits[8];
    fine(omv_open(engine, NULL, &a, all, &omv, &say));
    for (size_t shift = 0; shift < all; shift++) {
        struct bitmatrix u = numbers(n, false, shift);
        size_t updates, distance = 0;
        for (size_t x = 0; x < all; x++)
            distance += (size_t)__builtin_popcountl(((x + shift) % all) ^
                                                    (shift ? (x + shift - 1) % all : 0));
        fine(omv_hint(omv, &u, &updates, &say));
        assert_int_equal(updates, distance);
        for (size_t x = 0; x < all; x++) {
            struct bit_summary summary;
            fine(omv_column(omv, x, bits, &summary, &say));
            for (size_t row = 0; row < all; row++)
                see(bits[row], row & ((x + shift) % all), &summary);
        }
        bitmatrix_free(&u);
    }
    assert_int_equal(omv_phases(omv)[2].queries, all * all * all);
    omv_close(omv);
    bitmatrix_free(&a);
}

static void every_v_hinted(void **state)
{
    (void)state;
    for (size_t e = 0; odamv_engines[e]; e++)
        for (size_t n = 1; n <= 3; n++) {
            begin();
            v_hinted(odamv_engines[e], n);
            end((size_t)1 << 3 * n);
        }
}

static unsigned long restricted(size_t n, unsigned long p, size_t rows, size_t cols)
{
    for (size_t b = 0; b < n * n; b++)
        if (!(rows >> b / n & 1) || !(cols >> b % n & 1))
            p &= ~(1ul << b);
    return p;
}

/* The numbers of the 1s of a set, the largest first. */
static struct bitindex list_of(size_t set, size_t index[3])
{
    struct bitindex list = {0, index};
    for (size_t b = 3; b-- > 0;)
        if (set >> b & 1)
            index[list.count++] = b;
    return list;
}

static void umv_hint(const struct hmv_hinted *hinted, size_t n, unsigned long p)
{
    const size_t all = (size_t)1 << n, before = hmv_phases_hinted(hinted)[2].queries;
    for (size_t row = 0; row < all; row++)
        for (size_t column = 0; column < all; column++) {
            struct bit_summary summary;
            enum verdict bit;
            fine(hmv_entry(hinted, row, column, &bit, &summary, &say));
            see(bit, exhaustive_truth(n, row, p, column), &summary);
        }
    assert_int_equal(hmv_phases_hinted(hinted)[2].queries - before, all * all);
}

/* All P, and for each all lists, or for `sparse` those that hold one index. */
static size_t umv(const struct odamv_engine *engine, const struct hmv_gadget *gadget, size_t n,
                  bool sparse)
{
    struct bitmatrix m = numbers(n, true, 0), v = numbers(n, false, 0);
    struct hmv_prepared prepared;
    struct bitcell cells[9];
    size_t hints = 0;
    fine(hmv_prepare(&(struct hmv_input){gadget, engine, NULL, &m, &v}, &prepared, &say));
    for (unsigned long p = 0; p < 1ul << n * n; p++)
        for (size_t lists = 0; lists < (size_t)1 << 2 * n; lists++) {
            const size_t rows = lists >> n, cols = lists & (((size_t)1 << n) - 1);
            struct bitcells whole = {.rows = n, .cols = n, .cells = cells}, hint;
            struct hmv_hinted hinted;
            size_t one[3], other[3];
            const struct bitindex i = list_of(rows, one), j = list_of(cols, other);
            if (sparse && (i.count != 1 || j.count != 1))
                continue;
            for (size_t b = 0; b < n * n; b++)
                if (p >> b & 1)
                    cells[whole.count++] = (struct bitcell){b / n, b % n};
            fine(bitcells_select(&whole, &i, &j, &hint, &say));
            fine(hmv_hint(&prepared, &hint, &hinted, &say));
            umv_hint(&hinted, n, restricted(n, p, rows, cols));
            fine(hmv_retract(&hinted, &prepared, &say));
            bitcells_free(&hint);
            hints++;
        }
    hmv_close_prepared(&prepared);
    bitmatrix_free(&m);
    bitmatrix_free(&v);
    return hints;
}

static void every_umv_hinted(void **state)
{
    (void)state;
    for (size_t e = 0; odamv_engines[e]; e++)
        for (size_t n = 1; n <= 3; n++) {
            size_t hints;
            begin();
            hints = umv(odamv_engines[e], &hmv_odamv_probe, n, n == 3);
            hints += umv(odamv_engines[e], &hmv_oamv, n, n == 3);
            end(hints << 2 * n);
        }
}

/* On two engines all lists, too. */
static void every_umv_hinted_of_3(void **state)
{
    size_t hints;
    (void)state;
    begin();
    hints = umv(odamv_engine_find("lazy"), &hmv_odamv_probe, 3, false);
    hints += umv(odamv_engine_find("eager"), &hmv_oamv, 3, false);
    assert_int_equal(hints, 2 << 15);
    end(hints << 6);
}

static void oumv(const struct odamv_engine *engine, size_t n)
{
    const size_t all = (size_t)1 << n;
    for (unsigned long p = 0; p < 1ul << n * n; p++) {
        struct bitmatrix a;
        struct oumv *o;
        size_t w_before = 0, u_before = 0;
        fine(bitmatrix_open(n, n, "A", &a, &say));
        for (size_t b = 0; b < n * n; b++)
            if (p >> b & 1)
                bitmatrix_set(&a, b / n, b % n);
        fine(oumv_open(engine, NULL, &a, &o, &say));
        for (size_t x = 0; x < all * all; x++) {
            const size_t pair = 5 * x % (all * all), left = pair / all, right = pair % all;
            struct bit_summary summary;
            bool w[3], u[3];
            enum verdict bit;
            size_t updates;
            for (size_t b = 0; b < n; b++) {
                w[b] = left >> b & 1;
                u[b] = right >> b & 1;
            }
            fine(oumv_answer(o, w, u, &bit, &summary, &updates, &say));
            assert_int_equal(updates, __builtin_popcountl(left ^ w_before) +
                                          __builtin_popcountl(right ^ u_before));
            w_before = left;
            u_before = right;
            see(bit, exhaustive_truth(n, left, p, right), &summary);
        }
        assert_int_equal(oumv_phases(o)[2].queries, 2 * all * all);
        oumv_close(o);
        bitmatrix_free(&a);
    }
}

static void every_oumv(void **state)
{
    (void)state;
    for (size_t e = 0; odamv_engines[e]; e++)
        for (size_t n = 1; n <= 3; n++) {
            begin();
            oumv(odamv_engines[e], n);
            end((size_t)1 << (n * n + 2 * n));
        }
}

/* Lists that are none, and what is out of range, are refused, and the instance goes on. */
static void refused(void **state)
{
    struct bitmatrix m = numbers(2, true, 0), v = numbers(2, false, 0);
    struct bitcell cell = {1, 1};
    const struct bitcells p = {2, 2, 1, &cell};
    const size_t beyond[] = {0, 2}, twice[] = {1, 1};
    const struct bitindex everything = {0, NULL};
    struct bitcells hint;
    struct hmv_prepared prepared;
    struct hmv_hinted hinted;
    struct bit_summary summary;
    struct odamv_engine fixed = *odamv_engine_find("naive");
    struct oumv *none;
    enum verdict bit;
    (void)state;
    assert_int_equal(bitcells_select(&p, &(struct bitindex){2, beyond}, &everything, &hint, &say),
                     STATUS_BAD);
    assert_non_null(strstr(say.text, "no row 2, expected one of the first 2"));
    assert_null(hint.cells);
    assert_int_equal(bitcells_select(&p, &everything, &(struct bitindex){2, twice}, &hint, &say),
                     STATUS_BAD);
    assert_non_null(strstr(say.text, "column 1 twice, expected each once"));
    fine(bitcells_select(&p, &everything, &everything, &hint, &say));
    assert_int_equal(hint.count, 1);
    fine(hmv_prepare(&(struct hmv_input){&hmv_oamv, odamv_engine_find("lazy"), NULL, &m, &v},
                     &prepared, &say));
    fine(hmv_hint(&prepared, &hint, &hinted, &say));
    assert_int_equal(hmv_entry(&hinted, 4, 0, &bit, &summary, &say), STATUS_BAD);
    assert_non_null(strstr(say.text, "row 4, expected 0 to 3"));
    assert_int_equal(hmv_entry(&hinted, 0, 4, &bit, &summary, &say), STATUS_BAD);
    assert_non_null(strstr(say.text, "column 4, expected 0 to 3"));
    fine(hmv_entry(&hinted, 3, 3, &bit, &summary, &say));
    assert_int_equal(bit, VERDICT_YES);
    fixed.set_q = NULL;
    assert_int_equal(oumv_open(&fixed, NULL, &m, &none, &say), STATUS_BAD);
    assert_non_null(strstr(say.text, "no updates of Q"));
    assert_null(none);
    hmv_close_hinted(&hinted);
    bitcells_free(&hint);
    bitmatrix_free(&m);
    bitmatrix_free(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_v_hinted),
        cmocka_unit_test(every_umv_hinted),
        cmocka_unit_test(every_umv_hinted_of_3),
        cmocka_unit_test(every_oumv),
        cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
