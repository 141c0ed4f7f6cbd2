/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hmv_prepare.c: phase 1 of the hinted-Mv problem, M and V; and the handles.
 *
 * Time beside the engine's: O(size of Q, K and V). Space beside the engine's: O(n1 + n3 + n4), and
 * Q, K and V until the engine is open.
 */
#include <stdlib.h>

#include "harness/ground/allocate.h"
#include "hmv_state.h"

/* --- handles ---------------------------------------------------------------------------------- */

enum status hmv_usable(const struct hmv *h, size_t generation, struct say *say)
{
    if (!h || h->generation != generation)
        return say_fail(say, STATUS_BAD,
                        "hmv: this handle was passed on, expected the one that the last "
                        "change of phase gave out");
    if (h->broken)
        return say_fail(say, STATUS_BAD,
                        "%s(%s): the engine refused to undo a P, expected a new instance",
                        h->gadget->name, h->instance.engine->name);
    return STATUS_OK;
}

static void close_state(struct hmv *h)
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
    if (prepared->hmv && prepared->hmv->generation == prepared->generation)
        close_state(prepared->hmv);
    *prepared = (struct hmv_prepared){0};
}

void hmv_close_hinted(struct hmv_hinted *hinted)
{
    if (hinted->hmv && hinted->hmv->generation == hinted->generation)
        close_state(hinted->hmv);
    *hinted = (struct hmv_hinted){0};
}

const struct phase *hmv_phases_prepared(const struct hmv_prepared *prepared)
{
    return prepared->hmv->phases;
}

const struct phase *hmv_phases_hinted(const struct hmv_hinted *hinted)
{
    return hinted->hmv->phases;
}

/* --- phase 1 ---------------------------------------------------------------------------------- */

static enum status allocate_arrays(struct hmv *h, const struct hmv_charge *charge, struct say *say)
{
    struct {
        size_t count, bytes;
        void *out;
    } arrays[] = {{h->shape.n4, sizeof(size_t), NULL},
                  {h->shape.n3, sizeof(size_t), NULL},
                  {charge->m, sizeof(struct odamv_answer), NULL},
                  {charge->m, sizeof(struct odamv_answer), NULL}};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < 4 && status == STATUS_OK; i++)
        status = allocate_zeros(arrays[i].count, 1, arrays[i].bytes, "hmv: work arrays",
                                &arrays[i].out, say);
    h->ones = arrays[0].out;
    h->column_counts = arrays[1].out;
    h->answers = arrays[2].out;
    h->probes = arrays[3].out;
    return status;
}

/* Q, K and V of the attention instance, filled by the gadget, and the engine opened on them. */
static enum status open_engine(struct hmv *h, const struct hmv_input *input,
                               const struct hmv_charge *c, struct say *say)
{
    struct instance_input dense;
    struct odamv_problem problem = {.m = c->m,
                                    .n = c->n,
                                    .d = c->d,
                                    .p = c->p,
                                    .scale = 1,
                                    .normalised = h->gadget->normalised};
    enum status status = instance_input_open(&dense, input->engine, input->options, &problem, say);
    if (status != STATUS_OK)
        return status;
    h->gadget->fill(input->m, input->v, c, dense.q, dense.v);
    status = instance_open(&h->instance, input->engine, &problem, input->options, say);
    instance_input_close(&dense);
    return status;
}

enum status hmv_prepare(const struct hmv_input *input, struct hmv_prepared *out, struct say *say)
{
    const struct bitmatrix *m = input->m, *v = input->v;
    struct phase_start start = phase_begin(NULL);
    struct hmv_charge charge;
    struct hmv *h;
    enum status status = hmv_check(m, v, say);
    *out = (struct hmv_prepared){0};
    if (status != STATUS_OK)
        return status;
    h = calloc(1, sizeof *h);
    if (!h)
        return say_fail(say, STATUS_MACHINE, "hmv: no memory");
    h->generation = 1;
    h->gadget = input->gadget;
    h->shape = (struct hmv_shape){m->rows, m->cols, v->rows, v->cols};
    h->gadget->charge(&h->shape, 0, &charge);
    status = allocate_arrays(h, &charge, say);
    if (status == STATUS_OK)
        status = open_engine(h, input, &charge, say);
    if (status != STATUS_OK) {
        close_state(h);
        return status;
    }
    bitmatrix_column_counts(v, h->ones);
    phase_end(&h->phases[0], &start, &h->instance);
    *out = (struct hmv_prepared){h, h->generation};
    return STATUS_OK;
}
