/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Room to compute some rows from scratch by one fast product, n x rows weights by V; restore.c does.
 */
#ifndef ODAMV_TOGETHER_H
#define ODAMV_TOGETHER_H

#include "product.h"

struct together {
    struct product product; /* of no use where its plan is null, the product being classical */
    size_t rows;
    double *w, *sum; /* n x rows, p x rows */
};

/* For at most so many rows; other: null, or as product_open_like. OK, DOMAIN or NOMEM, as product_open. */
enum odamv_status together_open(struct together *t, const struct odamv_problem *problem,
                                const struct odamv_options *options, size_t rows,
                                const struct product *other);
void together_close(struct together *t);

/* What would be opened: false where the product is classical, else its prediction. */
bool together_predict(const struct odamv_problem *shape, const struct odamv_options *options,
                      size_t rows, struct matmul_prediction *prediction);
double together_memory(const struct odamv_problem *shape, const struct odamv_options *options,
                       size_t rows);

#endif
