/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "instance.h"

#include <stdlib.h>

#include "engines/numerics/clock.h"
#include "harness/ground/allocate.h"

/* Each matrix is far below what is available when all together are. */
static enum status check_memory(const struct odamv_engine *engine,
                                const struct odamv_options *options, const struct odamv_problem *s,
                                struct say *say)
{
    double m = (double)s->m, n = (double)s->n, d = (double)s->d, p = (double)s->p;
    double own = sizeof(double) * (m * d + n * d + n * p), engines, available;
    enum odamv_status status = odamv_problem_check(s, say->text, sizeof say->text);
    if (status != ODAMV_OK)
        return say_where(say, say_library(status), "the attention instance");
    engines = engine->memory ? engine->memory(s, options) : 0;
    /* to ask takes a dozen system calls, and is not worth it for little */
    available = own + engines < 1 << 20 ? own + engines : odamv_memory_available();
    if (own + engines <= available)
        return STATUS_OK;
    return say_fail(say, STATUS_MACHINE,
                    "Q %zu x %zu, K %zu x %zu and V %zu x %zu of the attention instance need "
                    "%.3g bytes and %s %.3g, expected at most the %.3g that are available",
                    s->m, s->d, s->n, s->d, s->n, s->p, own, engine->name, engines, available);
}

enum status instance_input_open(struct instance_input *input, const struct odamv_engine *engine,
                                const struct odamv_options *options, struct odamv_problem *problem,
                                struct say *say)
{
    void *q = NULL, *k = NULL, *v = NULL;
    enum status status;
    *input = (struct instance_input){0};
    problem->q = problem->k = problem->v = NULL;
    status = check_memory(engine, options, problem, say);
    if (status == STATUS_OK)
        status = allocate_zeros(problem->m, problem->d, sizeof(double), "Q", &q, say);
    if (status == STATUS_OK)
        status = allocate_zeros(problem->n, problem->d, sizeof(double), "K", &k, say);
    if (status == STATUS_OK)
        status = allocate_zeros(problem->n, problem->p, sizeof(double), "V", &v, say);
    *input = (struct instance_input){q, k, v};
    problem->q = q;
    problem->k = k;
    problem->v = v;
    if (status != STATUS_OK)
        instance_input_close(input);
    return status;
}

void instance_input_close(struct instance_input *input)
{
    free(input->q);
    free(input->k);
    free(input->v);
    *input = (struct instance_input){0};
}

enum status instance_open(struct instance *instance, const struct odamv_engine *engine,
                          const struct odamv_problem *problem, const struct odamv_options *options,
                          struct say *say)
{
    enum odamv_status status;
    *instance = (struct instance){
        .engine = engine, .m = problem->m, .n = problem->n, .d = problem->d, .p = problem->p};
    status = odamv_open(engine, problem, options, &instance->state, say->text, sizeof say->text);
    if (status == ODAMV_OK)
        return STATUS_OK;
    instance->state = NULL;
    return say_fail(say, say_library(status), "%s: open: %s: %s", engine->name,
                    odamv_status_name(status), say->text);
}

void instance_close(struct instance *instance)
{
    if (instance->state)
        instance->engine->close(instance->state);
    instance->state = NULL;
}

/* An entry of Q, K or V and what it was to become. */
struct update {
    char matrix;
    size_t row, column;
    double value;
};

static enum status updated(struct instance *instance, enum odamv_status status,
                           const struct update *u, struct say *say)
{
    instance->updates++;
    if (status == ODAMV_OK)
        return STATUS_OK;
    return say_fail(say, say_library(status), "%s: %c[%zu,%zu] = %.17g: %s, expected ok",
                    instance->engine->name, u->matrix, u->row, u->column, u->value,
                    odamv_status_name(status));
}

enum status instance_set_k(struct instance *instance, size_t key, size_t feature, double value,
                           struct say *say)
{
    enum odamv_status status = instance->engine->set_k(instance->state, key, feature, value);
    return updated(instance, status, &(struct update){'K', key, feature, value}, say);
}

enum status instance_set_v(struct instance *instance, size_t key, size_t column, double value,
                           struct say *say)
{
    enum odamv_status status = instance->engine->set_v(instance->state, key, column, value);
    return updated(instance, status, &(struct update){'V', key, column, value}, say);
}

enum status instance_set_q(struct instance *instance, size_t row, size_t feature, double value,
                           struct say *say)
{
    enum odamv_status status;
    if (!instance->engine->set_q)
        return say_fail(say, STATUS_BAD, "%s: no updates of Q, expected an engine that has them",
                        instance->engine->name);
    status = instance->engine->set_q(instance->state, row, feature, value);
    return updated(instance, status, &(struct update){'Q', row, feature, value}, say);
}

enum status instance_entry(struct instance *instance, size_t i, size_t j, struct odamv_answer *out,
                           struct say *say)
{
    enum odamv_status status = instance->engine->query(instance->state, i, j, out);
    instance->queries++;
    if (status == ODAMV_OK)
        return STATUS_OK;
    return say_fail(say, say_library(status), "%s: entry (%zu, %zu): %s, expected ok",
                    instance->engine->name, i, j, odamv_status_name(status));
}

enum status instance_column(struct instance *instance, size_t j, struct odamv_answer *out,
                            struct say *say)
{
    enum odamv_status status =
        odamv_query_column(instance->engine, instance->state, instance->m, j, out);
    instance->queries += instance->m;
    if (status == ODAMV_OK)
        return STATUS_OK;
    return say_fail(say, say_library(status), "%s: column %zu: %s, expected ok",
                    instance->engine->name, j, odamv_status_name(status));
}

static bool read_counts(const struct instance *instance, struct odamv_counts *out)
{
    *out = (struct odamv_counts){0};
    if (!instance || !instance->state || !instance->engine->stats)
        return false;
    instance->engine->stats(instance->state, out);
    return true;
}

struct phase_start phase_begin(const struct instance *instance)
{
    struct phase_start start = {0};
    if (instance) {
        start.updates = instance->updates;
        start.queries = instance->queries;
        read_counts(instance, &start.counts);
    }
    start.seconds = clock_seconds();
    return start;
}

void phase_end(struct phase *phase, const struct phase_start *start,
               const struct instance *instance)
{
    struct odamv_counts now;
    phase->seconds += clock_seconds() - start->seconds;
    phase->updates += instance->updates - start->updates;
    phase->queries += instance->queries - start->queries;
    phase->counted = read_counts(instance, &now);
    odamv_counts_madd(&phase->counts, 1, &now);
    odamv_counts_madd(&phase->counts, -1, &start->counts);
}
