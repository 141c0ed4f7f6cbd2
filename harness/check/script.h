/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * script.h: what the contract makes of the operations of a case: values, statuses, and where the
 * answers of each begin.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "check_case.h"

struct script {
    size_t count;                /* operations */
    enum odamv_status opens;     /* expected of open: DOMAIN when a logit is too large */
    double *values;              /* the double that an update or a set stores */
    enum odamv_status *expected; /* of each operation */
    size_t *first;               /* position of its first answer; first[count] is their number */
    size_t tail;                 /* operations from here on are all queries */
    bool is_workload;            /* whose counts can be predicted: see counted.h */
    struct odamv_workload workload;
};

/* Without memory the process ends; close accepts a zeroed one. */
void script_open(struct script *script, const struct check_case *c);
void script_close(struct script *script);

#endif
