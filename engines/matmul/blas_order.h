/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In which order dgemm adds: asked of the library that runs, since the bounds rely on one thing
 * about it (matmul.h, options.panel).
 */
#ifndef MATMUL_BLAS_ORDER_H
#define MATMUL_BLAS_ORDER_H

#include "matmul.h"

/* Through how many additions an entry of C goes, at most, in C += A B of that shape by one call of
 * dgemm: k times as much work as the product. 0: no memory. `overwrite` is not read. */
size_t blas_order_additions(const struct matmul_shape *shape);

#endif
