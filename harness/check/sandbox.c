/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sandbox.c: the parent's side: shared memory, and how the child ended.
 */
#include "sandbox.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "apart.h"
#include "sandbox_child.h"
#include "script.h"
#include "standin.h"

void sandbox_open(struct sandbox *box, bool loud)
{
    *box = (struct sandbox){.loud = loud};
}

void sandbox_close(struct sandbox *box)
{
    if (box->shared)
        munmap(box->shared, box->size);
    *box = (struct sandbox){0};
}

/* Report, statuses and answers, one slot more than there are answers. */
static bool make_room(struct sandbox *box, const struct script *script)
{
    const size_t statuses = (sizeof(struct sandbox_report) + 63) / 64 * 64;
    const size_t answers = statuses + (script->count * sizeof(enum odamv_status) + 63) / 64 * 64;
    const size_t size = answers + (script->first[script->count] + 1) * sizeof(struct odamv_answer);
    if (size > box->size) {
        void *shared =
            mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (shared == MAP_FAILED)
            return false;
        if (box->shared)
            munmap(box->shared, box->size);
        box->shared = shared;
        box->size = 2 * size;
    }
    box->statuses_at = statuses;
    box->answers_at = answers;
    box->report = box->shared;
    box->statuses = (const void *)((char *)box->shared + statuses);
    box->answers = (const void *)((char *)box->shared + answers);
    memset(box->shared, 0, sizeof(struct sandbox_report));
    return true;
}

static void conclude(struct sandbox *box, const struct apart *apart)
{
    const int status = apart->status;
    box->code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    if (!apart->in_time)
        box->end = SANDBOX_HUNG;
    else if (WIFSIGNALED(status))
        box->end = SANDBOX_CRASHED;
    else
        box->end = box->report->phase == PHASE_DONE ? SANDBOX_RAN : SANDBOX_EXITED;
}

bool sandbox_play(struct sandbox *box, const struct odamv_engine *engine,
                  const struct check_case *c, const struct script *script, double limit)
{
    struct apart apart;
    if (!make_room(box, script))
        return false;
    if (apart_start(&apart, standin_file(engine) != NULL) == 0)
        sandbox_child(box, engine, c, script);
    if (apart.process < 0)
        return false;
    apart_end(&apart, limit);
    conclude(box, &apart);
    return true;
}
