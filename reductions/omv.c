/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * omv.c: online boolean matrix-vector products via updates of V.
 *
 * Time beside the engine's: O(n1 n2 + n2^2) to open, O(n1 + n2) per vector. Space: O(n1 + n2).
 */
#include "omv.h"
#include "harness/ground/allocate.h"

#include <assert.h>
#include <stdlib.h>

struct omv {
    struct instance instance;
    size_t *ones;                 /* n1: 1s per row of A */
    bool *current;                /* n2: V as it stands */
    struct odamv_answer *answers; /* n1 */
    double eps;
    struct phase phases[OMV_PHASES];
};

static enum status allocate_arrays(struct omv *o, const struct bitmatrix *a, struct say *say)
{
    void *ones = NULL, *current = NULL, *answers = NULL;
    enum status status = allocate_zeros(a->rows, 1, sizeof *o->ones, "omv", &ones, say);
    if (status == STATUS_OK)
        status = allocate_zeros(a->cols, 1, sizeof *o->current, "omv", &current, say);
    if (status == STATUS_OK)
        status = allocate_zeros(a->rows, 1, sizeof *o->answers, "omv", &answers, say);
    o->ones = ones;
    o->current = current;
    o->answers = answers;
    return status;
}

static enum status open_engine(struct omv *o, const struct odamv_engine *engine,
                               const struct odamv_options *options, const struct bitmatrix *a,
                               struct say *say)
{
    struct instance_input input;
    struct odamv_problem problem = {
        .m = a->rows, .n = a->cols, .d = a->cols, .p = 1, .scale = 1, .normalised = true};
    enum status status = instance_input_open(&input, engine, options, &problem, say);
    if (status != STATUS_OK)
        return status;
    for (size_t j = 0; j < a->rows; j++)
        for (size_t l = 0; l < a->cols; l++)
            if (bitmatrix_get(a, j, l)) {
                input.q[j * a->cols + l] = o->eps;
                o->ones[j]++;
            }
    for (size_t l = 0; l < a->cols; l++)
        input.k[l * a->cols + l] = 1;
    status = instance_open(&o->instance, engine, &problem, options, say);
    instance_input_close(&input);
    return status;
}

enum status omv_open(const struct odamv_engine *engine, const struct odamv_options *options,
                     const struct bitmatrix *a, struct omv **out, struct say *say)
{
    struct phase_start start = phase_begin(NULL);
    enum status status;
    struct omv *o;
    *out = NULL;
    if (!a->rows || !a->cols)
        return say_fail(say, STATUS_BAD, "A is %zu x %zu, expected at least one row and one column",
                        a->rows, a->cols);
    o = calloc(1, sizeof *o);
    if (!o)
        return say_fail(say, STATUS_MACHINE, "omv: no memory");
    o->eps = decode_eps(1);
    status = allocate_arrays(o, a, say);
    if (status == STATUS_OK)
        status = open_engine(o, engine, options, a, say);
    if (status != STATUS_OK) {
        omv_close(o);
        return status;
    }
    phase_end(&o->phases[0], &start, &o->instance);
    *out = o;
    return STATUS_OK;
}

void omv_close(struct omv *omv)
{
    if (!omv)
        return;
    instance_close(&omv->instance);
    free(omv->ones);
    free(omv->current);
    free(omv->answers);
    free(omv);
}

const struct phase *omv_phases(const struct omv *omv)
{
    return omv->phases;
}

static enum verdict decode_row(const struct omv *o, size_t row, size_t ones, double *error)
{
    struct interval gap = decode_gap(o->eps);
    double t = (double)o->ones[row];
    struct interval normaliser =
        interval_subtract(interval_multiply((struct interval){t, t}, gap), -(double)o->instance.n);
    struct interval product = interval_multiply(interval_of_answer(&o->answers[row]), normaliser);
    return decode_bit(interval_subtract(product, (double)ones), gap.lo, error);
}

static enum status set_vector(struct omv *o, const bool *u, size_t *ones, struct say *say)
{
    size_t differing = 0, before = o->instance.updates;
    *ones = 0;
    for (size_t k = 0; k < o->instance.n; k++) {
        *ones += u[k];
        if (u[k] == o->current[k])
            continue;
        enum status status = instance_set_v(&o->instance, k, 0, u[k] ? 1 : 0, say);
        if (status != STATUS_OK)
            return status;
        o->current[k] = u[k];
        differing++;
    }
    assert(o->instance.updates - before == differing && differing <= o->instance.n);
    (void)before;
    (void)differing;
    return STATUS_OK;
}

enum status omv_answer(struct omv *o, const bool *u, enum verdict *bits, struct bit_summary *out,
                       size_t *updated, struct say *say)
{
    struct bit_summary result = {.half_gap = decode_gap(o->eps).lo / 2};
    struct phase_start start = phase_begin(&o->instance);
    size_t updates = o->phases[1].updates, queries = o->phases[2].queries, ones;
    enum status status = set_vector(o, u, &ones, say);
    phase_end(&o->phases[1], &start, &o->instance);
    if (status != STATUS_OK)
        return status;
    start = phase_begin(&o->instance);
    status = instance_column(&o->instance, 0, o->answers, say);
    if (status != STATUS_OK)
        return status;
    for (size_t j = 0; j < o->instance.m; j++) {
        double error;
        bits[j] = decode_row(o, j, ones, &error);
        bit_summary_add(&result, bits[j], error);
    }
    phase_end(&o->phases[2], &start, &o->instance);
    *updated = o->phases[1].updates - updates;
    assert(o->phases[2].queries - queries == o->instance.m);
    (void)queries;
    *out = result;
    return STATUS_OK;
}
