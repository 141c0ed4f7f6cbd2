/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agreement.h"

#include <math.h>
#include <stdlib.h>

#include "harness/ground/allocate.h"

void agreement_open(struct agreement *a, const struct script *script, size_t engines)
{
    *a = (struct agreement){
        .script = script, .engines = engines, .plays = allocate_array(engines, sizeof *a->plays)};
}

void agreement_leave(struct agreement *a, size_t engine)
{
    free(a->plays[engine].answers);
    free(a->plays[engine].answered);
    a->plays[engine] = (struct agreement_play){NULL, NULL};
}

void agreement_close(struct agreement *a)
{
    for (size_t e = 0; e < a->engines; e++)
        agreement_leave(a, e);
    free(a->plays);
    *a = (struct agreement){.engines = 0};
}

void agreement_keep(struct agreement *a, size_t engine, const struct check_case *c,
                    const struct sandbox *box)
{
    const struct script *script = a->script;
    struct agreement_play *play = a->plays + engine;
    play->answers =
        allocate_copy(box->answers, script->first[script->count], sizeof *play->answers);
    play->answered = allocate_array(script->count, 1);
    for (size_t t = 0; t < box->report->step; t++)
        play->answered[t] = trace_asks(c->ops + t) && box->statuses[t] == ODAMV_OK;
}

static bool has_answered(const struct agreement *a, size_t engine, size_t t)
{
    return a->plays[engine].answers && a->plays[engine].answered[t];
}

/* Whether the answer at this position is in dispute. */
static bool in_dispute(const struct agreement *a, struct dispute *d)
{
    double low = -(double)INFINITY, high = (double)INFINITY;
    for (size_t e = 0; e < a->engines; e++) {
        const struct odamv_answer *answer = a->plays[e].answers + d->answer;
        if (!has_answered(a, e, d->op))
            continue;
        if (answer->value - answer->bound > low) {
            low = answer->value - answer->bound;
            d->upper = e;
        }
        if (answer->value + answer->bound < high) {
            high = answer->value + answer->bound;
            d->lower = e;
        }
    }
    /* the ends were rounded: what they round to must not make the dispute */
    return low > high && fabs(a->plays[d->lower].answers[d->answer].value -
                              a->plays[d->upper].answers[d->answer].value) >
                             a->plays[d->lower].answers[d->answer].bound +
                                 a->plays[d->upper].answers[d->answer].bound;
}

bool agreement_broken(const struct agreement *a, struct dispute *d)
{
    for (d->op = 0; d->op < a->script->count; d->op++)
        for (d->answer = a->script->first[d->op]; d->answer < a->script->first[d->op + 1];
             d->answer++)
            if (in_dispute(a, d))
                return true;
    return false;
}

double agreement_count(const struct agreement *a, size_t engine)
{
    double count = 0;
    for (size_t t = 0; t < a->script->count; t++) {
        size_t others = 0;
        for (size_t e = 0; e < a->engines; e++)
            others += e != engine && has_answered(a, e, t);
        if (others && has_answered(a, engine, t))
            count += (double)(a->script->first[t + 1] - a->script->first[t]);
    }
    return count;
}
