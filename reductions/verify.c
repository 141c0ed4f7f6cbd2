/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * verify.c: decoded bits against the direct product. See verify.h.
 */
#include "verify.h"

#include <stdlib.h>

enum reduction_status verify_open(struct verify *verify, const struct baseline *baseline,
                                  const struct bitmatrix *m, const struct bitmatrix *v,
                                  char *message, size_t size)
{
    void *truth = NULL;
    enum reduction_status status;
    *verify = (struct verify){.baseline = baseline, .rows = m->rows, .columns = v->cols};
    if (!baseline)
        return REDUCTION_OK;
    status = reduction_zeros(m->rows, 1, sizeof *verify->truth, "verify", &truth, message, size);
    verify->truth = truth;
    return status == REDUCTION_OK ? baseline->open(m, v, &verify->state, message, size) : status;
}

void verify_close(struct verify *verify)
{
    if (verify->baseline)
        verify->baseline->close(verify->state);
    free(verify->truth);
    *verify = (struct verify){0};
}

static enum reduction_status warm_up(struct verify *v, const struct bitcells *p, char *message,
                                     size_t size)
{
    enum reduction_status status = v->baseline->hint(v->state, p, message, size);
    if (status == REDUCTION_OK && v->columns)
        status = v->baseline->column(v->state, 0, v->truth, message, size);
    return status;
}

enum reduction_status verify_hint(struct verify *v, const struct bitcells *p, char *message,
                                  size_t size)
{
    enum reduction_status status = REDUCTION_OK;
    double start;
    if (!v->baseline)
        return REDUCTION_OK;
    if (!v->hints)
        status = warm_up(v, p, message, size);
    if (status != REDUCTION_OK)
        return status;
    start = reduction_seconds();
    status = v->baseline->hint(v->state, p, message, size);
    v->result.hint_seconds += reduction_seconds() - start;
    v->hints++;
    return status;
}

enum reduction_status verify_column(struct verify *v, size_t column, const enum verdict *bits,
                                    char *message, size_t size)
{
    enum reduction_status status;
    double start;
    if (!v->baseline)
        return REDUCTION_OK;
    start = reduction_seconds();
    status = v->baseline->column(v->state, column, v->truth, message, size);
    v->result.column_seconds += reduction_seconds() - start;
    for (size_t j = 0; status == REDUCTION_OK && j < v->rows; j++) {
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
