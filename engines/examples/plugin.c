/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plugin.c: the shortest engine: B_ij = sum_s e^L_is V_sj / sum_s e^L_is as it stands, in doubles,
 * O(n d) per answer. It certifies nothing, so that a tolerance has to judge its answers.
 *
 *     cc -shared -fPIC plugin.c -o plugin.so $(pkg-config --cflags odamv) -lm
 *     odamv check --plugin ./plugin.so --ordinary --tolerance 1e-8
 */
#include <math.h>
#include <odamv.h>
#include <stdlib.h>
#include <string.h>

struct definition {
    struct odamv_problem a;
    double *k, *v, q[]; /* k and v follow q */
};

static enum odamv_status begin(const struct odamv_problem *a, const struct odamv_options *options,
                               void **state)
{
    const size_t q = a->m * a->d, k = a->n * a->d, v = a->n * a->p, unit = sizeof(double);
    struct definition *e = *state = malloc(sizeof *e + (q + k + v) * unit);
    (void)options;
    if (!e)
        return ODAMV_NOMEM;
    *e = (struct definition){*a, e->q + q, e->q + q + k};
    memcpy(e->q, a->q, q * unit);
    memcpy(e->k, a->k, k * unit);
    memcpy(e->v, a->v, v * unit);
    return ODAMV_OK;
}

static double logit(const struct definition *e, size_t i, size_t s)
{
    double sum = 0;
    for (size_t f = 0; f < e->a.d; f++)
        sum += e->q[i * e->a.d + f] * e->k[s * e->a.d + f];
    return e->a.scale * sum;
}

static enum odamv_status set_k(void *state, size_t key, size_t feature, double value)
{
    struct definition *e = state;
    if (key >= e->a.n || feature >= e->a.d || !(fabs(value) <= ODAMV_FEATURE_MAX))
        return ODAMV_DOMAIN;
    double *entry = e->k + key * e->a.d + feature, before = *entry;
    *entry = value;
    for (size_t i = 0; i < e->a.m; i++)
        if (!(fabs(logit(e, i, key)) <= ODAMV_LOGIT_MAX)) {
            *entry = before;
            return ODAMV_DOMAIN;
        }
    return ODAMV_OK;
}

static enum odamv_status set_v(void *state, size_t key, size_t column, double value)
{
    struct definition *e = state;
    if (key >= e->a.n || column >= e->a.p || !(fabs(value) <= ODAMV_VALUE_MAX))
        return ODAMV_DOMAIN;
    e->v[key * e->a.p + column] = value;
    return ODAMV_OK;
}

static enum odamv_status query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    const struct definition *e = state;
    double sum = 0, weights = 0;
    if (i >= e->a.m || j >= e->a.p)
        return ODAMV_DOMAIN;
    for (size_t s = 0; s < e->a.n; s++) {
        double weight = exp(logit(e, i, s));
        weights += weight;
        sum += weight * e->v[s * e->a.p + j];
    }
    *out = (struct odamv_answer){e->a.normalised ? sum / weights : sum, INFINITY};
    return isnormal(weights) && isfinite(sum) ? ODAMV_OK : ODAMV_UNABLE; /* out of exp's range */
}

static const struct odamv_engine definition = {.abi = ODAMV_ABI,
                                               .name = "definition",
                                               .open = begin,
                                               .set_k = set_k,
                                               .set_v = set_v,
                                               .query = query,
                                               .close = free};

const struct odamv_engine *odamv_plugin(void)
{
    return &definition;
}
