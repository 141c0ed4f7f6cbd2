/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hmv.c: the phases of the hinted-Mv problem, for every gadget and every engine. See hmv.h.
 *
 * Time beside the engine's: phase 1 O(size of Q, K and V), phase 2 O(nnz + n3), phase 3 O(n1) per
 * column. Space beside the engine's: O(n1 + n3 + n4 + nnz).
 */
#include "hmv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct hmv;
struct hmv_prepared {
    struct hmv *hmv;
};
struct hmv_hinted {
    struct hmv *hmv;
};

struct hmv {
    struct hmv_prepared prepared; /* the two handles, of which one at a time is given out */
    struct hmv_hinted hinted;
    const struct hmv_gadget *gadget;
    struct hmv_shape shape;
    struct instance instance;
    size_t *ones;                 /* n4: 1s per column of V */
    size_t *column_counts;        /* n3: of P */
    struct odamv_answer *answers; /* m */
    struct odamv_answer *probes;  /* m: the probe column's, asked once per P */
    struct bitcells hint;         /* as placed */
    double eps;
    bool broken; /* the engine refused to undo a P */
    struct phase phases[HMV_PHASES];
};

static void close_hmv(struct hmv *h)
{
    if (!h)
        return;
    instance_close(&h->instance);
    bitcells_free(&h->hint);
    free(h->ones);
    free(h->column_counts);
    free(h->answers);
    free(h->probes);
    free(h);
}

void hmv_close_prepared(struct hmv_prepared *prepared)
{
    close_hmv(prepared ? prepared->hmv : NULL);
}

void hmv_close_hinted(struct hmv_hinted *hinted)
{
    close_hmv(hinted ? hinted->hmv : NULL);
}

const struct phase *hmv_phases(const struct hmv_hinted *hinted)
{
    return hinted->hmv->phases;
}

const struct phase *hmv_phases_prepared(const struct hmv_prepared *prepared)
{
    return prepared->hmv->phases;
}

/* --- phase 1 ---------------------------------------------------------------------------------- */

static enum reduction_status allocate(struct hmv *h, const struct hmv_charge *charge, char *message,
                                      size_t size)
{
    struct {
        size_t count, bytes;
        void *out;
    } arrays[] = {{h->shape.n4, sizeof(size_t), NULL},
                  {h->shape.n3, sizeof(size_t), NULL},
                  {charge->m, sizeof(struct odamv_answer), NULL},
                  {charge->m, sizeof(struct odamv_answer), NULL}};
    enum reduction_status status = REDUCTION_OK;
    for (size_t i = 0; i < 4 && status == REDUCTION_OK; i++)
        status = reduction_zeros(arrays[i].count, 1, arrays[i].bytes, "hmv", &arrays[i].out,
                                 message, size);
    h->ones = arrays[0].out;
    h->column_counts = arrays[1].out;
    h->answers = arrays[2].out;
    h->probes = arrays[3].out;
    return status;
}

/* Q, K and V of the attention instance, filled by the gadget, and the engine opened on them. */
static enum reduction_status open_engine(struct hmv *h, const struct odamv_engine *engine,
                                         const struct odamv_options *options,
                                         const struct hmv_charge *c, const struct bitmatrix *m,
                                         const struct bitmatrix *v, char *message, size_t size)
{
    void *q = NULL, *k = NULL, *values = NULL;
    struct odamv_problem problem = {.m = c->m,
                                    .n = c->n,
                                    .d = c->d,
                                    .p = c->p,
                                    .scale = 1,
                                    .normalised = h->gadget->normalised};
    enum reduction_status status =
        reduction_zeros(c->m, c->d, sizeof(double), "Q", &q, message, size);
    if (status == REDUCTION_OK)
        status = reduction_zeros(c->n, c->d, sizeof(double), "K", &k, message, size);
    if (status == REDUCTION_OK)
        status = reduction_zeros(c->n, c->p, sizeof(double), "V", &values, message, size);
    if (status == REDUCTION_OK) {
        h->gadget->fill(m, v, c, q, values);
        problem.q = q;
        problem.k = k;
        problem.v = values;
        status = instance_open(&h->instance, engine, &problem, options, message, size);
    }
    free(q);
    free(k);
    free(values);
    return status;
}

enum reduction_status hmv_prepare(const struct hmv_gadget *gadget,
                                  const struct odamv_engine *engine,
                                  const struct odamv_options *options, const struct bitmatrix *m,
                                  const struct bitmatrix *v, struct hmv_prepared **out,
                                  char *message, size_t size)
{
    struct phase_start start = phase_begin(NULL);
    struct hmv_charge charge;
    struct hmv *h;
    enum reduction_status status = hmv_check(m, v, message, size);
    *out = NULL;
    if (status != REDUCTION_OK)
        return status;
    h = calloc(1, sizeof *h);
    if (!h)
        return reduction_fail(REDUCTION_MACHINE, message, size, "hmv: no memory");
    h->prepared.hmv = h->hinted.hmv = h;
    h->gadget = gadget;
    h->shape = (struct hmv_shape){m->rows, m->cols, v->rows, v->cols};
    gadget->charge(&h->shape, 0, &charge);
    status = allocate(h, &charge, message, size);
    if (status == REDUCTION_OK)
        status = open_engine(h, engine, options, &charge, m, v, message, size);
    if (status != REDUCTION_OK) {
        close_hmv(h);
        return status;
    }
    bitmatrix_column_counts(v, h->ones);
    phase_end(&h->phases[0], &start, &h->instance);
    *out = &h->prepared;
    return REDUCTION_OK;
}

/* --- phase 2 ---------------------------------------------------------------------------------- */

/* Sets the entries of K that stand for the nonzeros [0, *count) of the hint. On failure *count is
 * the number of nonzeros of which every entry was set, or may have been. */
static enum reduction_status place_cells(struct hmv *h, size_t *count, double value, char *message,
                                         size_t size)
{
    for (size_t i = 0; i < *count; i++) {
        struct hmv_place places[HMV_PLACES_MAX];
        h->gadget->place(&h->shape, &h->hint.cells[i], places);
        for (size_t s = 0; s < h->gadget->places; s++) {
            enum reduction_status status = instance_set_k(&h->instance, places[s].key,
                                                          places[s].feature, value, message, size);
            if (status != REDUCTION_OK) {
                *count = i + 1;
                return status;
            }
        }
    }
    return REDUCTION_OK;
}

static enum reduction_status fail_broken(const struct hmv *h, char *message, size_t size)
{
    return reduction_fail(REDUCTION_BAD, message, size,
                          "%s(%s): the engine refused to undo a P, expected a new instance",
                          h->gadget->name, h->instance.engine->name);
}

static enum reduction_status copy_hint(struct hmv *h, const struct bitcells *p, char *message,
                                       size_t size)
{
    void *cells;
    enum reduction_status status =
        reduction_zeros(p->count, 1, sizeof *p->cells, "P", &cells, message, size);
    if (status != REDUCTION_OK)
        return status;
    if (p->count)
        memcpy(cells, p->cells, p->count * sizeof *p->cells);
    h->hint = (struct bitcells){p->rows, p->cols, p->count, cells};
    return REDUCTION_OK;
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

enum reduction_status hmv_hint(struct hmv_prepared **in, const struct bitcells *p,
                               struct hmv_hinted **out, char *message, size_t size)
{
    struct hmv *h = (*in)->hmv;
    struct phase_start start;
    struct phase *phase = &h->phases[1], before = *phase;
    struct hmv_charge charge;
    size_t placed = p->count, probe = h->gadget->probe_column(&h->shape);
    enum reduction_status status;
    if (h->broken)
        return fail_broken(h, message, size);
    status = hmv_check_hint(&h->shape, p->rows, p->cols, message, size);
    if (status == REDUCTION_OK && h->gadget->accept)
        status = h->gadget->accept(p, message, size);
    if (status == REDUCTION_OK)
        status = copy_hint(h, p, message, size);
    if (status != REDUCTION_OK)
        return status;
    start = phase_begin(&h->instance);
    h->eps = decode_eps(largest_column(h));
    status = place_cells(h, &placed, h->eps, message, size);
    if (status == REDUCTION_OK && probe != HMV_NO_PROBE)
        status = instance_column(&h->instance, probe, h->probes, message, size);
    phase_end(phase, &start, &h->instance);
    if (status != REDUCTION_OK) {
        char ignored[64];
        h->broken = place_cells(h, &placed, 0, ignored, sizeof ignored) != REDUCTION_OK;
        bitcells_free(&h->hint);
        return status;
    }
    h->gadget->charge(&h->shape, p->count, &charge);
    assert(phase->updates - before.updates == charge.updates);
    assert(phase->queries - before.queries == charge.queries_hint);
    *in = NULL;
    *out = &h->hinted;
    return REDUCTION_OK;
}

enum reduction_status hmv_retract(struct hmv_hinted **in, struct hmv_prepared **out, char *message,
                                  size_t size)
{
    struct hmv *h = (*in)->hmv;
    struct phase_start start = phase_begin(&h->instance);
    size_t count = h->hint.count;
    enum reduction_status status;
    if (h->broken)
        return fail_broken(h, message, size);
    status = place_cells(h, &count, 0, message, size);
    phase_end(&h->phases[3], &start, &h->instance);
    if (status != REDUCTION_OK) {
        h->broken = true;
        return status;
    }
    bitcells_free(&h->hint);
    *in = NULL;
    *out = &h->prepared;
    return REDUCTION_OK;
}

/* --- phase 3 ---------------------------------------------------------------------------------- */

enum reduction_status hmv_column(struct hmv_hinted *hinted, size_t column, enum verdict *bits,
                                 struct bit_summary *out, char *message, size_t size)
{
    struct hmv *h = hinted->hmv;
    struct phase *phase = &h->phases[2], before = *phase;
    struct phase_start start = phase_begin(&h->instance);
    struct bit_summary result = {0};
    struct hmv_charge charge;
    double gap = decode_gap(h->eps).lo;
    bool probed = h->gadget->probe_column(&h->shape) != HMV_NO_PROBE;
    enum reduction_status status;
    if (h->broken)
        return fail_broken(h, message, size);
    if (column >= h->shape.n4)
        return reduction_fail(REDUCTION_BAD, message, size,
                              "column %zu, expected 0 to %zu, a column of V", column,
                              h->shape.n4 - 1);
    status = instance_column(&h->instance, column, h->answers, message, size);
    if (status != REDUCTION_OK)
        return status;
    result.half_gap = gap / 2;
    for (size_t j = 0; j < h->shape.n1; j++) {
        struct hmv_reading reading = {h->shape,       h->hint.count,
                                      h->eps,         h->ones[column],
                                      &h->answers[j], probed ? &h->probes[j] : NULL};
        double error;
        bits[j] = decode_bit(h->gadget->decode(&reading), gap, &error);
        bit_summary_add(&result, bits[j], error);
    }
    phase_end(phase, &start, &h->instance);
    h->gadget->charge(&h->shape, h->hint.count, &charge);
    assert(phase->updates == before.updates);
    assert(phase->queries - before.queries == charge.queries_column);
    *out = result;
    return REDUCTION_OK;
}
