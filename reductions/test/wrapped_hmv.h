/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * wrapped_hmv.h: a small hinted-Mv instance on an engine that fails or lies on request.
 */
#ifndef WRAPPED_HMV_H
#define WRAPPED_HMV_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "reductions/hmv.h"

/* --- an engine around naive ------------------------------------------------------------------- */

static struct {
    size_t sets, queries;          /* received so far */
    size_t refuse_from, refuse_to; /* set_k calls number refuse_from .. refuse_to - 1 */
    double shift, bound;           /* added to every answer, or to those of `column` alone */
    bool one_column;
    size_t column;
} wrapped_control;

static inline enum odamv_status wrapped_open(const struct odamv_problem *problem,
                                             const struct odamv_options *options, void **state)
{
    return odamv_engine_find("naive")->open(problem, options, state);
}

static inline enum odamv_status wrapped_set_k(void *state, size_t key, size_t feature, double value)
{
    size_t number = wrapped_control.sets++;
    if (number >= wrapped_control.refuse_from && number < wrapped_control.refuse_to)
        return ODAMV_UNABLE;
    return odamv_engine_find("naive")->set_k(state, key, feature, value);
}

static inline enum odamv_status wrapped_set_v(void *state, size_t key, size_t column, double value)
{
    return odamv_engine_find("naive")->set_v(state, key, column, value);
}

static inline enum odamv_status wrapped_query(void *state, size_t i, size_t j,
                                              struct odamv_answer *out)
{
    enum odamv_status status = odamv_engine_find("naive")->query(state, i, j, out);
    wrapped_control.queries++;
    if (!wrapped_control.one_column || j == wrapped_control.column) {
        out->value += wrapped_control.shift;
        out->bound += wrapped_control.bound;
    }
    return status;
}

static inline void wrapped_close(void *state)
{
    odamv_engine_find("naive")->close(state);
}

/* Without query_column, stats, cost and memory, as a user's first engine may be. */
static const struct odamv_engine wrapped = {
    .abi = ODAMV_ABI,
    .name = "wrapped",
    .open = wrapped_open,
    .set_k = wrapped_set_k,
    .set_v = wrapped_set_v,
    .query = wrapped_query,
    .close = wrapped_close,
};

/* --- an instance ------------------------------------------------------------------------------ */

#define N1 3
#define N2 4
#define N3 5
#define N4 2

static struct say say;

static inline struct bitmatrix wrapped_matrix(size_t rows, size_t cols, const char *bits)
{
    struct bitmatrix a;
    assert_int_equal(bitmatrix_open(rows, cols, "test", &a, &say), 0);
    for (size_t i = 0; i < rows * cols; i++)
        if (bits[i] == '1')
            bitmatrix_set(&a, i / cols, i % cols);
    return a;
}

static inline struct hmv_prepared wrapped_prepare(const struct hmv_gadget *gadget)
{
    struct bitmatrix m = wrapped_matrix(N1, N2,
                                        "1100"
                                        "0010"
                                        "0000"),
                     v = wrapped_matrix(N3, N4,
                                        "10"
                                        "01"
                                        "00"
                                        "11"
                                        "00");
    struct hmv_prepared prepared = {0};
    memset(&wrapped_control, 0, sizeof wrapped_control);
    if (hmv_prepare(&(struct hmv_input){gadget, &wrapped, NULL, &m, &v}, &prepared, &say) != 0)
        fail_msg("%s", say.text);
    bitmatrix_free(&m);
    bitmatrix_free(&v);
    return prepared;
}

static struct bitcell diagonal_cells[] = {{0, 0}, {1, 1}, {2, 2}, {3, 3}};
static const struct bitcells diagonal = {N2, N3, 4, diagonal_cells};
static struct bitcell general_cells[] = {{0, 3}, {1, 3}, {2, 0}};
static const struct bitcells general = {N2, N3, 3, general_cells};

/* What M P V is, by hand: rows 0 and 1 of M meet P and V thus. */
static const char *const diagonal_truth[N4] = {"100", "100"};
static const char *const general_truth[N4] = {"110", "100"};

static inline struct hmv_hinted wrapped_hint(struct hmv_prepared *prepared,
                                             const struct bitcells *p)
{
    struct hmv_hinted hinted = {0};
    if (hmv_hint(prepared, p, &hinted, &say) != STATUS_OK)
        fail_msg("%s", say.text);
    assert_null(prepared->hmv);
    return hinted;
}

static inline void wrapped_expect(const struct hmv_hinted *hinted, const char *const *truth)
{
    for (size_t i = 0; i < N4; i++) {
        enum verdict bits[N1];
        struct bit_summary c;
        if (hmv_column(hinted, i, bits, &c, &say) != STATUS_OK)
            fail_msg("%s", say.text);
        for (size_t j = 0; j < N1; j++)
            assert_int_equal(bits[j], truth[i][j] == '1' ? VERDICT_YES : VERDICT_NO);
    }
}

static inline struct hmv_prepared wrapped_retract(struct hmv_hinted *hinted)
{
    struct hmv_prepared prepared = {0};
    if (hmv_retract(hinted, &prepared, &say) != STATUS_OK)
        fail_msg("%s", say.text);
    assert_null(hinted->hmv);
    return prepared;
}

#endif
