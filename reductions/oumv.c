/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * oumv.c: online boolean vector-matrix-vector products via updates of Q and V.
 *
 * Time beside the engine's: O(n1 n2) to open, O(n1 + n2) per pair. Space: O(n1 + n2).
 */
#include "oumv.h"

#include <stdlib.h>

#include "harness/ground/allocate.h"

struct oumv {
    struct instance instance;
    bool *w, *u;        /* n1, n2: Q and V as they stand */
    size_t n1, n2, sum; /* sum: 1s of u */
    double eps;
    struct phase phases[OUMV_PHASES];
};

/* The largest number of 1s in a column. */
static enum status largest_column(const struct bitmatrix *a, size_t *largest, struct say *say)
{
    void *counts;
    enum status status = allocate_zeros(a->cols, 1, sizeof(size_t), "oumv", &counts, say);
    *largest = 0;
    if (status != STATUS_OK)
        return status;
    bitmatrix_column_counts(a, counts);
    for (size_t k = 0; k < a->cols; k++)
        if (((size_t *)counts)[k] > *largest)
            *largest = ((size_t *)counts)[k];
    free(counts);
    return STATUS_OK;
}

static enum status open_engine(struct oumv *o, const struct odamv_engine *engine,
                               const struct odamv_options *options, const struct bitmatrix *a,
                               struct say *say)
{
    struct instance_input input;
    struct odamv_problem problem = {
        .m = 1, .n = a->cols + 1, .d = a->rows, .p = 2, .scale = 1, .normalised = true};
    enum status status = instance_input_open(&input, engine, options, &problem, say);
    if (status != STATUS_OK)
        return status;
    for (size_t j = 0; j < a->rows; j++)
        for (size_t k = 0; k < a->cols; k++)
            if (bitmatrix_get(a, j, k))
                input.k[k * a->rows + j] = o->eps;
    input.v[2 * a->cols + 1] = 1;
    status = instance_open(&o->instance, engine, &problem, options, say);
    instance_input_close(&input);
    return status;
}

enum status oumv_open(const struct odamv_engine *engine, const struct odamv_options *options,
                      const struct bitmatrix *a, struct oumv **out, struct say *say)
{
    struct phase_start start = phase_begin(NULL);
    size_t largest = 0;
    void *bits = NULL;
    enum status status;
    struct oumv *o;
    *out = NULL;
    if (!engine->set_q)
        return say_fail(say, STATUS_BAD, "%s: no updates of Q, expected an engine that has them",
                        engine->name);
    if (!a->rows || !a->cols)
        return say_fail(say, STATUS_BAD, "A is %zu x %zu, expected at least one row and one column",
                        a->rows, a->cols);
    o = calloc(1, sizeof *o);
    if (!o)
        return say_fail(say, STATUS_MACHINE, "oumv: no memory");
    o->n1 = a->rows;
    o->n2 = a->cols;
    status = allocate_zeros(o->n1 + o->n2, 1, sizeof *o->w, "oumv", &bits, say);
    o->w = bits;
    if (status == STATUS_OK) {
        o->u = o->w + o->n1;
        status = largest_column(a, &largest, say);
    }
    o->eps = decode_eps(largest);
    if (status == STATUS_OK)
        status = open_engine(o, engine, options, a, say);
    if (status != STATUS_OK) {
        oumv_close(o);
        return status;
    }
    phase_end(&o->phases[0], &start, &o->instance);
    *out = o;
    return STATUS_OK;
}

void oumv_close(struct oumv *oumv)
{
    if (!oumv)
        return;
    instance_close(&oumv->instance);
    free(oumv->w);
    free(oumv);
}

const struct phase *oumv_phases(const struct oumv *oumv)
{
    return oumv->phases;
}

static enum status set_pair(struct oumv *o, const bool *w, const bool *u, struct say *say)
{
    enum status status = STATUS_OK;
    for (size_t j = 0; j < o->n1 && status == STATUS_OK; j++)
        if (o->w[j] != w[j]) {
            status = instance_set_q(&o->instance, 0, j, w[j] ? 1 : 0, say);
            if (status == STATUS_OK)
                o->w[j] = w[j];
        }
    for (size_t k = 0; k < o->n2 && status == STATUS_OK; k++)
        if (o->u[k] != u[k]) {
            status = instance_set_v(&o->instance, k, 0, u[k] ? 1 : 0, say);
            if (status == STATUS_OK) {
                o->u[k] = u[k];
                o->sum += u[k] ? 1 : (size_t)-1;
            }
        }
    return status;
}

static enum status ask(struct oumv *o, enum verdict *bit, struct bit_summary *out, struct say *say)
{
    const double gap = decode_gap(o->eps).lo;
    struct odamv_answer answer, probe;
    double error;
    enum status status = instance_entry(&o->instance, 0, 0, &answer, say);
    if (status == STATUS_OK)
        status = instance_entry(&o->instance, 0, 1, &probe, say);
    if (status != STATUS_OK)
        return status;
    *bit = decode_bit(decode_probed(&answer, &probe, (double)o->sum), gap, &error);
    *out = (struct bit_summary){.half_gap = gap / 2};
    bit_summary_add(out, *bit, error);
    return STATUS_OK;
}

enum status oumv_answer(struct oumv *o, const bool *w, const bool *u, enum verdict *bit,
                        struct bit_summary *out, size_t *updated, struct say *say)
{
    struct phase_start start = phase_begin(&o->instance);
    const size_t before = o->phases[1].updates;
    enum status status = set_pair(o, w, u, say);
    phase_end(&o->phases[1], &start, &o->instance);
    *updated = o->phases[1].updates - before;
    if (status != STATUS_OK)
        return status;
    start = phase_begin(&o->instance);
    status = ask(o, bit, out, say);
    phase_end(&o->phases[2], &start, &o->instance);
    return status;
}
