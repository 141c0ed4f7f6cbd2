/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * omv.c: online boolean matrix-vector products, and hinted vectors, via updates of V.
 *
 * Time beside the engine's: O(n1 n2 + n2^2) to open, O(n1 + n2) per vector. Space: O(n1 + n2) and a
 * byte per entry of V.
 */
#include "omv.h"
#include "harness/ground/allocate.h"

#include <stdlib.h>

struct omv {
    struct instance instance;
    size_t *ones;                 /* n1: 1s per row of A */
    bool *current;                /* n2 x p: V as it stands, by columns */
    size_t *sums;                 /* p: 1s per column of V */
    struct odamv_answer *answers; /* n1 */
    double eps;
    struct phase phases[OMV_PHASES];
};

static enum status allocate_arrays(struct omv *o, const struct bitmatrix *a, size_t columns,
                                   struct say *say)
{
    struct {
        size_t rows, cols, bytes;
        void *out;
    } arrays[] = {{a->rows, 1, sizeof *o->ones, NULL},
                  {a->cols, columns, sizeof *o->current, NULL},
                  {columns, 1, sizeof *o->sums, NULL},
                  {a->rows, 1, sizeof *o->answers, NULL}};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < 4 && status == STATUS_OK; i++)
        status = allocate_zeros(arrays[i].rows, arrays[i].cols, arrays[i].bytes, "omv",
                                &arrays[i].out, say);
    o->ones = arrays[0].out;
    o->current = arrays[1].out;
    o->sums = arrays[2].out;
    o->answers = arrays[3].out;
    return status;
}

static enum status open_engine(struct omv *o, const struct odamv_engine *engine,
                               const struct odamv_options *options, const struct bitmatrix *a,
                               size_t columns, struct say *say)
{
    struct instance_input input;
    struct odamv_problem problem = {
        .m = a->rows, .n = a->cols, .d = a->cols, .p = columns, .scale = 1, .normalised = true};
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
                     const struct bitmatrix *a, size_t columns, struct omv **out, struct say *say)
{
    struct phase_start start = phase_begin(NULL);
    enum status status;
    struct omv *o;
    *out = NULL;
    if (!a->rows || !a->cols)
        return say_fail(say, STATUS_BAD, "A is %zu x %zu, expected at least one row and one column",
                        a->rows, a->cols);
    if (!columns)
        return say_fail(say, STATUS_BAD, "U has 0 columns, expected at least one");
    o = calloc(1, sizeof *o);
    if (!o)
        return say_fail(say, STATUS_MACHINE, "omv: no memory");
    o->eps = decode_eps(1);
    status = allocate_arrays(o, a, columns, say);
    if (status == STATUS_OK)
        status = open_engine(o, engine, options, a, columns, say);
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
    free(omv->sums);
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

/* V[k,column]. */
static enum status set_entry(struct omv *o, size_t k, size_t column, bool value, struct say *say)
{
    bool *current = o->current + column * o->instance.n + k;
    enum status status;
    if (*current == value)
        return STATUS_OK;
    status = instance_set_v(&o->instance, k, column, value ? 1 : 0, say);
    if (status != STATUS_OK)
        return status;
    *current = value;
    o->sums[column] += value ? 1 : (size_t)-1;
    return STATUS_OK;
}

/* Column `column` of V, from u or, where that is null, from the same column of `hint`. */
static enum status set_vector(struct omv *o, const bool *u, const struct bitmatrix *hint,
                              size_t column, struct say *say)
{
    enum status status = STATUS_OK;
    for (size_t k = 0; k < o->instance.n && status == STATUS_OK; k++)
        status = set_entry(o, k, column, u ? u[k] : bitmatrix_get(hint, k, column), say);
    return status;
}

enum status omv_hint(struct omv *o, const struct bitmatrix *u, size_t *updated, struct say *say)
{
    struct phase_start start = phase_begin(&o->instance);
    const size_t before = o->phases[1].updates;
    enum status status = STATUS_OK;
    if (u->rows != o->instance.n || u->cols != o->instance.p)
        return say_fail(say, STATUS_BAD, "U is %zu x %zu, expected %zu x %zu", u->rows, u->cols,
                        o->instance.n, o->instance.p);
    for (size_t i = 0; i < u->cols && status == STATUS_OK; i++)
        status = set_vector(o, NULL, u, i, say);
    phase_end(&o->phases[1], &start, &o->instance);
    *updated = o->phases[1].updates - before;
    return status;
}

enum status omv_column(struct omv *o, size_t column, enum verdict *bits, struct bit_summary *out,
                       struct say *say)
{
    struct bit_summary result = {.half_gap = decode_gap(o->eps).lo / 2};
    struct phase_start start = phase_begin(&o->instance);
    enum status status;
    if (column >= o->instance.p)
        return say_fail(say, STATUS_BAD, "column %zu, expected 0 to %zu, a column of U", column,
                        o->instance.p - 1);
    status = instance_column(&o->instance, column, o->answers, say);
    if (status != STATUS_OK)
        return status;
    for (size_t j = 0; j < o->instance.m; j++) {
        double error;
        bits[j] = decode_row(o, j, o->sums[column], &error);
        bit_summary_add(&result, bits[j], error);
    }
    phase_end(&o->phases[2], &start, &o->instance);
    *out = result;
    return STATUS_OK;
}

enum status omv_answer(struct omv *o, const bool *u, enum verdict *bits, struct bit_summary *out,
                       size_t *updated, struct say *say)
{
    struct phase_start start = phase_begin(&o->instance);
    const size_t before = o->phases[1].updates;
    enum status status = set_vector(o, u, NULL, 0, say);
    phase_end(&o->phases[1], &start, &o->instance);
    *updated = o->phases[1].updates - before;
    return status == STATUS_OK ? omv_column(o, 0, bits, out, say) : status;
}
