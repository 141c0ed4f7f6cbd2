/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "value_list.h"

#include <math.h>
#include <stdlib.h>

#include "engines/numerics/array.h"

enum odamv_status value_list_open(struct value_list *list, size_t n, size_t p, size_t capacity)
{
    *list = (struct value_list){.capacity = capacity};
    list->record = array_alloc(capacity, sizeof *list->record);
    list->head = array_alloc(p, sizeof *list->head);
    list->of_key = calloc(n, sizeof *list->of_key);
    if (!list->record || !list->head || !list->of_key) {
        value_list_close(list);
        return ODAMV_NOMEM;
    }
    for (size_t j = 0; j < p; j++)
        list->head[j] = NO_RECORD;
    return ODAMV_OK;
}

void value_list_close(struct value_list *list)
{
    free(list->record);
    free(list->head);
    free(list->of_key);
    *list = (struct value_list){0};
}

double value_list_memory(double n, double p, double capacity)
{
    return capacity * (double)sizeof(struct value_record) + (n + p) * (double)sizeof(size_t);
}

struct value_record *value_list_find(struct value_list *list, size_t key, size_t column)
{
    for (size_t t = list->head[column]; t != NO_RECORD; t = list->record[t].next)
        if (list->record[t].key == key)
            return list->record + t;
    return NULL;
}

void value_list_add(struct value_list *list, size_t key, size_t column, double from, double to)
{
    list->record[list->count] = (struct value_record){key, column, list->head[column], from, to};
    list->head[column] = list->count++;
    list->of_key[key]++;
}

/* The key's weight in row i. */
static double weight(const struct attention *a, size_t key, size_t i)
{
    const struct logits *l = &a->weights.logits;
    double w;
    l->kernel->weights(1, l->hi + key * l->ld + i, l->lo + key * l->ld + i, a->weights.shift + i,
                       &w);
    return w;
}

double value_list_entry(const struct value_list *list, const struct attention *a, size_t i,
                        size_t j, double *sum, double *magnitude)
{
    double terms = 0;
    for (size_t t = list->head[j]; t != NO_RECORD; t = list->record[t].next) {
        const struct value_record *r = list->record + t;
        double x = weight(a, r->key, i) * (r->to - r->from);
        *sum += x;
        *magnitude += fabs(x);
        terms++;
    }
    return terms;
}

double value_list_column(const struct value_list *list, const struct attention *a, size_t j,
                         double *sum, double *magnitude)
{
    const struct logits *l = &a->weights.logits;
    double terms = 0, w[PANEL];
    for (size_t t = list->head[j]; t != NO_RECORD; t = list->record[t].next) {
        const struct value_record *r = list->record + t;
        const double step = r->to - r->from;
        for (size_t i = 0; i < l->ld; i += PANEL) {
            const size_t at = r->key * l->ld + i;
            l->kernel->weights(PANEL, l->hi + at, l->lo + at, a->weights.shift + i, w);
            for (size_t x = 0; x < PANEL; x++) {
                sum[i + x] += w[x] * step;
                magnitude[i + x] += fabs(w[x] * step);
            }
        }
        terms++;
    }
    return terms;
}

double value_list_row(const struct value_list *list, const struct attention *a, size_t i,
                      double *sum, double *magnitude)
{
    double most = 0;
    for (size_t j = 0; j < a->values.p; j++)
        most = fmax(most, value_list_entry(list, a, i, j, sum + j, magnitude + j));
    return most;
}

void value_list_overlay(const struct value_list *list, size_t j, double *v)
{
    for (size_t t = 0; t < list->count; t++) /* oldest first: the newest value of a cell stays */
        if (list->record[t].column == j)
            v[list->record[t].key] = list->record[t].to;
}

void value_list_settle(struct value_list *list, struct attention *a)
{
    for (size_t t = 0; t < list->count; t++) {
        const struct value_record *r = list->record + t;
        a->values.v[r->key * a->values.p + r->column] = r->to;
        list->head[r->column] = NO_RECORD;
        list->of_key[r->key] = 0;
    }
    list->count = 0;
}

void value_list_fold(struct value_list *list, struct attention *a)
{
    for (size_t t = 0; t < list->count; t++) {
        const struct value_record *r = list->record + t;
        attention_fold_v(a, r->key, r->column, r->from, r->to);
        list->head[r->column] = NO_RECORD;
        list->of_key[r->key] = 0;
    }
    list->count = 0;
}

/* per term: a weight, the difference of the values, their product and the two sums */
void value_list_count_terms(struct odamv_counts *c, double terms)
{
    c->additions += terms * (WEIGHT_ADDITIONS + 3);
    c->multiplications += terms * (WEIGHT_MULTIPLICATIONS + 1);
    c->exponentials += terms;
}
