/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sandbox.c: the parent's side: shared memory, the time limit, how the child ended.
 */
#include "sandbox.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engines/numerics/clock.h"
#include "sandbox_child.h"
#include "script.h"

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

/* Waits until the child's end of the pipe closes, which it does however the child ends. */
static bool ends_within(int pipe_end, double limit)
{
    const double until = clock_seconds() + limit;
    for (;;) {
        const double left = until - clock_seconds();
        struct pollfd wait = {.fd = pipe_end, .events = POLLIN};
        const int ready = left > 0 ? poll(&wait, 1, (int)(1000 * left) + 1) : 0;
        if (ready > 0)
            return true;
        if (ready == 0)
            return false;
        if (errno != EINTR)
            return false;
    }
}

static void conclude(struct sandbox *box, pid_t child, bool in_time)
{
    int status = 0;
    pid_t ended = in_time ? 0 : waitpid(child, &status, WNOHANG);
    if (!in_time && ended == 0) {
        kill(-child, SIGKILL);
        kill(child, SIGKILL);
    }
    while (ended == 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    box->code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    if (!in_time && ended == 0)
        box->end = SANDBOX_HUNG;
    else if (WIFSIGNALED(status))
        box->end = SANDBOX_CRASHED;
    else
        box->end = box->report->phase == PHASE_DONE ? SANDBOX_RAN : SANDBOX_EXITED;
}

bool sandbox_play(struct sandbox *box, const struct odamv_engine *engine,
                  const struct check_case *c, const struct script *script, double limit)
{
    int ends[2];
    pid_t child;
    if (!make_room(box, script) || pipe(ends) != 0)
        return false;
    child = fork();
    if (child == 0) {
        close(ends[0]);
        sandbox_child(box, engine, c, script);
    }
    close(ends[1]);
    if (child > 0)
        conclude(box, child, ends_within(ends[0], limit));
    close(ends[0]);
    return child > 0;
}
