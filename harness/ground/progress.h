/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * progress.h: how far a long command is, and the time left.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>

struct progress {
    const char *label; /* borrowed */
    bool shown, allowed;
    double started, next; /* seconds of clock.h */
};

/* Progress is shown only when standard error is a terminal (not a dumb one), after two seconds,
 * four times a second; with `printing`, only when standard output goes elsewhere. `done` of `total`
 * is in any unit; nothing is shown while either is not known (NaN). */
void progress_start(struct progress *progress, const char *label, bool printing);
void progress_step(struct progress *progress, double done, double total);
void progress_end(struct progress *progress);

#endif
