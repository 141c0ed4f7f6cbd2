/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apart.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engines/numerics/clock.h"

/* Ends as the child does. */
static _Noreturn void keep(pid_t child)
{
    const struct rlimit none = {0, 0};
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFSIGNALED(status)) {
        setrlimit(RLIMIT_CORE, &none);
        signal(WTERMSIG(status), SIG_DFL);
        raise(WTERMSIG(status));
    }
    _exit(WEXITSTATUS(status));
}

pid_t apart_start(struct apart *apart, bool keeper)
{
    *apart = (struct apart){.process = fork()};
    if (apart->process > 0)
        setpgid(apart->process, apart->process); /* here and there: whoever comes first */
    if (apart->process != 0)
        return apart->process;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);
    if (keeper) {
        const pid_t child = fork();
        if (child != 0)
            keep(child);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    }
    return 0;
}

/* A file that can be read once the process has ended; -1 where Linux is older than 5.3. */
static int open_process(pid_t process)
{
#ifdef SYS_pidfd_open
    return (int)syscall(SYS_pidfd_open, process, 0);
#else
    (void)process;
    return -1;
#endif
}

static bool has_ended(pid_t process)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)process, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == process;
}

/* Until it has ended, or for so many seconds. */
static void await(int file, double seconds)
{
    const struct timespec moment = {0, 500000};
    struct pollfd wait = {.fd = file, .events = POLLIN};
    if (file >= 0)
        poll(&wait, 1, (int)(1000 * seconds) + 1);
    else
        nanosleep(&moment, NULL);
}

void apart_end(struct apart *apart, double limit)
{
    const double until = clock_seconds() + limit;
    const int file = open_process(apart->process);
    double left = limit;
    while (!(apart->in_time = has_ended(apart->process)) && left > 0) {
        await(file, left);
        left = until - clock_seconds();
    }
    kill(-apart->process, SIGKILL);
    kill(apart->process, SIGKILL);
    while (waitpid(apart->process, &apart->status, 0) < 0 && errno == EINTR)
        ;
    if (file >= 0)
        close(file);
}
