/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox_memory.h"

#include <string.h>

#include "fence.h"

enum { TURNS = 3, UPDATES = 512 };

/* Blocks are refused only where opening takes so little time. */
static const double ENTRIES = 0x1p20;

/* What `memory` need not say: of odamv.h. */
static const double SHARE = 1.02, PER_BLOCK = 512;

struct opening {
    struct sandbox_report *report;
    const struct odamv_engine *engine;
    const struct odamv_problem *problem;
    const struct odamv_options *options;
    struct odamv_answer *answers; /* the larger of m and p, to be written to */
};

/* Some address in the engine's code. */
static const void *code_of(const struct odamv_engine *engine)
{
    const void *code;
    memcpy(&code, &engine->open, sizeof code); /* ISO C has no cast for this */
    return code;
}

/* An instance that did without a block has to work all the same: what is there is set once more,
 * which nothing forbids, K until lists are full and have been folded, and asked for. The answers themselves
 * are not judged. */
static bool works(const struct opening *o, void *state)
{
    const struct odamv_engine *engine = o->engine;
    const struct odamv_problem *a = o->problem;
    const size_t list = o->options->threshold ? o->options->threshold : a->n;
    bool fine = true;
    for (size_t t = 0; t < 2 * list + 2 && t < UPDATES; t++)
        fine &= engine->set_k(state, t % a->n, 0, a->k[t % a->n * a->d]) == ODAMV_OK;
    fine &= engine->set_v(state, a->n - 1, a->p - 1, a->v[a->n * a->p - 1]) == ODAMV_OK;
    const enum odamv_status asked[] = {
        engine->query(state, a->m - 1, a->p - 1, o->answers),
        odamv_query_column(engine, state, a->m, a->p - 1, o->answers),
        odamv_query_row(engine, state, a->p, a->m - 1, o->answers),
    };
    for (size_t q = 0; q < sizeof asked / sizeof *asked; q++)
        fine &= asked[q] == ODAMV_OK || (asked[q] == ODAMV_DOMAIN && !a->normalised);
    return fine;
}

/* Whether one that had all its memory does. */
static bool works_whole(const struct opening *o)
{
    void *state = NULL;
    if (o->engine->open(o->problem, o->options, &state) != ODAMV_OK || !state)
        return false;
    const bool fine = works(o, state);
    o->engine->close(state);
    return fine;
}

/* False: that open has not ended as it must. */
static bool open_and_close(const struct opening *o, size_t which, struct fence_watched *watched)
{
    struct sandbox_report *report = o->report;
    void *state = report; /* which a failed open replaces by null */
    enum odamv_status status;
    bool working = true;
    report->refusing = which;
    fence_watch(code_of(o->engine), which);
    status = o->engine->open(o->problem, o->options, &state);
    if (status == ODAMV_OK && state && which)
        working = works(o, state) || !works_whole(o);
    report->refusing = 0;
    if (status == ODAMV_OK && state)
        o->engine->close(state);
    *watched = fence_watched();
    if (working && (status == ODAMV_OK ? state != NULL : status != ODAMV_DOMAIN && !state))
        return true;
    report->mishandled = true;
    if (!working) {
        say_fail(&report->say, STATUS_BAD,
                 "open succeeds when block %zu of its memory is refused, and calls that nothing "
                 "forbids then fail",
                 which);
        return false;
    }
    say_fail(&report->say, STATUS_BAD,
             "open, when block %zu (0: none) of its memory is refused: status '%s' and %s state, "
             "expected 'no memory' and a null state, or success",
             which, odamv_status_name(status), state ? "some" : "a null");
    return false;
}

/* What is kept once is a cache; what is kept every time is lost. */
static bool keeps_nothing(const struct opening *o, size_t which, struct fence_watched *watched)
{
    for (int turn = 0; turn < TURNS; turn++) {
        if (!open_and_close(o, which, watched))
            return false;
        if (!watched->kept)
            return true;
    }
    o->report->mishandled = true;
    if (watched->refused)
        say_fail(&o->report->say, STATUS_BAD,
                 "open, when block %zu of its memory is refused, keeps %zu others", which,
                 watched->kept);
    else
        say_fail(&o->report->say, STATUS_BAD, "%zu blocks of memory are kept after close",
                 watched->kept);
    return false;
}

bool sandbox_memory_is_spared(struct sandbox_report *report, const struct odamv_engine *engine,
                              const struct odamv_problem *problem,
                              const struct odamv_options *options, size_t refuse,
                              struct odamv_answer *answers)
{
    const struct opening o = {report, engine, problem, options, answers};
    const bool each = refuse == SANDBOX_REFUSE_EACH;
    struct fence_watched watched;
    size_t first[FENCE_KINDS];
    if ((double)problem->n * (double)problem->m * (double)(problem->d + problem->p) > ENTRIES)
        return true;
    if (!keeps_nothing(&o, 0, &watched))
        return false;
    const size_t kinds = watched.kinds;
    for (size_t k = 0; k < kinds; k++)
        first[k] = watched.first[k];
    for (size_t k = each ? 0 : refuse - 1; k < kinds; k += each ? 1 : SANDBOX_REFUSE_EVERY)
        if (!keeps_nothing(&o, first[k], &watched))
            return false;
    return true;
}

void sandbox_memory_compare(struct sandbox_report *report, const struct odamv_engine *engine,
                            const struct odamv_problem *problem,
                            const struct odamv_options *options)
{
    struct odamv_problem shape = *problem;
    struct fence_peak peak;
    double said;
    shape.q = shape.k = shape.v = NULL;
    if (!engine->memory || !fence_peak(&peak))
        return;
    said = engine->memory(&shape, options);
    if ((double)peak.bytes <= said * SHARE + PER_BLOCK * (double)peak.blocks)
        return;
    report->mishandled = true;
    say_fail(&report->say, STATUS_BAD, "held %zu bytes in %zu blocks, `memory` says %.17g",
             peak.bytes, peak.blocks, said);
}
