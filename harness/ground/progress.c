/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engines/numerics/clock.h"

void progress_start(struct progress *progress, const char *label, bool printing)
{
    const char *terminal = getenv("TERM");
    double now = clock_seconds();
    *progress = (struct progress){.label = label, .started = now, .next = now + 2.0};
    progress->allowed = isatty(STDERR_FILENO) && !(printing && isatty(STDOUT_FILENO)) && terminal &&
                        strcmp(terminal, "dumb") != 0;
}

void progress_step(struct progress *progress, double done, double total)
{
    double now, left;
    if (!progress->allowed || !(done > 0) || !(total >= done))
        return;
    now = clock_seconds();
    if (now < progress->next)
        return;
    left = (now - progress->started) * (total - done) / done;
    fprintf(stderr, "\r\033[Kodamv: %s: %.0f %%, %.0f s left", progress->label, 100 * done / total,
            ceil(left));
    fflush(stderr);
    progress->shown = true;
    progress->next = now + 0.25;
}

void progress_end(struct progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
    progress->shown = progress->allowed = false;
}
