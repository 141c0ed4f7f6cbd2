/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What restore.c, answer.c and attention.c compute in; it keeps nothing from one call to the next.
 */
#ifndef ODAMV_WORKSPACE_H
#define ODAMV_WORKSPACE_H

#include "product.h"

/* Rows that are computed from scratch together. */
struct batch {
    size_t rows;                                                  /* at most 1024 */
    double *w;                                                    /* chunk x rows */
    double *sum, *part;                                           /* p x rows each */
    double *hi, *shift, *sum_hi, *sum_lo, *square, *peak, *drift; /* rows each */
    float *lo;
};

/* All rows from scratch by a fast product; of no use where that is classical. */
struct whole {
    struct product product;
    size_t rows;     /* per product: max(1024, p), at most m */
    double *w, *sum; /* n x rows, p x rows */
};

struct workspace {
    struct batch batch;
    struct whole whole;
    double *weights;             /* ld: of one key */
    double *pending, *magnitude; /* ld or p, the larger: what is pending of a column or row */
};

/* OK, DOMAIN or NOMEM, as product_open. */
enum odamv_status workspace_open(struct workspace *x, const struct odamv_problem *problem,
                                 const struct odamv_options *options);
void workspace_close(struct workspace *x);
double workspace_memory(const struct odamv_problem *shape, const struct odamv_options *options);

/* The fast product of all rows: false where it is classical, else its prediction, and in *runs how
 * often it runs. */
bool workspace_predict_whole(const struct odamv_problem *shape, const struct odamv_options *options,
                             struct matmul_prediction *prediction, double *runs);

#endif
