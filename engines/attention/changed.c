/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "changed.h"

#include <stdlib.h>
#include <string.h>

#include "engines/numerics/array.h"

enum odamv_status changed_open(struct changed *list, size_t n, size_t ld, size_t capacity)
{
    const size_t entries = array_times(capacity, ld);
    *list = (struct changed){.capacity = capacity, .ld = ld};
    list->then = array_alloc(entries, sizeof *list->then);
    list->now = array_alloc(entries, sizeof *list->now);
    list->key = array_alloc(capacity, sizeof *list->key);
    list->first = malloc(n * sizeof *list->first);
    list->last = malloc(n * sizeof *list->last);
    if (!list->then || !list->now || !list->key || !list->first || !list->last) {
        changed_close(list);
        return ODAMV_NOMEM;
    }
    for (size_t s = 0; s < n; s++)
        list->first[s] = list->last[s] = NOT_CHANGED;
    /* touched now, so that no update waits for the system to hand out pages */
    memset(list->then, 0, entries * sizeof *list->then);
    memset(list->now, 0, entries * sizeof *list->now);
    return ODAMV_OK;
}

void changed_close(struct changed *list)
{
    free(list->then);
    free(list->now);
    free(list->key);
    free(list->first);
    free(list->last);
    *list = (struct changed){0};
}

double changed_memory(double n, double ld, double capacity)
{
    return 8 * (capacity * (2 * ld + 1) + 2 * n);
}

size_t changed_add(struct changed *list, size_t key)
{
    const size_t t = list->count++;
    list->key[t] = key;
    list->last[key] = t;
    if (list->first[key] == NOT_CHANGED)
        list->first[key] = t;
    return t;
}

void changed_clear(struct changed *list)
{
    for (size_t t = 0; t < list->count; t++)
        list->first[list->key[t]] = list->last[list->key[t]] = NOT_CHANGED;
    list->count = 0;
}
