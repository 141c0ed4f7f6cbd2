/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox_process.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/ground/process_state.h"

enum { CLOSELY = 8, SELDOM = 16 };

/* The process plays one case only. */
static struct process_state *before;
static size_t calls;

/* What an engine's helpers would otherwise keep open when the process has ended. */
static void close_files(void)
{
#ifdef SYS_close_range
    if (syscall(SYS_close_range, 3u, ~0u, 0u) == 0)
        return;
#endif
    for (int file = 3; file < 1024; file++)
        close(file);
}

void sandbox_process_prepare(bool loud, void (*on_fault)(int, siginfo_t *, void *))
{
    const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    const struct rlimit none = {0, 0};
    close_files();
    setrlimit(RLIMIT_CORE, &none);
    for (size_t s = 0; s < sizeof signals / sizeof *signals; s++) {
        struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
        sigaction(signals[s], &action, NULL);
    }
    if (!loud) {
        const int null = open("/dev/null", O_WRONLY);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
    } else
        dup2(STDERR_FILENO, STDOUT_FILENO); /* standard output is for data */
    mallopt(M_PERTURB, 0x80);               /* fresh memory is 0x7f bytes: 1.4e306 */
    before = process_state_take();
}

bool sandbox_process_is_kept(struct sandbox_report *report, const char *call, bool foreign,
                             bool whole)
{
    char what[256];
    calls++;
    whole |= calls <= CLOSELY || calls % SELDOM == 0;
    if (!process_state_changed(before, foreign && whole, what, sizeof what))
        return true;
    process_state_restore(before);
    report->changed = true;
    say_fail(&report->say, STATUS_BAD, "%s changed %s", call, what);
    return false;
}
