/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keys whose weights have changed since C took them: record t says that C has then_t[i] V_sj of key
 * s = key_t where it should have now_t[i] V_sj, for every i and j and V as it is now. Both are
 * weights as they were computed, so that nothing is rounded here, however large they were.
 *
 * Where updates of a key are not merged, it has several records, each beginning, in rows that are not
 * marked, with the weights at which the one before ended; C has those with which the first began.
 * Space: 2 capacity m doubles, 2 n indices.
 */
#ifndef ODAMV_CHANGED_H
#define ODAMV_CHANGED_H

#include <stdint.h>

#include "odamv.h"

#define NOT_CHANGED SIZE_MAX

struct changed {
    size_t capacity, count, ld;
    double *then, *now;   /* capacity x ld */
    size_t *key;          /* capacity */
    size_t *first, *last; /* n: records of the key, or NOT_CHANGED */
};

/* OK or NOMEM; ld: entries of a record. */
enum odamv_status changed_open(struct changed *list, size_t n, size_t ld, size_t capacity);
void changed_close(struct changed *list);
double changed_memory(double n, double ld, double capacity);

/* A new record of the key, which is then its last. The list is not full. */
size_t changed_add(struct changed *list, size_t key);
void changed_clear(struct changed *list);

#endif
