/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The constants of paper-notes/strengthening.md: with answers that are wrong by any additive error up
 * to the tolerance of the lemma, every bit is decided and right; all logits lie in [0, ln 2]; and
 * slightly beyond the tolerance there are instances on which the decoder cannot decide any more.
 * Exhaustively for n <= 3, on a worst case for larger n.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exhaustive.h"

static struct say say;

/* --- the lemma -------------------------------------------------------------------------------- */

/* What answers may be wrong by, for n keys of the problem and at most c 1s in a column of P. */
static double tolerance(const struct hmv_gadget *gadget, size_t n, size_t c)
{
    const double gap = expm1(log(2) / (double)c), keys = (double)n;
    if (gadget == &hmv_oamv)
        return gap / 2;
    if (gadget == &hmv_odamv_diagonal)
        return 1 / (6 * keys);
    return gap / (2 * (2 * keys + 1) * (2 * keys + 2));
}

/* --- an engine that is exact up to an additive error ------------------------------------------- */

static struct {
    double error;        /* of every answer, and its bound */
    double sign, probed; /* -1 or 1: of the answers, and of those of the last column */
    size_t last;
    double highest, lowest; /* logits that were ever stored */
} coarse;

struct coarse_state {
    void *exact;
    size_t m, d;
    double *q, *k; /* m x d, n x d */
};

static enum odamv_status coarse_open(const struct odamv_problem *problem,
                                     const struct odamv_options *options, void **state)
{
    struct coarse_state *s = calloc(1, sizeof *s);
    const size_t m = problem->m, n = problem->n, d = problem->d;
    *state = s;
    s->m = m;
    s->d = d;
    s->q = malloc(m * d * sizeof *s->q);
    s->k = malloc(n * d * sizeof *s->k);
    for (size_t x = 0; x < m * d; x++)
        s->q[x] = problem->q[x];
    for (size_t x = 0; x < n * d; x++)
        s->k[x] = problem->k[x];
    coarse.last = problem->p - 1;
    return odamv_engine_find("direct")->open(problem, options, &s->exact);
}

static enum odamv_status coarse_set_k(void *state, size_t key, size_t feature, double value)
{
    struct coarse_state *s = state;
    s->k[key * s->d + feature] = value;
    for (size_t i = 0; i < s->m; i++) {
        double logit = 0;
        for (size_t f = 0; f < s->d; f++)
            logit += s->q[i * s->d + f] * s->k[key * s->d + f];
        coarse.highest = fmax(coarse.highest, logit);
        coarse.lowest = fmin(coarse.lowest, logit);
    }
    return odamv_engine_find("direct")->set_k(s->exact, key, feature, value);
}

static enum odamv_status coarse_query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    struct coarse_state *s = state;
    const enum odamv_status status = odamv_engine_find("direct")->query(s->exact, i, j, out);
    out->value += coarse.error * (j == coarse.last ? coarse.probed : coarse.sign);
    out->bound += coarse.error;
    return status;
}

static void coarse_close(void *state)
{
    struct coarse_state *s = state;
    if (!s)
        return;
    odamv_engine_find("direct")->close(s->exact);
    free(s->q);
    free(s->k);
    free(s);
}

static const struct odamv_engine engine = {.abi = ODAMV_ABI,
                                           .name = "coarse",
                                           .open = coarse_open,
                                           .set_k = coarse_set_k,
                                           .query = coarse_query,
                                           .close = coarse_close};

static void fine(enum status status)
{
    if (status != STATUS_OK)
        fail_msg("%s", say.text);
}

static void is_bounded(void)
{
    assert_true(coarse.lowest >= 0 && coarse.highest <= log(2) * (1 + 1e-15));
}

/* --- every small instance --------------------------------------------------------------------- */

enum { MOST = 3 };

/* The cells of P, and the largest number of 1s in a column, at least 1. */
static size_t cells_of(size_t n, unsigned long p, struct bitcell *cells, size_t *largest)
{
    size_t ones[MOST] = {0}, count = 0;
    *largest = 1;
    for (size_t b = 0; b < n * n; b++)
        if (p >> b & 1) {
            cells[count++] = (struct bitcell){b / n, b % n};
            if (++ones[b % n] > *largest)
                *largest = ones[b % n];
        }
    return count;
}

/* All rows and columns for one P. */
static size_t check_hint(struct hmv_prepared *prepared, const struct hmv_gadget *gadget, size_t n,
                         unsigned long p)
{
    const size_t all = (size_t)1 << n;
    struct bitcell cells[MOST * MOST];
    struct bitcells hint = {.rows = n, .cols = n, .cells = cells};
    struct hmv_hinted hinted;
    enum verdict bits[1 << MOST];
    struct bit_summary summary;
    size_t largest, yes = 0;
    hint.count = cells_of(n, p, cells, &largest);
    coarse.error = 0.999 * tolerance(gadget, n, largest);
    fine(hmv_hint(prepared, &hint, &hinted, &say));
    for (size_t column = 0; column < all; column++) {
        fine(hmv_column(&hinted, column, bits, &summary, &say));
        for (size_t row = 0; row < all; row++)
            assert_int_equal(bits[row],
                             exhaustive_truth(n, row, p, column) ? VERDICT_YES : VERDICT_NO);
        yes += summary.yes;
    }
    fine(hmv_retract(&hinted, prepared, &say));
    return yes;
}

static size_t check_all(const struct hmv_gadget *gadget, size_t n)
{
    struct bitmatrix m, v;
    struct hmv_prepared prepared;
    size_t yes = 0;
    fine(exhaustive_numbers(n, true, 0, &m, &say));
    fine(exhaustive_numbers(n, false, 0, &v, &say));
    fine(hmv_prepare(&(struct hmv_input){gadget, &engine, NULL, &m, &v}, &prepared, &say));
    for (unsigned long p = 0; p < 1ul << n * n; p++)
        if (gadget != &hmv_odamv_diagonal || exhaustive_is_list(n, p))
            yes += check_hint(&prepared, gadget, n, p);
    hmv_close_prepared(&prepared);
    bitmatrix_free(&m);
    bitmatrix_free(&v);
    return yes;
}

static void small_instances(void **state)
{
    (void)state;
    for (size_t g = 0; hmv_gadgets[g]; g++)
        for (size_t n = 1; n <= MOST; n++)
            for (int signs = 0; signs < 4; signs++) {
                coarse.sign = signs & 1 ? 1 : -1;
                coarse.probed = signs & 2 ? 1 : -1;
                coarse.lowest = coarse.highest = 0;
                assert_true(check_all(hmv_gadgets[g], n) > 0);
                assert_true(coarse.highest > 0.69);
                is_bounded();
            }
}

/* --- a worst case ----------------------------------------------------------------------------- */

/* M and V full; P full, or the diagonal. Column 0 of the product is all YES. */
static enum verdict worst_bit(const struct hmv_gadget *gadget, size_t n, double share)
{
    const bool lists = gadget == &hmv_odamv_diagonal;
    const size_t largest = lists ? 1 : n;
    struct bitmatrix m, v;
    struct bitcells p = {n, n, 0, calloc(n * n, sizeof(struct bitcell))};
    struct hmv_prepared prepared;
    struct hmv_hinted hinted;
    struct bit_summary summary;
    enum verdict *bits = calloc(n, sizeof *bits), bit;
    fine(bitmatrix_open(n, n, "M", &m, &say));
    fine(bitmatrix_open(n, n, "V", &v, &say));
    for (size_t r = 0; r < n; r++)
        for (size_t c = 0; c < n; c++) {
            bitmatrix_set(&m, r, c);
            bitmatrix_set(&v, r, c);
            if (!lists || r == c)
                p.cells[p.count++] = (struct bitcell){r, c};
        }
    coarse.error = share * tolerance(gadget, n, largest);
    fine(hmv_prepare(&(struct hmv_input){gadget, &engine, NULL, &m, &v}, &prepared, &say));
    fine(hmv_hint(&prepared, &p, &hinted, &say));
    fine(hmv_column(&hinted, 0, bits, &summary, &say));
    bit = bits[0];
    hmv_close_hinted(&hinted);
    bitmatrix_free(&m);
    bitmatrix_free(&v);
    free(p.cells);
    free(bits);
    return bit;
}

static void worst_case(void **state)
{
    static const size_t sizes[] = {4, 16, 64, 100};
    (void)state;
    coarse.sign = 1;
    coarse.probed = -1;
    coarse.lowest = coarse.highest = 0;
    for (size_t g = 0; hmv_gadgets[g]; g++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            assert_int_equal(worst_bit(hmv_gadgets[g], sizes[s], 0.999), VERDICT_YES);
            assert_int_equal(worst_bit(hmv_gadgets[g], sizes[s], 1.5), VERDICT_UNDECIDED);
        }
    is_bounded();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(small_instances),
                                       cmocka_unit_test(worst_case)};
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
