/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plugin_misbehave.c: the textbook plug-in, which from its 10th update on does what the environment
 * variable ODAMV_MISBEHAVE says: crash, abort, exit, hang; or else: scribble (writes to the V that
 * open lends it), keep (reads the K that open lent it later), overrun (writes behind the answers of
 * a row), past (reads past the end of a block), freed (reads a block after free), print (to standard
 * output), unbounded (certifies nothing), vague (next to nothing), silent (answers no legal query).
 * Otherwise it is right.
 */
#define odamv_plugin textbook_plugin
#include "harness/test/plugin_textbook.c"
#undef odamv_plugin

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

ODAMV_PUBLIC const struct odamv_engine *odamv_plugin(void);
const struct odamv_engine *textbook_plugin(void);

struct misbehaving {
    void *textbook;
    const double *lent;
    size_t updates;
};

static bool does(const char *what)
{
    const char *wanted = getenv("ODAMV_MISBEHAVE");
    return wanted && strcmp(wanted, what) == 0;
}

static enum odamv_status misbehave_open(const struct odamv_problem *problem,
                                        const struct odamv_options *options, void **state)
{
    struct misbehaving *e = calloc(1, sizeof *e);
    *state = NULL;
    if (!e)
        return ODAMV_NOMEM;
    e->lent = problem->k;
    if (does("scribble")) {
        union {
            const double *lent;
            double *stolen;
        } v = {problem->v};
        v.stolen[0] = 1;
    }
    const enum odamv_status status = textbook_open(problem, options, &e->textbook);
    if (status == ODAMV_OK)
        *state = e;
    else
        free(e);
    return status;
}

static void misbehave(struct misbehaving *e)
{
    if (++e->updates < 10)
        return;
    if (does("crash"))
        raise(SIGSEGV);
    if (does("abort"))
        abort();
    if (does("exit"))
        exit(0);
    if (does("print"))
        puts("{\"hello\": 1}");
    while (does("hang"))
        sleep(1);
    if (does("past") || does("freed")) {
        volatile double *block = calloc(6, sizeof *block);
        if (block && does("freed"))
            free((void *)(size_t)block);
        if (block)
            e->updates += block[does("past") ? 6 : 0] > 1e300;
    }
    if (does("keep"))
        e->updates += (size_t)(*(volatile const double *)e->lent > 1e300);
}

static enum odamv_status misbehave_set_k(void *state, size_t key, size_t feature, double value)
{
    struct misbehaving *e = state;
    misbehave(e);
    return textbook_set_k(e->textbook, key, feature, value);
}

static enum odamv_status misbehave_set_v(void *state, size_t key, size_t column, double value)
{
    struct misbehaving *e = state;
    misbehave(e);
    return textbook_set_v(e->textbook, key, column, value);
}

static enum odamv_status misbehave_query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    const struct misbehaving *e = state;
    const enum odamv_status status = textbook_query(e->textbook, i, j, out);
    if (does("unbounded"))
        out->bound = (double)INFINITY;
    if (does("vague"))
        out->bound += 1e6;
    return status == ODAMV_OK && does("silent") ? ODAMV_UNABLE : status;
}

static enum odamv_status misbehave_query_row(void *state, size_t i, struct odamv_answer *out)
{
    const struct misbehaving *e = state;
    const size_t p = ((const struct textbook *)e->textbook)->problem.p;
    enum odamv_status status = ODAMV_OK;
    for (size_t j = 0; j < p && status == ODAMV_OK; j++)
        status = misbehave_query(state, i, j, out + j);
    if (does("overrun") && status == ODAMV_OK)
        out[p] = out[0];
    return i < ((const struct textbook *)e->textbook)->problem.m ? status : ODAMV_DOMAIN;
}

static void misbehave_close(void *state)
{
    struct misbehaving *e = state;
    if (!e)
        return;
    textbook_close(e->textbook);
    free(e);
}

static const struct odamv_engine engine = {
    .abi = ODAMV_ABI,
    .name = "misbehave",
    .summary = "the definition in extended precision, until it misbehaves",
    .reference = "Definition 1.1",
    .update_cost = "O(1)",
    .query_cost = "O(n d)",
    .open = misbehave_open,
    .set_k = misbehave_set_k,
    .set_v = misbehave_set_v,
    .query = misbehave_query,
    .query_row = misbehave_query_row,
    .close = misbehave_close,
};

const struct odamv_engine *odamv_plugin(void)
{
    return &engine;
}
