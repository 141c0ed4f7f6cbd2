/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The large matrix products of an engine, by the multiplication that odamv_options names.
 *
 *     C += A^T B,   A inner x rows, B inner x columns, C rows x columns, all row-major
 *
 * `classical` is no product of this kind at all: the engine then calls the BLAS itself.
 */
#ifndef ODAMV_PRODUCT_H
#define ODAMV_PRODUCT_H

#include "engines/matmul/matmul.h"
#include "odamv.h"

/* OpenBLAS adds to C once per at least so many inner indices (matmul.h, options.panel). Held for the
 * library that runs by `make check` and by `odamv doctor`, which ask it (blas_order.h). */
#define PRODUCT_PANEL 64

/* The smallest block side of a named scheme when no leaf is given. */
#define PRODUCT_LEAF 64

struct product {
    struct matmul_plan *plan; /* null: classical */
    struct matmul_run *run;
};

/* DOMAIN with a message: no such multiplication, or a file that holds none. */
enum odamv_status product_check(const struct odamv_options *options, char *message, size_t size);

/* Whether the options leave the choice to the machine's table: `auto`. */
bool product_automatic(const struct odamv_options *options);

/* The shape of such a product; overwrite: C = A^T B. */
struct matmul_shape product_shape(size_t rows, size_t inner, size_t columns, bool overwrite);

/* OK (a null plan where the options, or `auto`, prefer the classical product), DOMAIN, NOMEM. */
enum odamv_status product_open(struct product *product, const struct odamv_options *options,
                               const struct matmul_shape *shape);
void product_close(struct product *product);

/* The same with the program of another product, which outlives it, unless `auto` chooses for each by itself. */
enum odamv_status product_open_like(struct product *product, const struct odamv_options *options,
                                    const struct matmul_shape *shape, const struct product *other);

/* What was predicted of the plan that is open. */
const struct matmul_prediction *product_prediction(const struct product *product);

/* The same without opening anything: true, and the prediction, unless the product is classical. */
bool product_predict(const struct odamv_options *options, const struct matmul_shape *shape,
                     struct matmul_prediction *out);

void product_run(struct product *product, const double *a, size_t lda, const double *b, size_t ldb,
                 double *c, size_t ldc);

/* The same in steps, classical included: the plan is then one plain product. No step multiplies
 * much more than `grain` times in a row. */
enum odamv_status product_open_steps(struct product *product, const struct odamv_options *options,
                                     const struct matmul_shape *shape, double grain);
/* The prediction, and in `done` what is executed once so much work has been asked for. False: no
 * memory, or a scheme that cannot be opened. */
bool product_predict_steps(const struct odamv_options *options, const struct matmul_shape *shape,
                           double grain, double work, struct matmul_prediction *out,
                           struct matmul_counts *done);
void product_begin(struct product *product, const double *a, size_t lda, const double *b,
                   size_t ldb, double *c, size_t ldc);
/* At least so much work, or all that is left; counted. Returns the work done. */
double product_step(struct product *product, double work, struct odamv_counts *counts);
bool product_finished(const struct product *product);

/* The largest magnitude in x (rows x columns, rows ld apart); the plan's error is in these. */
double product_peak(const double *x, size_t rows, size_t columns, size_t ld);

/* Adds what so many runs execute. */
void product_count(struct odamv_counts *counts, const struct matmul_counts *run, double runs);

#endif
