/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * exhaustive.h: every instance of the hinted-Mv problem with n x n matrices, through one gadget on
 * one engine.
 *
 * A bit of M P V depends on one row of M, on P, and on one column of V. So M takes all 2^n rows and
 * V all 2^n columns, and for each of the 2^(n n) matrices P every triple is seen: the 2^n x 2^n
 * answers. With `fresh` an engine is opened for every P; otherwise one engine lives through all of
 * them, each P undone by updates. What is expected comes from the definition, not from this folder.
 */
#ifndef EXHAUSTIVE_H
#define EXHAUSTIVE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reductions/hmv.h"

#define EXHAUSTIVE_MAX 4

struct exhaustive {
    size_t n;
    const struct hmv_gadget *gadget;
    const struct odamv_engine *engine;
    bool fresh, lists; /* lists: only the (n+1)^n P with at most one 1 per column */
    size_t hints, yes, no;
    double error, half_gap; /* largest error, smallest half gap */
    struct say say;
};

static inline bool exhaustive_truth(size_t n, size_t row, unsigned long p, size_t column)
{
    for (size_t l = 0; l < n; l++)
        for (size_t k = 0; k < n; k++)
            if (row >> l & 1 && p >> (l * n + k) & 1 && column >> k & 1)
                return true;
    return false;
}

static inline bool exhaustive_columns(struct exhaustive *e, unsigned long p,
                                      const struct hmv_hinted *hinted)
{
    enum verdict bits[1 << EXHAUSTIVE_MAX];
    for (size_t column = 0; column < (size_t)1 << e->n; column++) {
        struct bit_summary summary;
        if (hmv_column(hinted, column, bits, &summary, &e->say) != STATUS_OK)
            return false;
        for (size_t row = 0; row < (size_t)1 << e->n; row++) {
            bool truth = exhaustive_truth(e->n, row, p, column);
            if (bits[row] != (truth ? VERDICT_YES : VERDICT_NO)) {
                say_fail(&e->say, STATUS_BAD,
                         "%s(%s): n = %zu, row %zx, P %lx, column %zx: verdict %d, expected %d",
                         e->gadget->name, e->engine->name, e->n, row, p, column, (int)bits[row],
                         (int)truth);
                return false;
            }
        }
        e->yes += summary.yes;
        e->no += summary.no;
        e->error = summary.error > e->error ? summary.error : e->error;
        if (e->half_gap == 0 || summary.half_gap < e->half_gap)
            e->half_gap = summary.half_gap;
    }
    return true;
}

static inline bool exhaustive_hint(struct exhaustive *e, unsigned long p,
                                   struct hmv_prepared *prepared)
{
    struct bitcell cells[EXHAUSTIVE_MAX * EXHAUSTIVE_MAX];
    struct bitcells list = {.rows = e->n, .cols = e->n, .cells = cells};
    struct hmv_hinted hinted = {0};
    bool good;
    for (size_t b = 0; b < e->n * e->n; b++)
        if (p >> b & 1)
            cells[list.count++] = (struct bitcell){b / e->n, b % e->n};
    if (hmv_hint(prepared, &list, &hinted, &e->say) != STATUS_OK)
        return false;
    good = exhaustive_columns(e, p, &hinted);
    if (good)
        good = hmv_retract(&hinted, prepared, &e->say) == STATUS_OK;
    hmv_close_hinted(&hinted);
    e->hints++;
    return good;
}

static inline bool exhaustive_is_list(size_t n, unsigned long p)
{
    size_t ones[EXHAUSTIVE_MAX] = {0};
    bool good = true;
    for (size_t b = 0; b < n * n; b++)
        good &= (ones[b % n] += p >> b & 1) <= 1;
    return good;
}

/* How many P that is. */
static inline size_t exhaustive_hints(size_t n, bool lists)
{
    size_t count = 1;
    for (size_t k = 0; k < n; k++)
        count *= lists ? n + 1 : (size_t)1 << n;
    return count;
}

/* All 2^n rows, or columns, x being the number (x + shift) mod 2^n in binary. */
static inline enum status exhaustive_numbers(size_t n, bool by_rows, size_t shift,
                                             struct bitmatrix *out, struct say *say)
{
    const size_t all = (size_t)1 << n;
    enum status status = bitmatrix_open(by_rows ? all : n, by_rows ? n : all, "numbers", out, say);
    for (size_t x = 0; status == STATUS_OK && x < all; x++)
        for (size_t b = 0; b < n; b++)
            if ((x + shift) % all >> b & 1)
                bitmatrix_set(out, by_rows ? x : b, by_rows ? b : x);
    return status;
}

/* True: every bit was right and decided. False: e->say tells which is not. */
static inline bool exhaustive_run(struct exhaustive *e)
{
    struct bitmatrix m = {0}, v = {0};
    struct hmv_prepared prepared = {0};
    bool good = exhaustive_numbers(e->n, true, 0, &m, &e->say) == STATUS_OK &&
                exhaustive_numbers(e->n, false, 0, &v, &e->say) == STATUS_OK;
    for (unsigned long p = 0; good && p < 1ul << e->n * e->n; p++) {
        if (e->lists && !exhaustive_is_list(e->n, p))
            continue;
        if (e->fresh)
            hmv_close_prepared(&prepared);
        good = prepared.hmv || hmv_prepare(&(struct hmv_input){e->gadget, e->engine, NULL, &m, &v},
                                           &prepared, &e->say) == STATUS_OK;
        good = good && exhaustive_hint(e, p, &prepared);
    }
    hmv_close_prepared(&prepared);
    bitmatrix_free(&m);
    bitmatrix_free(&v);
    return good;
}

#endif
