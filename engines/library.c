/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the library does before an engine is called: a problem and options checked once, so that no
 * engine has to; the threshold; opening, within the memory that there is.
 *
 * The largest logit is first bounded by |scale| d max|Q| max|K|, in O(m d + n d); only where that
 * is beyond ODAMV_LOGIT_MAX is every logit computed, in O(m n d).
 */
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "engines/attention/product.h"
#include "odamv.h"

unsigned odamv_abi(void)
{
    return ODAMV_ABI;
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
    double power = pow((double)n, a);
    /* n^a whole stays whole; the allowance for rounding must not reach another whole number */
    double k = ceil(power - fmin(power * 0x1p-48, 0.25));
    return k <= 1 ? 1 : k >= (double)n ? n : (size_t)k;
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

enum odamv_status odamv_options_check(const struct odamv_options *options, char *message,
                                      size_t size)
{
    char reason[512];
    enum odamv_status status = product_check(options, reason, sizeof reason);
    if (status != ODAMV_OK)
        snprintf(message, size, "matmul: %s", reason);
    return status;
}

static void explain(const struct odamv_engine *engine, enum odamv_status status, double needed,
                    double available, char *message, size_t size)
{
    switch (status) {
    case ODAMV_OK:
        break;
    case ODAMV_UNABLE:
        snprintf(message, size, "%s does not offer this problem or these options", engine->name);
        break;
    case ODAMV_DOMAIN:
        snprintf(message, size, "%s refuses this problem or these options: outside the contract",
                 engine->name);
        break;
    case ODAMV_NOMEM:
        snprintf(message, size,
                 "%s found no memory (it needs about %.0f bytes, %.0f are available)", engine->name,
                 needed, available);
        break;
    default:
        snprintf(message, size, "%s could not be opened: status %d", engine->name, (int)status);
    }
}

enum odamv_status odamv_open(const struct odamv_engine *engine, const struct odamv_problem *problem,
                             const struct odamv_options *options, void **state, char *message,
                             size_t size)
{
    *state = NULL;
    enum odamv_status status = odamv_problem_check(problem, message, size);
    if (status == ODAMV_OK)
        status = odamv_options_check(options, message, size);
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
    explain(engine, status, needed, available, message, size);
    return status;
}
