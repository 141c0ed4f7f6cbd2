/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "standin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apart.h"
#include "harness/ground/allocate.h"
#include "sandbox_process.h"

/* What a plug-in may take to be loaded. */
static const double LOAD_SECONDS = 10;

enum { TEXTS = 5, TEXT_SIZE = 512 };

/* What the process that loads it leaves behind. */
struct description {
    bool complete, loaded;
    struct say say; /* why it was not loaded */
    char text[TEXTS][TEXT_SIZE], events[SANDBOX_EVENTS][TEXT_SIZE];
    size_t event_count;
    bool set_q, query_column, query_row, cost, memory, stats, check, has_events;
    unsigned heeds;
};

struct standin {
    struct odamv_engine engine; /* first: what is found by its address */
    char *file;
    struct description description;
    const char *events[SANDBOX_EVENTS + 1];
    struct standin *next;
};

static struct standin *standins; /* all of them, until the process ends */

/* --- what stands in the table ----------------------------------------------------------------- */

static _Noreturn void refuse(void)
{
    say_line("a plug-in was called that is not loaded here");
    abort();
}

static enum odamv_status no_open(const struct odamv_problem *problem,
                                 const struct odamv_options *options, void **state)
{
    (void)problem;
    (void)options;
    (void)state;
    refuse();
}

static enum odamv_status no_set(void *state, size_t row, size_t column, double value)
{
    (void)state;
    (void)row;
    (void)column;
    (void)value;
    refuse();
}

static enum odamv_status no_query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    (void)state;
    (void)i;
    (void)j;
    (void)out;
    refuse();
}

static enum odamv_status no_line(void *state, size_t x, struct odamv_answer *out)
{
    (void)state;
    (void)x;
    (void)out;
    refuse();
}

static void no_cost(const struct odamv_problem *shape, const struct odamv_options *options,
                    const struct odamv_workload *workload, struct odamv_counts *out)
{
    (void)shape;
    (void)options;
    (void)workload;
    (void)out;
    refuse();
}

static double no_memory(const struct odamv_problem *shape, const struct odamv_options *options)
{
    (void)shape;
    (void)options;
    refuse();
}

static void no_stats(const void *state, struct odamv_counts *out)
{
    (void)state;
    (void)out;
    refuse();
}

static bool no_check(const void *state, char *message, size_t size)
{
    (void)state;
    (void)message;
    (void)size;
    refuse();
}

static void no_event_counts(const void *state, double *counts)
{
    (void)state;
    (void)counts;
    refuse();
}

static void no_close(void *state)
{
    (void)state;
    refuse();
}

static void fill_table(struct standin *s)
{
    const struct description *d = &s->description;
    for (size_t e = 0; e < d->event_count; e++)
        s->events[e] = d->events[e];
    s->engine = (struct odamv_engine){
        .abi = ODAMV_ABI,
        .name = d->text[0],
        .summary = d->text[1],
        .reference = d->text[2],
        .update_cost = d->text[3],
        .query_cost = d->text[4],
        .open = no_open,
        .set_k = no_set,
        .set_v = no_set,
        .set_q = d->set_q ? no_set : NULL,
        .query = no_query,
        .query_column = d->query_column ? no_line : NULL,
        .query_row = d->query_row ? no_line : NULL,
        .cost = d->cost ? no_cost : NULL,
        .memory = d->memory ? no_memory : NULL,
        .stats = d->stats ? no_stats : NULL,
        .check = d->check ? no_check : NULL,
        .close = no_close,
        .events = d->has_events ? s->events : NULL,
        .event_counts = d->has_events ? no_event_counts : NULL,
        .heeds = d->heeds,
    };
}

/* --- the process that looks at it ------------------------------------------------------------- */

static void copy_text(char to[TEXT_SIZE], const char *from)
{
    snprintf(to, TEXT_SIZE, "%s", from ? from : "");
}

static void describe(struct description *d, const struct odamv_engine *engine)
{
    const char *const texts[TEXTS] = {engine->name, engine->summary, engine->reference,
                                      engine->update_cost, engine->query_cost};
    for (size_t t = 0; t < TEXTS; t++)
        copy_text(d->text[t], texts[t]);
    d->set_q = engine->set_q != NULL;
    d->query_column = engine->query_column != NULL;
    d->query_row = engine->query_row != NULL;
    d->cost = engine->cost != NULL;
    d->memory = engine->memory != NULL;
    d->stats = engine->stats != NULL;
    d->check = engine->check != NULL;
    d->has_events = engine->events && engine->event_counts;
    d->heeds = engine->heeds;
    while (d->has_events && d->event_count < SANDBOX_EVENTS && engine->events[d->event_count]) {
        copy_text(d->events[d->event_count], engine->events[d->event_count]);
        d->event_count++;
    }
    d->loaded = true;
}

static void end_of_signal(int number, siginfo_t *info, void *context)
{
    (void)info;
    (void)context;
    signal(number, SIG_DFL);
    raise(number);
}

static _Noreturn void look(struct description *d, const char *file)
{
    const struct odamv_engine *engine;
    sandbox_process_prepare(false, end_of_signal);
    engine = odamv_plugin_load(file, d->say.text, sizeof d->say.text);
    if (engine)
        describe(d, engine);
    d->complete = true;
    _exit(0);
}

/* A name for an engine that cannot say its own. */
static void name_after_file(struct description *d, const char *file)
{
    const char *slash = strrchr(file, '/');
    char *dot;
    copy_text(d->text[0], slash ? slash + 1 : file);
    dot = strrchr(d->text[0], '.');
    if (dot && dot != d->text[0])
        *dot = '\0';
    copy_text(d->text[1], "does not survive being loaded");
}

enum status standin_open(const char *file, const struct odamv_engine **engine, struct say *say)
{
    struct description *d =
        mmap(NULL, sizeof *d, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct standin *s;
    struct apart apart;
    bool survived;
    if (d == MAP_FAILED)
        return say_fail(say, STATUS_MACHINE, "no memory to look at %s", file);
    fflush(NULL);
    if (apart_start(&apart, true) == 0)
        look(d, file);
    if (apart.process < 0)
        return say_fail(say, STATUS_MACHINE, "cannot start a process to look at %s: %s", file,
                        strerror(errno));
    apart_end(&apart, LOAD_SECONDS);
    survived = apart.in_time && WIFEXITED(apart.status) && WEXITSTATUS(apart.status) == 0;
    if (survived && d->complete && !d->loaded) {
        *say = d->say;
        munmap(d, sizeof *d);
        return STATUS_BAD;
    }
    s = allocate_array(1, sizeof *s);
    s->file = allocate_copy(file, strlen(file) + 1, 1);
    if (!survived || !d->loaded) {
        *d = (struct description){.loaded = false};
        name_after_file(d, file);
    }
    s->description = *d;
    munmap(d, sizeof *d);
    fill_table(s);
    s->next = standins;
    standins = s;
    *engine = &s->engine;
    return STATUS_OK;
}

const char *standin_file(const struct odamv_engine *engine)
{
    return engine->open == no_open ? ((const struct standin *)(const void *)engine)->file : NULL;
}
