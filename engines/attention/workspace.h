/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What restore.c, answer.c and attention.c compute in; it keeps nothing from one call to the next.
 */
#ifndef ODAMV_WORKSPACE_H
#define ODAMV_WORKSPACE_H

#include "batch.h"
#include "together.h"

/* The products of a batch, chunk by chunk. */
struct sums {
    double *w;            /* chunk x rows */
    double *sum, *part;   /* p x rows each */
    double *peak, *drift; /* rows each */
};

struct workspace {
    struct batch batch; /* of at most 1024 rows */
    struct sums sums;
    struct together all;         /* all rows, workspace_rows at a time */
    double *weights;             /* ld: of one key */
    double *pending, *magnitude; /* ld or p, the larger: what is pending of a column or row */
};

/* OK, DOMAIN or NOMEM, as product_open. */
enum odamv_status workspace_open(struct workspace *x, const struct odamv_problem *problem,
                                 const struct odamv_options *options);
void workspace_close(struct workspace *x);
double workspace_memory(const struct odamv_problem *shape, const struct odamv_options *options);

/* Rows per product: at least p, so that the sides of a fast product are as large as those of C, but not
 * all of m where p is small, since it needs n weights for each. */
size_t workspace_rows(const struct odamv_problem *shape);

#endif
