/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify.h"

#include <stdlib.h>

#include "engines/numerics/clock.h"
#include "harness/ground/allocate.h"

enum status verify_open(struct verify *verify, const struct baseline *baseline,
                        const struct bitmatrix *m, const struct bitmatrix *v, struct say *say)
{
    void *truth = NULL;
    enum status status;
    *verify =
        (struct verify){.baseline = baseline, .rows = m->rows, .columns = v->cols, .to = m->rows};
    if (!baseline)
        return STATUS_OK;
    status = allocate_zeros(m->rows, 1, sizeof *verify->truth, "verify", &truth, say);
    verify->truth = truth;
    return status == STATUS_OK ? baseline->open(m, v, &verify->state, say) : status;
}

void verify_close(struct verify *verify)
{
    if (verify->baseline)
        verify->baseline->close(verify->state);
    free(verify->truth);
    *verify = (struct verify){0};
}

static enum status warm_up(struct verify *v, const struct bitcells *p, struct say *say)
{
    enum status status = v->baseline->hint(v->state, p, say);
    if (status == STATUS_OK && v->columns)
        status = v->baseline->column(v->state, 0, v->truth, say);
    return status;
}

enum status verify_hint(struct verify *v, const struct bitcells *p, struct say *say)
{
    enum status status = STATUS_OK;
    double start;
    if (!v->baseline)
        return STATUS_OK;
    if (!v->hints)
        status = warm_up(v, p, say);
    if (status != STATUS_OK)
        return status;
    start = clock_seconds();
    status = v->baseline->hint(v->state, p, say);
    v->result.hint_seconds += clock_seconds() - start;
    v->hints++;
    return status;
}

enum status verify_column(struct verify *v, size_t column, const enum verdict *bits,
                          struct say *say)
{
    enum status status;
    double start;
    if (!v->baseline)
        return STATUS_OK;
    start = clock_seconds();
    status = v->baseline->column(v->state, column, v->truth, say);
    v->result.column_seconds += clock_seconds() - start;
    for (size_t j = v->from; status == STATUS_OK && j < v->to; j++) {
        if (bits[j] != (v->truth[j] ? VERDICT_NO : VERDICT_YES))
            continue;
        if (!v->result.wrong++) {
            v->result.wrong_hint = v->hints - 1;
            v->result.wrong_row = j;
            v->result.wrong_column = column;
        }
    }
    return status;
}
