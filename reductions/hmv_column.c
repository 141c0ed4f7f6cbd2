/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hmv_column.c: phase 3 of the hinted-Mv problem, one column of V.
 *
 * Time beside the engine's: O(n1) per column.
 */
#include <assert.h>

#include "hmv_state.h"

static void decode_column(const struct hmv *h, size_t column, enum verdict *bits,
                          struct bit_summary *out)
{
    double gap = decode_gap(h->eps).lo;
    *out = (struct bit_summary){.half_gap = gap / 2};
    for (size_t j = 0; j < h->shape.n1; j++) {
        struct hmv_reading reading = {h->shape,       h->hint.count,
                                      h->eps,         h->ones[column],
                                      &h->answers[j], h->gadget->probed ? &h->probes[j] : NULL};
        double error;
        bits[j] = decode_bit(h->gadget->decode(&reading), gap, &error);
        bit_summary_add(out, bits[j], error);
    }
}

enum status hmv_column(const struct hmv_hinted *hinted, size_t column, enum verdict *bits,
                       struct bit_summary *out, struct say *say)
{
    struct hmv *h = hinted->hmv;
    struct phase_start start;
    struct phase *phase, before;
    struct hmv_charge charge;
    enum status status = hmv_usable(h, hinted->generation, say);
    if (status != STATUS_OK)
        return status;
    if (column >= h->shape.n4)
        return say_fail(say, STATUS_BAD, "column %zu, expected 0 to %zu, a column of V", column,
                        h->shape.n4 - 1);
    phase = &h->phases[2];
    before = *phase;
    start = phase_begin(&h->instance);
    status = instance_column(&h->instance, column, h->answers, say);
    if (status != STATUS_OK)
        return status;
    decode_column(h, column, bits, out);
    phase_end(phase, &start, &h->instance);
    h->gadget->charge(&h->shape, h->hint.count, &charge);
    assert(phase->updates == before.updates);
    assert(phase->queries - before.queries == charge.queries_column);
    (void)before;
    return STATUS_OK;
}
