/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "examine.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "script.h"

void examiner_open(struct examiner *x, double limit, double tolerance, bool loud)
{
    *x = (struct examiner){.limit = limit, .tolerance = tolerance};
    sandbox_open(&x->box, loud);
    x->box.refuse = SANDBOX_REFUSE_EACH;
}

void examiner_close(struct examiner *x)
{
    sandbox_close(&x->box);
}

static struct finding play_once(struct examiner *x, const struct odamv_engine *engine,
                                const struct check_case *c, const struct script *script,
                                const struct truth *truth, struct judge_tally *tally)
{
    if (!sandbox_play(&x->box, engine, c, script, x->limit)) {
        say_line("cannot start a process for the engine: %s", strerror(errno));
        _exit(STATUS_MACHINE);
    }
    const struct judge_play play = {&x->box, c, script, truth, x->tolerance};
    return judge_case(&play, tally);
}

struct finding examine_case(struct examiner *x, const struct odamv_engine *engine,
                            const struct check_case *c, const struct script *script,
                            const struct truth *truth, struct judge_tally *tally)
{
    const size_t refuse = x->box.refuse;
    struct judge_tally ignored = {0};
    struct finding finding;
    if (x->one_side)
        return play_once(x, engine, c, script, truth, tally);
    x->box.side = FENCE_BEHIND;
    x->box.refuse = 0;
    finding = play_once(x, engine, c, script, truth, tally);
    x->box.side = FENCE_BEFORE;
    x->box.refuse = refuse;
    return finding.kind ? finding : play_once(x, engine, c, script, truth, &ignored);
}

struct finding examine_alone(struct examiner *x, const struct odamv_engine *engine,
                             const struct check_case *c, struct judge_tally *tally)
{
    const struct truth_plan plan = {.sample = SIZE_MAX, .budget = EXAMINE_BUDGET};
    struct script script;
    struct truth truth;
    struct finding finding;
    script_open(&script, c);
    truth_open(&truth, c, &script, &plan);
    finding = examine_case(x, engine, c, &script, &truth, tally);
    truth_close(&truth);
    script_close(&script);
    return finding;
}
