/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * apart.h: a child process that others' code runs in, waited for at most so long.
 *
 * What is waited for is the process itself, not a pipe that others may hold open; when it has ended,
 * or time is over, everything in its process group is killed. With a keeper there is a process
 * between, which ends as its child does: code that ends its parent ends that.
 */
#ifndef APART_H
#define APART_H

#include <stdbool.h>
#include <sys/types.h>

struct apart {
    pid_t process; /* -1: none could be started, errno says why */
    bool in_time;  /* by apart_end: it ended by itself */
    int status;    /* likewise: as of waitpid */
};

/* As fork: 0 in the child, whose process group is a new one. */
pid_t apart_start(struct apart *apart, bool keeper);

/* Waits for its end, kills it after `limit` seconds, and its group in any case. */
void apart_end(struct apart *apart, double limit);

#endif
