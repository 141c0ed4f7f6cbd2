/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_run.h"

#include <stdio.h>
#include <stdlib.h>

#include "check_report.h"
#include "cli.h"
#include "harness/check/hunt_save.h"
#include "harness/check/power.h"
#include "harness/ground/allocate.h"
#include "harness/ground/json_write.h"

/* Failures of the past come first. */
static enum status find_saved(struct check_job *job, char ***saved)
{
    struct hunt_options *o = &job->hunt;
    struct say say;
    enum status status = STATUS_OK;
    if (job->corpus)
        status = hunt_saved(job->corpus, true, saved, &o->saved_count, &say);
    if (status == STATUS_OK)
        status = hunt_saved(o->folder, false, saved, &o->saved_count, &say);
    if (status != STATUS_OK)
        say_line("check: %s", say.text);
    o->saved = (const char *const *)*saved;
    return status;
}

enum status check_run(struct check_job *job)
{
    struct check_report report = {
        .options = &job->hunt, .plugins = job->plugins, .json = job->json};
    struct hunt_result *result = allocate_array(1, sizeof *result);
    char **saved = NULL;
    bool fine;
    enum status status = find_saved(job, &saved);
    if (status == STATUS_OK) {
        hunt_run(&job->hunt, check_report_finding, &report, result);
        status = result->status;
        check_report_statistics(&report, result);
        if (result->interrupted)
            say_line("check: interrupted before its end");
        fine = status == STATUS_OK && !result->interrupted && !report.findings &&
               check_report_coverage(&report, result);
        if (fine)
            check_report_verdict(&report, result);
        else if (status == STATUS_OK)
            status = STATUS_FAILED;
    }
    for (size_t s = 0; s < job->hunt.saved_count; s++)
        free(saved[s]);
    free(saved);
    free(result);
    return status;
}

/* Whether every saboteur was caught; those that were not are named. */
static bool all_caught(const struct check_job *job, const struct hunt_result *result)
{
    size_t missed = 0;
    for (size_t e = 0; e < job->hunt.engine_count; e++)
        if (result->tally[e].failures == 0) {
            say_line("check: %s was not caught: %s", job->hunt.engines[e]->name,
                     job->hunt.engines[e]->summary);
            missed++;
        }
    if (job->json)
        printf("{\"summary\": {\"saboteurs\": %zu, \"caught\": %zu, \"seconds\": %.6g, \"seed\": "
               "%lu}}\n",
               job->hunt.engine_count, job->hunt.engine_count - missed, result->seconds,
               job->hunt.generate.seed);
    else
        printf("%zu of %zu saboteurs caught in %.1f s; seed %lu\n", job->hunt.engine_count - missed,
               job->hunt.engine_count, result->seconds, job->hunt.generate.seed);
    return missed == 0;
}

enum status check_run_saboteurs(struct check_job *job)
{
    struct check_report report = {.options = &job->hunt, .plugins = "", .json = job->json};
    struct hunt_result *result = allocate_array(1, sizeof *result);
    enum status status;
    hunt_run(&job->hunt, check_report_finding, &report, result);
    status = result->status;
    if (!all_caught(job, result) && status == STATUS_OK)
        status = STATUS_FAILED;
    free(result);
    return status;
}

static void print_power(const struct check_job *job, const struct odamv_engine *engine,
                        const struct power_result *r)
{
    const char *kind = trace_kind_name(r->kind);
    if (job->json) {
        fputs("{\"engine\": ", stdout);
        json_write_string(stdout, engine->name);
        printf(", \"kind\": \"%s\", \"n\": %zu, \"d\": %zu, \"operations\": %zu, \"seed\": %lu, "
               "\"places\": %zu, \"never_caught\": %zu, \"caught_half\": ",
               kind, job->n, job->d, job->operations, job->hunt.generate.seed, r->places,
               r->missed);
        json_write_number(stdout, r->median);
        fputs(", \"caught_95_percent\": ", stdout);
        json_write_number(stdout, r->most);
        puts("}");
        return;
    }
    printf("%-10s %-10s %12.2g %12.2g %10zu\n", engine->name, kind, r->median, r->most, r->missed);
}

/* What a check of that size would have noticed. */
enum status check_run_power(const struct check_job *job)
{
    if (!job->json)
        printf(
            "# an update falls short by delta at one of %lu random places; m = n = %zu, d = p = "
            "%zu, %zu operations, seed %lu\n"
            "# smallest delta caught: at half of the places, at 95 %%; places where not even 1 is\n"
            "%-10s %-10s %12s %12s %10s\n",
            job->hunt.cases, job->n, job->d, job->operations, job->hunt.generate.seed, "engine",
            "of", "half", "95 %", "never");
    for (size_t e = 0; e < job->hunt.engine_count; e++) {
        const struct power_options power = {.engine = job->hunt.engines[e],
                                            .shape = {job->n, job->n, job->d, job->d},
                                            .operations = job->operations,
                                            .places = job->hunt.cases,
                                            .sample = job->hunt.sample,
                                            .budget = job->hunt.budget,
                                            .jobs = job->hunt.jobs,
                                            .seed = job->hunt.generate.seed,
                                            .limit = job->hunt.limit};
        struct power_result results[3];
        size_t count;
        if (!power_measure(&power, results, &count))
            return STATUS_MACHINE;
        for (size_t r = 0; r < count; r++)
            print_power(job, job->hunt.engines[e], results + r);
        fflush(stdout);
    }
    return STATUS_OK;
}
