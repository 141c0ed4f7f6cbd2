/* SPDX-License-Identifier: GPL-3.0-or-later
 * The engine table, and what the library does around an engine: checks, opening, derived queries */
#include <dlfcn.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "odamv.h"
#include "engines/attention/product.h"

extern const struct odamv_engine engine_naive, engine_direct, engine_eager, engine_lazy,
    engine_lazy_wc;

/* An explicit table: engines that registered themselves would be lost from a static archive. */
const struct odamv_engine *const odamv_engines[] = {&engine_naive, &engine_direct,  &engine_eager,
                                                    &engine_lazy,  &engine_lazy_wc, NULL};

const struct odamv_engine *odamv_engine_find(const char *name)
{
    for (size_t e = 0; odamv_engines[e]; e++)
        if (strcmp(odamv_engines[e]->name, name) == 0)
            return odamv_engines[e];
    return NULL;
}

const char *odamv_status_name(enum odamv_status status)
{
    switch (status) {
    case ODAMV_OK:
        return "ok";
    case ODAMV_UNABLE:
        return "unable";
    case ODAMV_DOMAIN:
        return "domain";
    case ODAMV_NOMEM:
        return "no memory";
    }
    return "unknown status";
}

size_t odamv_threshold(size_t n, double a)
{
    double k = ceil(pow((double)n, a) * (1 - 0x1p-48)); /* n^a whole stays whole */
    return k <= 1 ? 1 : k >= (double)n ? n : (size_t)k;
}

const struct odamv_engine *odamv_plugin_load(const char *file, char *message, size_t size)
{
    char path[4096];
    /* without a slash dlopen would search the system's library path */
    int length = snprintf(path, sizeof path, "%s%s", strchr(file, '/') ? "" : "./", file);
    if (length < 0 || (size_t)length >= sizeof path) {
        snprintf(message, size, "%s: the path is too long", file);
        return NULL;
    }
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        snprintf(message, size, "%s: %s", file, dlerror());
        return NULL;
    }
    const struct odamv_engine *(*entry)(void) = NULL;
    *(void **)&entry = dlsym(handle, "odamv_plugin");
    const struct odamv_engine *engine = entry ? entry() : NULL;
    if (!entry)
        snprintf(message, size, "%s: exports no function odamv_plugin", file);
    else if (!engine)
        snprintf(message, size, "%s: odamv_plugin returned null", file);
    else if (engine->abi != ODAMV_ABI)
        snprintf(message, size, "%s: built for ABI %u, this program has %u", file, engine->abi,
                 ODAMV_ABI);
    else if (!engine->name || !engine->open || !engine->set_k || !engine->set_v || !engine->query ||
             !engine->close)
        snprintf(message, size, "%s: expected name, open, set_k, set_v, query and close", file);
    else
        return engine;
    dlclose(handle);
    return NULL;
}

static bool product_fits(size_t a, size_t b)
{
    return b == 0 || a <= SIZE_MAX / 16 / b;
}

/* One matrix: finite and within the limit. */
static bool entries_fit(const char *name, const double *x, size_t rows, size_t columns,
                        double limit, char *message, size_t size)
{
    for (size_t r = 0; x && r < rows; r++)
        for (size_t c = 0; c < columns; c++)
            if (!(fabs(x[r * columns + c]) <= limit)) {
                snprintf(message, size,
                         "%s[%zu,%zu] is %g, expected a number of magnitude up to %g", name, r, c,
                         x[r * columns + c], limit);
                return false;
            }
    return true;
}

static double largest(const double *x, size_t count)
{
    double top = 0;
    for (size_t i = 0; i < count; i++)
        top = fmax(top, fabs(x[i]));
    return top;
}

static bool logits_fit(const struct odamv_problem *s, char *message, size_t size)
{
    if (!s->q || !s->k)
        return true;
    double q = largest(s->q, s->m * s->d), k = largest(s->k, s->n * s->d);
    if (fabs(s->scale) * (double)s->d * q * k <= ODAMV_LOGIT_MAX)
        return true;
    for (size_t i = 0; i < s->m; i++)
        for (size_t t = 0; t < s->n; t++) {
            long double sum = 0;
            for (size_t f = 0; f < s->d; f++)
                sum += (long double)s->q[i * s->d + f] * s->k[t * s->d + f];
            sum *= s->scale;
            if (!(fabsl(sum) <= ODAMV_LOGIT_MAX)) {
                snprintf(message, size,
                         "the logit of query %zu and key %zu is %Lg, expected a "
                         "magnitude up to %g",
                         i, t, sum, ODAMV_LOGIT_MAX);
                return false;
            }
        }
    return true;
}

enum odamv_status odamv_problem_check(const struct odamv_problem *s, char *message, size_t size)
{
    const size_t sizes[] = {s->m, s->n, s->d, s->p};
    for (size_t i = 0; i < 4; i++)
        if (sizes[i] == 0) {
            snprintf(message, size, "%c is 0, expected at least 1", "mndp"[i]);
            return ODAMV_DOMAIN;
        }
    for (size_t i = 0; i < 4; i++)
        if (sizes[i] > INT_MAX - 64) {
            snprintf(message, size, "%c is %zu, expected at most %d", "mndp"[i], sizes[i],
                     INT_MAX - 64);
            return ODAMV_DOMAIN;
        }
    if (!product_fits(s->m, s->n) || !product_fits(s->m, s->d) || !product_fits(s->n, s->d) ||
        !product_fits(s->n, s->p) || !product_fits(s->m, s->p)) {
        snprintf(message, size,
                 "%zu queries, %zu keys, %zu features, %zu value columns: a matrix of "
                 "that shape has no size",
                 s->m, s->n, s->d, s->p);
        return ODAMV_DOMAIN;
    }
    if (!(fabs(s->scale) <= ODAMV_FEATURE_MAX)) {
        snprintf(message, size, "the scale is %g, expected a number of magnitude up to %g",
                 s->scale, ODAMV_FEATURE_MAX);
        return ODAMV_DOMAIN;
    }
    bool fit = entries_fit("Q", s->q, s->m, s->d, ODAMV_FEATURE_MAX, message, size) &&
               entries_fit("K", s->k, s->n, s->d, ODAMV_FEATURE_MAX, message, size) &&
               entries_fit("V", s->v, s->n, s->p, ODAMV_VALUE_MAX, message, size) &&
               logits_fit(s, message, size);
    return fit ? ODAMV_OK : ODAMV_DOMAIN;
}

enum odamv_status odamv_open(const struct odamv_engine *engine, const struct odamv_problem *problem,
                             const struct odamv_options *options, void **state, char *message,
                             size_t size)
{
    *state = NULL;
    enum odamv_status status = odamv_problem_check(problem, message, size);
    if (status == ODAMV_OK)
        status = product_check(options, message, size);
    if (status != ODAMV_OK)
        return status;
    double needed = engine->memory ? engine->memory(problem, options) : 0;
    double available = odamv_memory_available();
    if (needed > available) {
        snprintf(message, size, "%s needs %.0f bytes of memory for this shape, %.0f are available",
                 engine->name, needed, available);
        return ODAMV_NOMEM;
    }
    status = engine->open(problem, options, state);
    if (status != ODAMV_OK)
        snprintf(message, size,
                 "%s could not be opened: %s (it needs about %.0f bytes, %.0f are "
                 "available)",
                 engine->name, odamv_status_name(status), needed, available);
    return status;
}

enum odamv_status odamv_query_column(const struct odamv_engine *engine, void *state, size_t m,
                                     size_t j, struct odamv_answer *out)
{
    if (engine->query_column)
        return engine->query_column(state, j, out);
    enum odamv_status status = ODAMV_OK;
    for (size_t i = 0; i < m && status == ODAMV_OK; i++)
        status = engine->query(state, i, j, out + i);
    return status;
}

enum odamv_status odamv_query_row(const struct odamv_engine *engine, void *state, size_t p,
                                  size_t i, struct odamv_answer *out)
{
    if (engine->query_row)
        return engine->query_row(state, i, out);
    enum odamv_status status = ODAMV_OK;
    for (size_t j = 0; j < p && status == ODAMV_OK; j++)
        status = engine->query(state, i, j, out + j);
    return status;
}
