/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hmv_hint.c: phase 2 of the hinted-Mv problem, P, and its retraction, both by updates of K.
 *
 * Time beside the engine's: O(nnz + n3). Space beside the engine's: O(nnz).
 */
#include <assert.h>
#include <string.h>

#include "hmv_state.h"

/* Sets the entries of K that stand for the nonzeros [0, *count) of the hint. On failure *count is
 * the number of nonzeros of which every entry was set, or may have been. */
static enum status place_cells(struct hmv *h, size_t *count, double value, struct say *say)
{
    for (size_t i = 0; i < *count; i++) {
        struct hmv_place places[HMV_PLACES_MAX];
        h->gadget->place(&h->shape, &h->hint.cells[i], places);
        for (size_t s = 0; s < h->gadget->places; s++) {
            enum status status =
                instance_set_k(&h->instance, places[s].key, places[s].feature, value, say);
            if (status != STATUS_OK) {
                *count = i + 1;
                return status;
            }
        }
    }
    return STATUS_OK;
}

static enum status accept_hint(const struct hmv *h, const struct bitcells *p, struct say *say)
{
    enum status status = hmv_check_hint(&h->shape, p->rows, p->cols, say);
    if (status == STATUS_OK)
        status = bitcells_check(p, "P", say);
    if (status == STATUS_OK && h->gadget->accept)
        status = h->gadget->accept(p, say);
    return status;
}

static size_t largest_column(struct hmv *h)
{
    size_t largest = 0;
    memset(h->column_counts, 0, h->shape.n3 * sizeof *h->column_counts);
    for (size_t i = 0; i < h->hint.count; i++) {
        size_t count = ++h->column_counts[h->hint.cells[i].col];
        largest = count > largest ? count : largest;
    }
    return largest;
}

/* The hint in h->hint by updates, then the probe column. On failure the updates are undone. */
static enum status place_hint(struct hmv *h, struct say *say)
{
    struct phase *phase = &h->phases[1], before = *phase;
    struct phase_start start = phase_begin(&h->instance);
    struct hmv_charge charge;
    size_t placed = h->hint.count;
    enum status status;
    h->eps = decode_eps(largest_column(h));
    status = place_cells(h, &placed, h->eps, say);
    if (status == STATUS_OK && h->gadget->probed)
        status = instance_column(&h->instance, h->shape.n4, h->probes, say);
    phase_end(phase, &start, &h->instance);
    if (status != STATUS_OK) {
        struct say ignored;
        h->broken = place_cells(h, &placed, 0, &ignored) != STATUS_OK;
        return status;
    }
    h->gadget->charge(&h->shape, h->hint.count, &charge);
    assert(phase->updates - before.updates == charge.updates);
    assert(phase->queries - before.queries == charge.queries_hint);
    (void)before;
    return STATUS_OK;
}

enum status hmv_hint(struct hmv_prepared *in, const struct bitcells *p, struct hmv_hinted *out,
                     struct say *say)
{
    struct hmv *h = in->hmv;
    enum status status = hmv_usable(h, in->generation, say);
    if (status == STATUS_OK)
        status = accept_hint(h, p, say);
    if (status == STATUS_OK)
        status = bitcells_copy(p, &h->hint, say);
    if (status != STATUS_OK)
        return status;
    status = place_hint(h, say);
    if (status != STATUS_OK) {
        bitcells_free(&h->hint);
        return status;
    }
    *in = (struct hmv_prepared){0};
    *out = (struct hmv_hinted){h, ++h->generation};
    return STATUS_OK;
}

enum status hmv_retract(struct hmv_hinted *in, struct hmv_prepared *out, struct say *say)
{
    struct hmv *h = in->hmv;
    struct phase_start start;
    struct phase before;
    struct hmv_charge charge;
    size_t count;
    enum status status = hmv_usable(h, in->generation, say);
    if (status != STATUS_OK)
        return status;
    start = phase_begin(&h->instance);
    before = h->phases[3];
    count = h->hint.count;
    status = place_cells(h, &count, 0, say);
    phase_end(&h->phases[3], &start, &h->instance);
    if (status != STATUS_OK) {
        h->broken = true;
        return status;
    }
    h->gadget->charge(&h->shape, h->hint.count, &charge);
    assert(h->phases[3].updates - before.updates == charge.updates);
    assert(h->phases[3].queries == before.queries);
    (void)before;
    bitcells_free(&h->hint);
    *in = (struct hmv_hinted){0};
    *out = (struct hmv_prepared){h, ++h->generation};
    return STATUS_OK;
}
