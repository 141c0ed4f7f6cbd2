/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_climb.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/check/climb.h"
#include "harness/check/climb_score.h"
#include "harness/ground/allocate.h"
#include "harness/ground/json_write.h"
#include "harness/ground/shell.h"

static const struct {
    const char *head, *field;
    double share;
} quantiles[] = {
    {"half", "half", 0.5}, {"99 %", "percent_99", 0.99}, {"99.99 %", "percent_99_99", 0.9999}};
enum { QUANTILES = sizeof quantiles / sizeof *quantiles };

static double quantile(const struct climb_result *r, size_t s, int q)
{
    return fmin(climb_score_quantile(&r->tally[s], quantiles[q].share), r->largest[s]);
}

static void print_json(const struct climb_options *o, const struct climb_result *r, size_t s)
{
    char file[4096];
    fputs("{\"engine\": ", stdout);
    json_write_string(stdout, r->subject[s].engine->name);
    fputs(", \"matmul\": ", stdout);
    json_write_string(stdout, r->subject[s].scheme ? r->subject[s].scheme : "classical");
    printf(", \"answers\": %.17g, \"largest\": ", r->tally[s].answers);
    json_write_number(stdout, r->largest[s]);
    for (int q = 0; q < QUANTILES; q++) {
        printf(", \"%s\": ", quantiles[q].field);
        json_write_number(stdout, quantile(r, s, q));
    }
    fputs(", \"file\": ", stdout);
    json_write_string(stdout, climb_file(o, &r->subject[s], file, sizeof file));
    puts("}");
}

static void print_text(const struct climb_result *r, size_t s)
{
    printf("%-22s %-12s %12.0f %9.4f", r->subject[s].engine->name,
           r->subject[s].scheme ? r->subject[s].scheme : "classical", r->tally[s].answers,
           r->largest[s]);
    for (int q = 0; q < QUANTILES; q++)
        printf(" %9.2g", quantile(r, s, q));
    putchar('\n');
}

/* With the command that repeats it, to be pasted into a shell. */
static void print_violation(const struct climb_options *o, const struct climb_subject *subject)
{
    const char *engine = subject->engine->name;
    char file[4096], command[4 * sizeof file + 256] = "odamv replay";
    climb_file(o, subject, file, sizeof file);
    if (shell_append(command, sizeof command, file) &&
        shell_append(command, sizeof command, "--engine") &&
        shell_append(command, sizeof command, engine))
        printf("%s: its bound does not hold\n    %s\n", engine, command);
}

/* How many bounds were violated. */
static size_t print(const struct climb_options *o, const struct climb_result *r, bool json)
{
    size_t violated = 0;
    if (!json) {
        printf("%-22s %-12s %12s %9s", "error / bound", "", "answers", "largest");
        for (int q = 0; q < QUANTILES; q++)
            printf(" %9s", quantiles[q].head);
        putchar('\n');
    }
    for (size_t s = 0; s < r->count; s++) {
        violated += r->largest[s] > 1;
        if (json)
            print_json(o, r, s);
        else
            print_text(r, s);
    }
    for (size_t s = 0; s < r->count && !json; s++)
        if (r->largest[s] > 1)
            print_violation(o, r->subject + s);
    return violated;
}

static void print_summary(const struct climb_options *o, const struct climb_result *r, bool json)
{
    if (json)
        printf("{\"summary\": {\"answers\": %.17g, \"cases\": %.17g, \"chains\": %.17g, "
               "\"seconds\": %.6g, \"seed\": %lu}}\n",
               r->answers, r->cases, r->chains, r->seconds, o->seed);
    else
        printf(
            "%.0f answers of %.0f cases in %.0f chains, in %.1f s with %zu jobs: %.0f answers per "
            "second; seed %lu; the worst cases are in %s\n",
            r->answers, r->cases, r->chains, r->seconds, o->jobs, r->answers / r->seconds, o->seed,
            o->folder);
}

enum status check_climb(const struct climb_options *options, bool json)
{
    struct climb_result *r = allocate_array(1, sizeof *r);
    climb_run(options, r);
    enum status status = r->status;
    if (r->answers > 0) {
        if (print(options, r, json) && status == STATUS_OK)
            status = STATUS_FAILED;
        print_summary(options, r, json);
    }
    if (r->interrupted) {
        say_line("check: interrupted before its end");
        status = status == STATUS_OK ? STATUS_FAILED : status;
    }
    free(r);
    return status;
}
