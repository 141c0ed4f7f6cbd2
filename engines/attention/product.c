/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "product.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static const char *name_of(const struct odamv_options *options)
{
    return options && options->matmul ? options->matmul : "classical";
}

/* Whether the options name anything but the classical product. */
static bool wanted(const struct odamv_options *options)
{
    return strcmp(name_of(options), "classical") != 0;
}

bool product_automatic(const struct odamv_options *options)
{
    return strcmp(name_of(options), "auto") == 0;
}

enum odamv_status product_check(const struct odamv_options *options, char *message, size_t size)
{
    struct matmul_scheme *scheme = NULL;
    if (!wanted(options) || product_automatic(options))
        return ODAMV_OK;
    enum odamv_status status = matmul_scheme_open_named(options->matmul, &scheme, message, size);
    matmul_scheme_close(scheme);
    return status;
}

static enum odamv_status choose(const struct odamv_options *options,
                                const struct matmul_shape *shape, struct matmul_options *chosen,
                                struct matmul_scheme **scheme)
{
    char message[200];
    *scheme = NULL;
    *chosen = (struct matmul_options){.panel = PRODUCT_PANEL};
    if (!wanted(options))
        return ODAMV_OK;
    if (product_automatic(options)) {
        struct matmul_table *table = NULL;
        enum odamv_status status = matmul_table_open(false, &table);
        if (status == ODAMV_OK)
            status = matmul_auto(table, shape, chosen, scheme);
        matmul_table_close(table);
        return status;
    }
    chosen->leaf = options->leaf ? options->leaf : PRODUCT_LEAF;
    chosen->levels = MATMUL_DEEPEST;
    enum odamv_status status =
        matmul_scheme_open_named(options->matmul, scheme, message, sizeof message);
    chosen->scheme = *scheme;
    return status;
}

struct matmul_shape product_shape(size_t rows, size_t inner, size_t columns, bool overwrite)
{
    return (struct matmul_shape){
        .m = rows, .k = inner, .p = columns, .trans_a = true, .overwrite = overwrite};
}

/* How to open a plan: the largest step, whether there is one where the product is classical, and whose
 * program it takes. */
struct manner {
    double grain;
    bool always;
    const struct product *other;
};

static enum odamv_status open_plan(struct product *product, const struct odamv_options *options,
                                   const struct matmul_shape *shape, const struct manner *manner)
{
    struct matmul_options chosen;
    struct matmul_scheme *scheme;
    *product = (struct product){0};
    enum odamv_status status = choose(options, shape, &chosen, &scheme);
    chosen.grain = manner->grain;
    if (manner->other && wanted(options) && !product_automatic(options))
        chosen.like = manner->other->plan;
    if (status == ODAMV_OK && (scheme || manner->always))
        status = matmul_plan_open(shape, &chosen, &product->plan);
    if (status == ODAMV_OK && product->plan)
        status = matmul_run_open(product->plan, NULL, 0, &product->run);
    matmul_scheme_close(scheme);
    if (status != ODAMV_OK)
        product_close(product);
    return status;
}

enum odamv_status product_open(struct product *product, const struct odamv_options *options,
                               const struct matmul_shape *shape)
{
    return open_plan(product, options, shape, &(struct manner){0});
}

enum odamv_status product_open_like(struct product *product, const struct odamv_options *options,
                                    const struct matmul_shape *shape, const struct product *other)
{
    return open_plan(product, options, shape, &(struct manner){.other = other});
}

enum odamv_status product_open_steps(struct product *product, const struct odamv_options *options,
                                     const struct matmul_shape *shape, double grain)
{
    return open_plan(product, options, shape, &(struct manner){.grain = grain, .always = true});
}

void product_close(struct product *product)
{
    matmul_run_close(product->run);
    matmul_plan_close(product->plan);
    *product = (struct product){0};
}

const struct matmul_prediction *product_prediction(const struct product *product)
{
    return matmul_plan_prediction(product->plan);
}

bool product_predict(const struct odamv_options *options, const struct matmul_shape *shape,
                     struct matmul_prediction *out)
{
    struct matmul_options chosen;
    struct matmul_scheme *scheme;
    bool fast = choose(options, shape, &chosen, &scheme) == ODAMV_OK && scheme &&
                matmul_predict(shape, &chosen, out) == ODAMV_OK;
    matmul_scheme_close(scheme);
    return fast;
}

bool product_predict_steps(const struct odamv_options *options, const struct matmul_shape *shape,
                           double grain, double work, struct matmul_prediction *out,
                           struct matmul_counts *done)
{
    struct matmul_options chosen;
    struct matmul_scheme *scheme;
    bool known = choose(options, shape, &chosen, &scheme) == ODAMV_OK;
    chosen.grain = grain;
    known = known && matmul_predict(shape, &chosen, out) == ODAMV_OK &&
            matmul_predict_steps(shape, &chosen, work, done) == ODAMV_OK;
    matmul_scheme_close(scheme);
    return known;
}

void product_begin(struct product *product, const double *a, size_t lda, const double *b,
                   size_t ldb, double *c, size_t ldc)
{
    enum odamv_status status = matmul_run_begin(product->run, a, lda, b, ldb, c, ldc);
    assert(status == ODAMV_OK); /* strides were within the limits when the arrays were allocated */
    (void)status;
}

double product_step(struct product *product, double work, struct odamv_counts *counts)
{
    const struct matmul_counts before = *matmul_run_counts(product->run);
    double done = matmul_run_step(product->run, work);
    product_count(counts, &before, -1);
    product_count(counts, matmul_run_counts(product->run), 1);
    return done;
}

bool product_finished(const struct product *product)
{
    return matmul_run_finished(product->run);
}

void product_run(struct product *product, const double *a, size_t lda, const double *b, size_t ldb,
                 double *c, size_t ldc)
{
    product_begin(product, a, lda, b, ldb, c, ldc);
    matmul_run_step(product->run, INFINITY);
}

double product_peak(const double *x, size_t rows, size_t columns, size_t ld)
{
    double top = 0;
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++)
            top = fabs(x[r * ld + c]) > top ? fabs(x[r * ld + c]) : top;
    return top;
}

void product_count(struct odamv_counts *counts, const struct matmul_counts *run, double runs)
{
    counts->gemm_multiplications += runs * matmul_counts_multiplications(run);
    counts->gemm_additions += runs * (run->leaf_additions + run->additions);
}
