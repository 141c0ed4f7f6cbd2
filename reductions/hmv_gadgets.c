/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hmv.h"

#include <math.h>
#include <string.h>

#include "conjecture.h"

const struct hmv_gadget *const hmv_gadgets[] = {&hmv_odamv_probe, &hmv_odamv_diagonal, &hmv_oamv,
                                                NULL};

const struct hmv_gadget *hmv_gadget_find(const char *name)
{
    for (size_t g = 0; hmv_gadgets[g]; g++)
        if (strcmp(hmv_gadgets[g]->name, name) == 0)
            return hmv_gadgets[g];
    return NULL;
}

size_t hmv_extent(const struct hmv_shape *s)
{
    size_t first = s->n1 > s->n2 ? s->n1 : s->n2, second = s->n3 > s->n4 ? s->n3 : s->n4;
    return first > second ? first : second;
}

double hmv_tau(const struct hmv_shape *shape, size_t nnz)
{
    return log((double)nnz) / log((double)hmv_extent(shape));
}

void hmv_bounds(const struct hmv_gadget *gadget, const struct hmv_shape *shape, size_t nnz,
                size_t columns, size_t threshold, struct hmv_bounds *out)
{
    struct hmv_charge c;
    double n = (double)hmv_extent(shape), m, p;
    bool covered = conjecture_at(hmv_tau(shape, nnz)) != CONJECTURE_SILENT;
    gadget->charge(shape, nnz, &c);
    m = (double)c.m;
    p = (double)c.p;
    out->theorem[0] = m * (double)c.d * (double)c.n + m * (double)c.n * p;
    out->own[0] = out->theorem[0];
    for (int at_own = 0; at_own < 2; at_own++) {
        const double k = fmax(1, (double)(at_own ? threshold : c.updates));
        double *to = at_own ? out->own : out->theorem;
        to[1] = (double)c.updates * m * p + (double)c.queries_hint * k;
        to[2] = (double)columns * (double)c.queries_column * k;
    }
    out->hint_least = covered ? n * n : NAN;
    out->hint_most = covered ? n * n * (double)nnz : NAN; /* n^tau = nnz */
    out->columns = covered ? (double)columns * n * (double)nnz : NAN;
}

enum status hmv_check(const struct bitmatrix *m, const struct bitmatrix *v, struct say *say)
{
    if (!m->rows || !m->cols)
        return say_fail(say, STATUS_BAD, "M is %zu x %zu, expected at least one row and one column",
                        m->rows, m->cols);
    if (!v->rows || !v->cols)
        return say_fail(say, STATUS_BAD, "V is %zu x %zu, expected at least one row and one column",
                        v->rows, v->cols);
    return STATUS_OK;
}

enum status hmv_check_hint(const struct hmv_shape *shape, size_t rows, size_t cols, struct say *say)
{
    if (rows != shape->n2)
        return say_fail(say, STATUS_BAD, "P has %zu rows, expected %zu, the columns of M", rows,
                        shape->n2);
    if (cols != shape->n3)
        return say_fail(say, STATUS_BAD, "P has %zu columns, expected %zu, the rows of V", cols,
                        shape->n3);
    return STATUS_OK;
}
