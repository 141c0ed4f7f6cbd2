/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hmv_column.c: phase 3 of the hinted-Mv problem, one column of V, or one bit of it.
 *
 * Time beside the engine's: O(n1) per column, O(1) per bit.
 */
#include <assert.h>

#include "hmv_state.h"

/* The bits of rows [from, to), whose answers are there. */
static void decode_rows(const struct hmv *h, size_t column, size_t from, size_t to,
                        enum verdict *bits, struct bit_summary *out)
{
    double gap = decode_gap(h->eps).lo;
    *out = (struct bit_summary){.half_gap = gap / 2};
    for (size_t j = from; j < to; j++) {
        struct hmv_reading reading = {h->shape,       h->hint.count,
                                      h->eps,         h->ones[column],
                                      &h->answers[j], h->gadget->probed ? &h->probes[j] : NULL};
        double error;
        bits[j - from] = decode_bit(h->gadget->decode(&reading), gap, &error);
        bit_summary_add(out, bits[j - from], error);
    }
}

static enum status check_column(const struct hmv *h, size_t column, struct say *say)
{
    if (column < h->shape.n4)
        return STATUS_OK;
    return say_fail(say, STATUS_BAD, "column %zu, expected 0 to %zu, a column of V", column,
                    h->shape.n4 - 1);
}

enum status hmv_column(const struct hmv_hinted *hinted, size_t column, enum verdict *bits,
                       struct bit_summary *out, struct say *say)
{
    struct hmv *h = hinted->hmv;
    struct phase_start start;
    struct phase *phase, before;
    struct hmv_charge charge;
    enum status status = hmv_usable(h, hinted->generation, say);
    if (status == STATUS_OK)
        status = check_column(h, column, say);
    if (status != STATUS_OK)
        return status;
    phase = &h->phases[2];
    before = *phase;
    start = phase_begin(&h->instance);
    status = instance_column(&h->instance, column, h->answers, say);
    if (status != STATUS_OK)
        return status;
    decode_rows(h, column, 0, h->shape.n1, bits, out);
    phase_end(phase, &start, &h->instance);
    h->gadget->charge(&h->shape, h->hint.count, &charge);
    assert(phase->updates == before.updates);
    assert(phase->queries - before.queries == charge.queries_column);
    (void)before;
    return STATUS_OK;
}

enum status hmv_entry(const struct hmv_hinted *hinted, size_t row, size_t column, enum verdict *bit,
                      struct bit_summary *out, struct say *say)
{
    struct hmv *h = hinted->hmv;
    struct phase_start start;
    enum status status = hmv_usable(h, hinted->generation, say);
    if (status == STATUS_OK)
        status = check_column(h, column, say);
    if (status != STATUS_OK)
        return status;
    if (row >= h->shape.n1)
        return say_fail(say, STATUS_BAD, "row %zu, expected 0 to %zu, a row of M", row,
                        h->shape.n1 - 1);
    start = phase_begin(&h->instance);
    status = instance_entry(&h->instance, row, column, &h->answers[row], say);
    if (status != STATUS_OK)
        return status;
    decode_rows(h, column, row, row + 1, bit, out);
    phase_end(&h->phases[2], &start, &h->instance);
    return STATUS_OK;
}
