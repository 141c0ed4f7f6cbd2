/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curve.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>

#include "count.h"
#include "timing.h"

static json_t *numbers(size_t count, const double *values)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, json_real(values[i]));
    return array;
}

/* What every row ends with. */
struct evidence {
    const struct odamv_counts *counts;
    const double *samples;
    size_t sample_count;
    json_t *environment;
};

/* Takes the row, which is null when there is no memory. */
static enum status append(struct rows *rows, json_t *row, const struct evidence *e, struct say *say)
{
    enum status status;
    if (row && json_object_set_new(row, "samples", numbers(e->sample_count, e->samples)) == 0 &&
        json_object_set_new(row, "counts", cell_counts(e->counts)) == 0 &&
        json_object_set(row, "environment", e->environment) == 0)
        status = rows_append(rows, row, say);
    else
        status = say_fail(say, STATUS_MACHINE, "no memory for a row");
    json_decref(row);
    return status;
}

static enum status count_one(const struct curve *curve, const struct cell *cell, struct rows *rows,
                             struct say *say)
{
    struct count count;
    if (!count_cell(cell, &count))
        return say_fail(say, STATUS_BAD,
                        "%s predicts no costs, expected an engine with `cost` for --measure ops",
                        cell->engine->name);
    json_t *row = cell_row(cell);
    json_object_set_new(row, "operations", json_real(count.operations));
    json_object_set_new(row, "multiplications", json_real(count.multiplications));
    const struct evidence evidence = {&count.counts, count.samples, count.sample_count,
                                      curve->environment};
    return append(rows, row, &evidence, say);
}

static enum status time_one(const struct curve *curve, const struct cell *cell, struct subject *s,
                            struct rows *rows, struct say *say)
{
    struct timing timing;
    enum status status = timing_cell(cell, s, &timing, say);
    if (status != STATUS_OK)
        return status;
    json_t *row = cell_row(cell);
    json_object_set_new(row, "seconds", json_real(timing.seconds));
    if (!isnan(timing.between))
        json_object_set_new(row, "between_folds", json_real(timing.between));
    const struct evidence evidence = {&timing.counts, timing.samples, timing.sample_count,
                                      curve->environment};
    return append(rows, row, &evidence, say);
}

/* Cells that differ in the quantity only; queries before updates, which change the state. */
static enum status run_group(struct curve *curve, struct cell cell, struct rows *rows,
                             struct say *say)
{
    static const enum theory_quantity order[] = {THEORY_QUERY, THEORY_COLUMN, THEORY_VALUE,
                                                 THEORY_UPDATE, THEORY_HINT};
    _Static_assert(sizeof order / sizeof *order == THEORY_QUANTITIES, "all of them");
    enum status status = STATUS_OK;
    struct subject s = {0};
    char name[CELL_NAME];
    for (size_t q = 0; status == STATUS_OK && q < sizeof order / sizeof *order; q++) {
        cell.quantity = order[q];
        cell_name(&cell, name);
        if (!curve->quantity[cell.quantity])
            continue;
        if (rows_have(rows, name)) {
            curve->present++;
            continue;
        }
        if (cell.timed && !s.state)
            status = timing_open(&cell, &s, say);
        if (status == STATUS_OK)
            status = cell.timed ? time_one(curve, &cell, &s, rows, say)
                                : count_one(curve, &cell, rows, say);
        curve->measured += status == STATUS_OK;
    }
    subject_close(&s);
    curve->wrong |= s.wrong;
    return status;
}

static struct cell group_at(const struct curve *c, size_t index)
{
    struct cell cell = {.leaf = c->leaf, .timed = c->timed};
    cell.engine = c->engines[index % c->engine_count];
    index /= c->engine_count;
    cell.matmul = c->matmul[index % c->matmul_count];
    index /= c->matmul_count;
    cell.a = c->a[index % c->a_count];
    index /= c->a_count;
    cell.n = c->n[index % c->n_count];
    cell.seed = c->timed ? c->first_seed + (unsigned long)(index / c->n_count) : 0;
    cell.d = c->d ? c->d : cell.n;
    return cell;
}

enum status curve_run(struct curve *c, struct rows *rows, struct say *say)
{
    enum status status = STATUS_OK;
    const size_t count =
        c->engine_count * c->matmul_count * c->a_count * c->n_count * (c->timed ? c->seeds : 1);
    size_t *order = calloc(count, sizeof *order);
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    double done = 0, total = 0;
    if (!order || !random) {
        status = say_fail(say, STATUS_MACHINE, "no memory for the list of cells");
    } else {
        for (size_t i = 0; i < count; i++) {
            order[i] = i;
            if (i % c->shards == c->shard)
                total += (double)group_at(c, i).n * (double)group_at(c, i).n;
        }
        gsl_rng_set(random, c->first_seed);
        gsl_ran_shuffle(random, order, count, sizeof *order);
    }
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        const struct cell group = group_at(c, order[i]);
        if (order[i] % c->shards != c->shard)
            continue;
        status = run_group(c, group, rows, say);
        done += (double)group.n * (double)group.n;
        if (c->progress)
            c->progress(c->context, done, total);
    }
    if (random)
        gsl_rng_free(random);
    free(order);
    return status;
}
