/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "records.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rows.h"

const char *const record_metric_names[] = {"operations", "multiplications", "seconds",
                                           "between_folds"};

static const char *keep(struct records *r, const char *name)
{
    for (size_t i = 0; name && i < r->name_count; i++)
        if (strcmp(r->names[i], name) == 0)
            return r->names[i];
    char **names = name ? realloc(r->names, (r->name_count + 1) * sizeof *names) : NULL;
    if (!names)
        return NULL;
    r->names = names;
    names[r->name_count] = strdup(name);
    return names[r->name_count] ? names[r->name_count++] : NULL;
}

static double number(const json_t *row, const char *name)
{
    const json_t *value = json_object_get(row, name);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static size_t whole(const json_t *row, const char *name)
{
    json_int_t value = json_integer_value(json_object_get(row, name));
    return value > 0 ? (size_t)value : 0;
}

/* What the row says of its engine; or, where it says nothing, what the library does. */
static unsigned read_heeds(const json_t *row, const char *name)
{
    const json_t *threshold = json_object_get(row, "heeds_threshold");
    const json_t *matmul = json_object_get(row, "heeds_matmul");
    const struct odamv_engine *engine = name ? odamv_engine_find(name) : NULL;
    if (!threshold && !matmul)
        return engine ? engine->heeds : 0;
    return (json_is_true(threshold) ? ODAMV_HEEDS_THRESHOLD : 0) |
           (json_is_true(matmul) ? ODAMV_HEEDS_MATMUL : 0);
}

static const char *read_record(const json_t *row, struct records *r, struct record *out)
{
    const char *quantity = json_string_value(json_object_get(row, "quantity"));
    const char *measure = json_string_value(json_object_get(row, "measure"));
    *out = (struct record){.engine = keep(r, json_string_value(json_object_get(row, "engine"))),
                           .matmul = keep(r, json_string_value(json_object_get(row, "matmul"))),
                           .leaf = whole(row, "leaf"),
                           .n = whole(row, "n"),
                           .d = whole(row, "d"),
                           .threshold = whole(row, "threshold"),
                           .a = number(row, "a"),
                           .seed = (unsigned long)whole(row, "seed")};
    size_t q = 0;
    out->heeds = read_heeds(row, out->engine);
    while (quantity && q < THEORY_QUANTITIES && strcmp(quantity, theory_quantity_names[q]) != 0)
        q++;
    out->quantity = (enum theory_quantity)q;
    out->timed = measure && strcmp(measure, "time") == 0;
    for (size_t m = 0; m < METRICS; m++)
        out->value[m] = number(row, record_metric_names[m]);
    if (!out->engine || !out->matmul)
        return "no \"engine\" or no \"matmul\"";
    if (!quantity || q == THEORY_QUANTITIES || !measure)
        return "a \"quantity\" or a \"measure\" that is not known";
    if (!out->n || !(out->a >= 0))
        return "no \"n\" or no \"a\"";
    if (isnan(out->value[out->timed ? METRIC_SECONDS : METRIC_OPERATIONS]))
        return "nothing measured";
    return NULL;
}

static const char *add(void *context, json_t *row)
{
    struct records *r = context;
    if ((r->count & (r->count - 1)) == 0) {
        struct record *all = realloc(r->all, (r->count ? 2 * r->count : 1) * sizeof *all);
        if (!all)
            return "no memory";
        r->all = all;
    }
    const char *wrong = read_record(row, r, &r->all[r->count]);
    if (wrong)
        return wrong;
    r->count++;
    free(r->environment);
    r->environment = json_dumps(json_object_get(row, "environment"), 0);
    return NULL;
}

enum status records_read(struct records *records, const char *file, struct say *say)
{
    return rows_read(file, add, records, say);
}

static int compare(double x, double y)
{
    return (x > y) - (x < y);
}

static int by_series(const struct record *x, const struct record *y)
{
    int order = strcmp(x->engine, y->engine);
    order = order ? order : strcmp(x->matmul, y->matmul);
    order = order ? order : compare((double)x->leaf, (double)y->leaf);
    order = order ? order : compare(x->a, y->a);
    order = order ? order : compare(x->quantity, y->quantity);
    return order ? order : compare(x->timed, y->timed);
}

static int by_cell(const void *a, const void *b)
{
    const struct record *x = a, *y = b;
    int order = by_series(x, y);
    order = order ? order : compare((double)x->n, (double)y->n);
    order = order ? order : compare((double)x->d, (double)y->d);
    return order ? order : compare((double)x->seed, (double)y->seed);
}

void records_sort(struct records *r)
{
    size_t kept = 0;
    if (r->count)
        qsort(r->all, r->count, sizeof *r->all, by_cell);
    for (size_t i = 0; i < r->count; i++)
        if (!kept || by_cell(&r->all[kept - 1], &r->all[i]) != 0)
            r->all[kept++] = r->all[i];
    r->count = kept;
}

void records_close(struct records *r)
{
    for (size_t i = 0; i < r->name_count; i++)
        free(r->names[i]);
    free(r->names);
    free(r->all);
    free(r->environment);
    *r = (struct records){0};
}

size_t records_series(const struct records *r, size_t *from)
{
    size_t first = *from;
    while (*from < r->count && by_series(&r->all[first], &r->all[*from]) == 0)
        ++*from;
    return *from - first;
}

struct series record_series(const struct record *r)
{
    return (struct series){r->engine, r->matmul, r->a, r->quantity};
}

const struct record *records_find(const struct records *r, const struct series *s, bool timed)
{
    for (const struct record *x = r->all; x < r->all + r->count; x++)
        if (strcmp(x->engine, s->engine) == 0 && strcmp(x->matmul, s->matmul) == 0 &&
            fabs(x->a - s->a) < 1e-9 && x->quantity == s->quantity && x->timed == timed)
            return x;
    return NULL;
}

double record_prediction(const struct record *r)
{
    struct theory_scheme scheme;
    struct say say;
    if (theory_scheme_find(r->matmul, &scheme, &say) != STATUS_OK)
        return NAN;
    return theory_operation(r->engine, r->quantity, &scheme, r->a, r->d == r->n ? 1 : 0);
}
