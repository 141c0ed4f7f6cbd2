/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recent.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engines/numerics/array.h"

enum odamv_status recent_open(struct recent *r, size_t p)
{
    r->norm_now = array_alloc(p, sizeof *r->norm_now);
    r->norm = array_alloc(p, sizeof *r->norm);
    r->folds = calloc(p, sizeof *r->folds);
    if (r->norm_now && r->norm && r->folds)
        return ODAMV_OK;
    recent_close(r);
    return ODAMV_NOMEM;
}

void recent_close(struct recent *r)
{
    free(r->norm_now);
    free(r->norm);
    free(r->folds);
    *r = (struct recent){0};
}

double recent_memory(size_t p)
{
    return 24 * (double)p;
}

void recent_begin(struct recent *r, const struct values *v)
{
    memcpy(r->norm_now, v->norm, v->p * sizeof *r->norm_now);
    memcpy(r->norm, v->norm, v->p * sizeof *r->norm);
}

void recent_note(struct recent *r, struct values *v, size_t key, size_t column, double more)
{
    const double norm = values_measure_cell(v, key, column);
    r->norm_now[column] = norm;
    r->norm[column] = fmax(r->norm[column], norm);
    v->norm[column] = fmax(v->norm[column], norm);
    r->folds[column] += 1 + more;
    v->folds[column] += more;
}

void recent_turn(struct recent *r, struct values *v)
{
    memcpy(v->norm, r->norm, v->p * sizeof *v->norm);
    memcpy(r->norm, r->norm_now, v->p * sizeof *r->norm);
    memcpy(v->folds, r->folds, v->p * sizeof *v->folds);
    memset(r->folds, 0, v->p * sizeof *r->folds);
}

bool recent_check(const struct recent *r, const struct values *v, char *message, size_t size)
{
    for (size_t j = 0; j < v->p; j++)
        if (!(r->norm_now[j] <= r->norm[j] && r->norm[j] <= v->norm[j] &&
              r->folds[j] <= v->folds[j])) {
            snprintf(
                message, size,
                "column %zu of V: norms %.17g now, %.17g this turn, %.17g; folds %g this turn, "
                "%g",
                j, r->norm_now[j], r->norm[j], v->norm[j], r->folds[j], v->folds[j]);
            return false;
        }
    return true;
}
