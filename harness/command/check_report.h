/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check_report.h: what `odamv check` prints on standard output: findings as they come, then counts.
 */
#ifndef CHECK_REPORT_H
#define CHECK_REPORT_H

#include "harness/check/hunt.h"

struct check_report {
    const struct hunt_options *options;
    const char *plugins; /* " --plugin FILE" for every one, to repeat; may be "" */
    bool json;
    size_t findings;
};

/* A hunt_listener; context is the struct check_report. */
void check_report_finding(const struct hunt_record *record, void *context);

/* Operations per kind and engine, how answers were judged, speed. */
void check_report_statistics(const struct check_report *report, const struct hunt_result *result);

/* Required states; false when one was not reached. */
bool check_report_coverage(const struct check_report *report, const struct hunt_result *result);

/* One sentence, where nothing was found and every state was reached: what that rests on. */
void check_report_verdict(const struct check_report *report, const struct hunt_result *result);

#endif
