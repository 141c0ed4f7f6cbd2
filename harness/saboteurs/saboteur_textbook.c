/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * saboteur_textbook.c: the lazy algorithm with a frozen list, as a textbook would have it, and the
 * mistakes that one makes when writing it.
 *
 *     sum_s A_is V_sj = C_ij + sum_{active} change_t[i] V0_t[j]
 *                            + sum_{frozen} change_t[i] V0_t[j]   where row i is not folded yet
 *                            + sum_{cells (s,j)} A_is (to - from)
 *
 * A holds exp(logit) as it is, so problems with logits beyond 300 are declined. C and D are
 * computed afresh every 64 updates. Error: with size = the absolute values of all that C_ij was
 * accumulated from, a multiple of 2^-40 of it, and of the error of the logits; plain doubles have
 * 2^-53. O(m p) per update, since nobody waits for it.
 */
#include "saboteur_textbook.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/check/model.h"
#include "harness/ground/allocate.h"

static void records_open(struct textbook_records *r, size_t capacity, size_t m, size_t p)
{
    *r = (struct textbook_records){.key = allocate_array(capacity, sizeof *r->key),
                                   .change = allocate_array(capacity * m, sizeof *r->change),
                                   .values = allocate_array(capacity * p, sizeof *r->values)};
}

static void records_close(struct textbook_records *r)
{
    free(r->key);
    free(r->change);
    free(r->values);
}

void textbook_close(void *state)
{
    struct textbook *e = state;
    if (!e)
        return;
    model_close(&e->now);
    records_close(&e->active);
    records_close(&e->frozen);
    free(e->a);
    free(e->sum);
    free(e->sum_size);
    free(e->c);
    free(e->c_size);
    free(e->v0);
    free(e->cells);
    free(e);
}

double textbook_weigh(struct textbook *e, size_t i, size_t s, bool *fits)
{
    double size;
    const double logit = model_logit(&e->now, i, s, &size);
    e->logit_error = fmax(e->logit_error, (double)(e->now.problem.d + 3) * size * 0x1p-53);
    *fits &= fabs(logit) <= 300 && e->logit_error <= 0x1p-20;
    return exp(logit);
}

void textbook_restore_row(struct textbook *e, size_t i)
{
    const struct odamv_problem *x = &e->now.problem;
    const double *a = e->a + i * x->n;
    double *c = e->c + i * x->p, *size = e->c_size + i * x->p, sum = 0;
    memset(c, 0, x->p * sizeof *c);
    memset(size, 0, x->p * sizeof *size);
    for (size_t s = 0; s < x->n; s++) {
        sum += a[s];
        for (size_t j = 0; j < x->p; j++) {
            c[j] += a[s] * e->v0[s * x->p + j];
            size[j] += a[s] * fabs(e->v0[s * x->p + j]);
        }
    }
    if (e->mistake != MISTAKE_ROW_SUM || e->sum[i] == 0)
        e->sum[i] = sum;
    e->sum_size[i] = sum;
}

void textbook_refresh(struct textbook *e)
{
    const struct odamv_problem *x = &e->now.problem;
    if (e->mistake == MISTAKE_NO_REFRESH && e->updates)
        return;
    memcpy(e->v0, e->now.v, x->n * x->p * sizeof *e->v0);
    e->active.count = e->frozen.count = e->cell_count = e->updates = 0;
    for (size_t i = 0; i < x->m; i++)
        textbook_restore_row(e, i);
}

enum odamv_status textbook_open(enum mistake mistake, const struct odamv_problem *problem,
                                const struct odamv_options *options, void **state)
{
    struct textbook *e = allocate_array(1, sizeof *e);
    const size_t m = problem->m, n = problem->n, p = problem->p;
    const size_t k = options && options->threshold ? options->threshold : odamv_threshold(n, 0.5);
    bool fits = true;
    *state = NULL;
    e->mistake = mistake;
    e->capacity = (k < PERIOD ? k + 1 : PERIOD) / 2;
    e->coalesce = !(options && options->no_coalesce);
    model_open(&e->now, problem);
    records_open(&e->active, e->capacity, m, p);
    records_open(&e->frozen, e->capacity, m, p);
    e->a = allocate_array(m * n, sizeof *e->a);
    e->sum = allocate_array(m, sizeof *e->sum);
    e->sum_size = allocate_array(m, sizeof *e->sum_size);
    e->c = allocate_array(m * p, sizeof *e->c);
    e->c_size = allocate_array(m * p, sizeof *e->c_size);
    e->v0 = allocate_array(n * p, sizeof *e->v0);
    e->cells = allocate_array(e->capacity, sizeof *e->cells);
    if (!model_is_legal(&e->now)) {
        textbook_close(e);
        return ODAMV_DOMAIN;
    }
    for (size_t i = 0; i < m; i++)
        for (size_t s = 0; s < n; s++)
            e->a[i * n + s] = textbook_weigh(e, i, s, &fits);
    textbook_refresh(e);
    if (!fits) {
        textbook_close(e);
        return ODAMV_UNABLE;
    }
    *state = e;
    return ODAMV_OK;
}

const double *textbook_values(const struct textbook *e, const struct textbook_records *r, size_t t)
{
    const size_t p = e->now.problem.p;
    return e->mistake == MISTAKE_LATE_VALUES ? e->v0 + r->key[t] * p : r->values + t * p;
}

static void fold_row(struct textbook *e, size_t i)
{
    const size_t m = e->now.problem.m, p = e->now.problem.p;
    for (size_t t = 0; t < e->frozen.count; t++) {
        const double *values = textbook_values(e, &e->frozen, t);
        const double change =
            e->frozen.change[t * m + i] * (e->mistake == MISTAKE_DOUBLE && t == 0 ? 2 : 1);
        for (size_t j = 0; j < p; j++)
            e->c[i * p + j] += change * values[j];
    }
}

void textbook_fold_share(struct textbook *e)
{
    const size_t m = e->now.problem.m, rounding = e->mistake == MISTAKE_SHORT ? 0 : e->capacity - 1;
    const size_t share = (m + rounding) / e->capacity;
    const size_t end = e->folded + share < m ? e->folded + share : m;
    const bool skip = e->mistake == MISTAKE_SKIPPED && end == m && e->folded > 0;
    for (; e->folded < end; e->folded++)
        if (!skip)
            fold_row(e, e->folded);
}

void textbook_fold_cells(struct textbook *e)
{
    const struct odamv_problem *x = &e->now.problem;
    for (size_t t = 0; t < e->cell_count; t++) {
        const struct textbook_cell *cell = e->cells + t;
        const double delta = cell->to - cell->from;
        for (size_t i = 0; i < x->m; i++) {
            const double a = e->a[i * x->n + cell->key];
            e->c[i * x->p + cell->column] += e->mistake == MISTAKE_SIGN ? -a * delta : a * delta;
            e->c_size[i * x->p + cell->column] += a * (fabs(cell->to) + fabs(cell->from));
        }
        if (e->mistake != MISTAKE_STALE_VALUES)
            e->v0[cell->key * x->p + cell->column] = cell->to;
    }
    e->cell_count = 0;
}

void textbook_freeze(struct textbook *e)
{
    const struct textbook_records folded = e->frozen;
    const size_t m = e->now.problem.m, n = e->now.problem.n;
    e->frozen = e->active;
    e->active = folded;
    e->active.count = 0;
    e->folded = 0;
    if (e->mistake == MISTAKE_LOST_LAST)
        e->frozen.count--;
    if (e->mistake == MISTAKE_CELLS_DROPPED)
        e->cell_count = 0;
    for (size_t i = 0; e->mistake == MISTAKE_STALE_D && i < m; i++) {
        e->sum[i] = 0;
        for (size_t s = 0; s < n; s++)
            e->sum[i] += e->a[i * n + s];
    }
}
