/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cell.h"

#include <stdio.h>

void cell_name(const struct cell *c, char *name)
{
    snprintf(name, CELL_NAME, "%s %s leaf %zu a %.6g n %zu d %zu %s %s seed %lu", c->engine->name,
             c->matmul, c->leaf, c->a, c->n, c->d, theory_quantity_names[c->quantity],
             c->timed ? "time" : "ops", c->seed);
}

size_t cell_threshold(const struct cell *c)
{
    return odamv_threshold(c->n, c->a);
}

struct odamv_problem cell_shape(const struct cell *c)
{
    return (struct odamv_problem){
        .m = c->n, .n = c->n, .d = c->d, .p = c->n, .scale = 1, .normalised = true};
}

struct odamv_options cell_options(const struct cell *c)
{
    return (struct odamv_options){
        .threshold = cell_threshold(c), .no_coalesce = true, .matmul = c->matmul, .leaf = c->leaf};
}

json_t *cell_row(const struct cell *c)
{
    char name[CELL_NAME];
    cell_name(c, name);
    const unsigned heeds = c->engine->heeds;
    return json_pack(
        "{s:s, s:s, s:s, s:I, s:f, s:I, s:I, s:I, s:s, s:s, s:I, s:b, s:b}", "cell", name, "engine",
        c->engine->name, "matmul", c->matmul, "leaf", (json_int_t)c->leaf, "a", c->a, "n",
        (json_int_t)c->n, "d", (json_int_t)c->d, "threshold", (json_int_t)cell_threshold(c),
        "quantity", theory_quantity_names[c->quantity], "measure", c->timed ? "time" : "ops",
        "seed", (json_int_t)c->seed, "heeds_threshold", (heeds & ODAMV_HEEDS_THRESHOLD) != 0,
        "heeds_matmul", (heeds & ODAMV_HEEDS_MATMUL) != 0);
}

json_t *cell_counts(const struct odamv_counts *c)
{
    json_t *row = json_object();
    for (size_t f = 0; odamv_counts_fields[f]; f++)
        if (json_object_set_new(row, odamv_counts_fields[f], json_real(odamv_counts_field(c, f))) !=
            0) {
            json_decref(row);
            return NULL;
        }
    return row;
}

struct odamv_counts cell_difference(const struct odamv_counts *to, const struct odamv_counts *from,
                                    double times)
{
    struct odamv_counts mean = *to;
    odamv_counts_madd(&mean, -1, from);
    odamv_counts_divide(&mean, times);
    return mean;
}
