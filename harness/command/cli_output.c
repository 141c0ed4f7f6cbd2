/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cli_output.c: JSON values, the clock, and progress with the time left.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

void cli_json_number(FILE *stream, double value)
{
    if (isfinite(value))
        fprintf(stream, "%.17g", value);
    else
        fputs("null", stream);
}

void cli_json_string(FILE *stream, const char *text)
{
    putc('"', stream);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            fprintf(stream, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            fprintf(stream, "\\u%04x", c);
        else
            putc(c, stream);
    }
    putc('"', stream);
}

void cli_json_counts(FILE *stream, const struct odamv_counts *c)
{
    for (size_t f = 0; odamv_counts_fields[f]; f++)
        fprintf(stream, "%s\"%s\": %.17g", f ? ", " : "{", odamv_counts_fields[f],
                odamv_counts_field(c, f));
    putc('}', stream);
}

double cli_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void cli_progress_start(struct cli_progress *progress, const char *label, bool printing)
{
    const char *terminal = getenv("TERM");
    double now = cli_seconds();
    *progress = (struct cli_progress){.label = label, .started = now, .next = now + 2.0};
    progress->allowed = isatty(STDERR_FILENO) && !(printing && isatty(STDOUT_FILENO)) && terminal &&
                        strcmp(terminal, "dumb") != 0;
}

void cli_progress_step(struct cli_progress *progress, double done, double total)
{
    double now, left;
    if (!progress->allowed || !(done > 0) || !(total >= done))
        return;
    now = cli_seconds();
    if (now < progress->next)
        return;
    left = (now - progress->started) * (total - done) / done;
    fprintf(stderr, "\r\033[Kodamv: %s: %.0f %%, %.0f s left", progress->label, 100 * done / total,
            ceil(left));
    fflush(stderr);
    progress->shown = true;
    progress->next = now + 0.25;
}

void cli_progress_end(struct cli_progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
    progress->shown = progress->allowed = false;
}
