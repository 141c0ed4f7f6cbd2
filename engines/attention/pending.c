/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pending.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engines/numerics/array.h"

static size_t panels(size_t x)
{
    return (x + PANEL - 1) / PANEL * PANEL;
}

enum odamv_status pending_open(struct pending *list, const struct attention *a, size_t capacity)
{
    const struct logits *l = &a->weights.logits;
    *list = (struct pending){
        .capacity = capacity, .change_width = l->ld, .value_width = panels(a->values.p)};
    list->change = array_alloc(array_times(capacity, list->change_width), sizeof(double));
    list->value = array_alloc(array_times(capacity, list->value_width), sizeof(double));
    list->key = array_alloc(capacity, sizeof *list->key);
    list->value_peak = array_alloc(capacity, sizeof *list->value_peak);
    list->slot = malloc(l->n * sizeof *list->slot);
    if (!list->change || !list->value || !list->key || !list->value_peak || !list->slot) {
        pending_close(list);
        return ODAMV_NOMEM;
    }
    for (size_t s = 0; s < l->n; s++)
        list->slot[s] = NO_SLOT;
    /* touched now, so that no update waits for the system to hand out pages */
    memset(list->change, 0, capacity * list->change_width * sizeof(double));
    memset(list->value, 0, capacity * list->value_width * sizeof(double));
    return ODAMV_OK;
}

void pending_close(struct pending *list)
{
    free(list->change);
    free(list->value);
    free(list->key);
    free(list->value_peak);
    free(list->slot);
    *list = (struct pending){0};
}

double pending_memory(const struct odamv_problem *shape, double capacity)
{
    double width = (double)logits_ld(shape->m) + (double)panels(shape->p);
    return 8 * capacity * (width + 2) + 8 * (double)shape->n;
}

struct change_place pending_place(struct pending *list, const struct attention *a, size_t key)
{
    size_t t = list->slot[key];
    bool merge = t != NO_SLOT;
    if (!merge) {
        const double *v = a->values.v + key * a->values.p;
        t = list->count++;
        list->slot[key] = t;
        list->key[t] = key;
        list->value_peak[t] = a->values.key_peak[key];
        for (size_t j = 0; j < a->values.p; j += PANEL)
            memcpy(list->value + pending_at(list, j, t), v + j,
                   (a->values.p - j < PANEL ? a->values.p - j : PANEL) * sizeof *v);
    }
    return (struct change_place){.change = list->change + t * PANEL,
                                 .stride = list->capacity * PANEL,
                                 .merge = merge,
                                 .value = a->values.peak};
}

void pending_close_record(struct pending *list, size_t key)
{
    list->slot[key] = NO_SLOT;
}

void pending_forget_row(struct pending *list, size_t i)
{
    for (size_t t = 0; t < list->count; t++)
        list->change[pending_at(list, i, t)] = 0;
}

void pending_clear(struct pending *list)
{
    for (size_t t = 0; t < list->count; t++)
        list->slot[list->key[t]] = NO_SLOT;
    list->count = 0;
}

double pending_sum(const struct pending *list, size_t i, size_t j, double *magnitude)
{
    const double *change = list->change + pending_at(list, i, 0);
    const double *value = list->value + pending_at(list, j, 0);
    double sum = 0, total = 0;
    for (size_t t = 0; t < list->count; t++) {
        double x = change[t * PANEL] * value[t * PANEL];
        sum += x;
        total += fabs(x);
    }
    *magnitude += total;
    return sum;
}

/* fixed: the other factor of record 0, from which that of record t is t panels away; `walked` runs
 * panel by panel over entries from..width-1. */
static void sum_panels(const struct pending *list, const double *fixed, const double *walked,
                       size_t from, size_t width, double *sum, double *magnitude)
{
    for (size_t x = from; x < width; x = (x / PANEL + 1) * PANEL) {
        const double *panel = walked + pending_at(list, x, 0);
        size_t end = (x / PANEL + 1) * PANEL, rest = (end < width ? end : width) - x;
        for (size_t t = 0; t < list->count; t++)
            for (size_t r = 0; r < rest; r++) {
                double term = panel[t * PANEL + r] * fixed[t * PANEL];
                sum[x + r] += term;
                magnitude[x + r] += fabs(term);
            }
    }
}

void pending_sum_column(const struct pending *list, size_t j, size_t from, double *sum,
                        double *magnitude)
{
    const double *value = list->value + pending_at(list, j, 0);
    sum_panels(list, value, list->change, from, list->change_width, sum, magnitude);
}

void pending_sum_row(const struct pending *list, size_t i, size_t from, size_t p, double *sum,
                     double *magnitude)
{
    const double *change = list->change + pending_at(list, i, 0);
    sum_panels(list, change, list->value, from, p, sum, magnitude);
}

void pending_count_terms(struct odamv_counts *c, double terms)
{
    c->additions += 2 * terms;
    c->multiplications += terms;
}
