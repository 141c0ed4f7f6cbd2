/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "harness/check/coverage.h"
#include "harness/ground/json_write.h"
#include "harness/ground/shell.h"

static void finding_json(const struct check_report *report, const struct hunt_record *record)
{
    fputs("{\"finding\": ", stdout);
    json_write_string(stdout, finding_name(record->finding.kind));
    fputs(", \"engine\": ", stdout);
    json_write_string(stdout, report->options->engines[record->engine]->name);
    fputs(", \"text\": ", stdout);
    json_write_string(stdout, record->finding.text);
    printf(
        ", \"seed\": %lu, \"%s\": %lu, \"operations\": %.17g, \"shrunk\": {\"operations\": %zu, "
        "\"m\": %zu, \"n\": %zu, \"d\": %zu, \"p\": %zu, \"threshold\": %zu, \"attempts\": %zu}, "
        "\"repeats\": %s, \"file\": ",
        report->options->generate.seed, record->from_saved ? "saved" : "case", record->number,
        record->operations, record->ops, record->shape.m, record->shape.n, record->shape.d,
        record->shape.p, record->threshold, record->attempts, record->repeats ? "true" : "false");
    json_write_string(stdout, record->file);
    puts("}");
}

/* Of a finding that is not made again by playing its case on its engine. */
static const char *why_not_again(enum finding_kind kind)
{
    if (kind == FINDING_CONTRADICTION)
        return "it takes both engines, and the exact answer decides for neither";
    if (kind == FINDING_LAW)
        return "the exact answers decide for neither side of the law";
    return "alone the case did not fail again";
}

/* What repeats the finding when it is pasted into a shell. */
static void print_command(const struct check_report *report, const struct hunt_record *record)
{
    const struct hunt_options *o = report->options;
    char command[sizeof record->file + 10240] = "odamv replay", number[32];
    bool fits = shell_append(command, sizeof command, record->file) &&
                shell_append(command, sizeof command, "--engine") &&
                shell_append(command, sizeof command, o->engines[record->engine]->name);
    if (!isnan(o->tolerance)) {
        snprintf(number, sizeof number, "%.17g", o->tolerance);
        fits &= shell_append(command, sizeof command, "--tolerance") &&
                shell_append(command, sizeof command, number);
    }
    if (record->finding.kind == FINDING_HANG) {
        snprintf(number, sizeof number, "%.17g", o->limit);
        fits &= shell_append(command, sizeof command, "--limit") &&
                shell_append(command, sizeof command, number);
    }
    if (fits)
        printf("    %s%s\n", command, o->alone ? "" : report->plugins);
    else
        printf("    saved as %s\n", record->file);
}

static void finding_text(const struct check_report *report, const struct hunt_record *record)
{
    const char *engine = report->options->engines[record->engine]->name;
    if (report->options->alone)
        printf("%s, which %s\n", engine, report->options->engines[record->engine]->summary);
    if (record->from_saved)
        printf("%s: %s, in a saved case\n", engine, finding_name(record->finding.kind));
    else
        printf("%s: %s, in case %lu, after %.0f operations\n", engine,
               finding_name(record->finding.kind), record->number, record->operations);
    printf("    %s\n", record->finding.text);
    if (!record->from_saved && record->repeats)
        printf(
            "    shrunk to %zu operations, m = %zu, n = %zu, d = %zu, p = %zu, threshold %zu, in "
            "%zu attempts\n",
            record->ops, record->shape.m, record->shape.n, record->shape.d, record->shape.p,
            record->threshold, record->attempts);
    else if (!record->repeats)
        printf("    not shrunk: %s\n", why_not_again(record->finding.kind));
    if (record->file[0])
        print_command(report, record);
}

void check_report_finding(const struct hunt_record *record, void *context)
{
    struct check_report *report = context;
    report->findings++;
    if (report->json)
        finding_json(report, record);
    else
        finding_text(report, record);
    fflush(stdout);
    if (record->say.text[0])
        say_line("%s", record->say.text);
}

static double operations_of(const struct hunt_tally *tally)
{
    double sum = 0;
    for (int kind = 0; kind < TRACE_KINDS; kind++)
        sum += tally->judged.operations[kind];
    return sum;
}

static double speed(const struct check_report *report, const struct hunt_result *result)
{
    double operations = 0;
    for (size_t e = 0; e < report->options->engine_count; e++)
        operations += operations_of(&result->tally[e]);
    return operations / (result->seconds / 60) / (double)report->options->jobs;
}

static void statistics_json(const struct check_report *report, const struct hunt_result *result)
{
    const struct hunt_options *o = report->options;
    for (size_t e = 0; e < o->engine_count; e++) {
        const struct judge_tally *judged = &result->tally[e].judged;
        fputs("{\"engine\": ", stdout);
        json_write_string(stdout, o->engines[e]->name);
        printf(", \"cases\": %.17g, \"failures\": %.17g, \"declined\": %.17g, \"operations\": {",
               judged->cases, result->tally[e].failures, judged->declined);
        for (int kind = 0; kind < TRACE_KINDS; kind++)
            printf("%s\"%s\": %.17g", kind ? ", " : "", trace_kind_name((enum trace_kind)kind),
                   judged->operations[kind]);
        printf(
            "}, \"refused\": %.17g, \"answers\": %.17g, \"compared_with_oracle\": %.17g, "
            "\"compared_with_engine\": %.17g, \"without_bound\": %.17g, "
            "\"counts_compared\": %.17g, \"log2_bound_per_error\": {\"half\": %d, \"95_percent\": "
            "%d}}\n",
            judged->refused, judged->answers, judged->compared, result->tally[e].agreed,
            judged->unbounded, judged->counted, judge_quantile(judged->slack, 0.5),
            judge_quantile(judged->slack, 0.95));
    }
    printf("{\"summary\": {\"seed\": %lu, \"cases\": %.17g, \"laws\": %.17g, \"findings\": %zu, "
           "\"seconds\": %.6g, \"jobs\": %zu, \"operations_per_minute_and_core\": %.6g, "
           "\"interrupted\": %s}}\n",
           o->generate.seed, result->cases, result->laws, report->findings, result->seconds,
           o->jobs, speed(report, result), result->interrupted ? "true" : "false");
}

static void row(const struct check_report *report, const char *name, const double *values,
                size_t stride)
{
    printf("%-22s", name);
    for (size_t e = 0; e < report->options->engine_count; e++)
        printf(" %12.0f", *(const double *)(const void *)((const char *)values + e * stride));
    putchar('\n');
}

/* Half of the answers have a bound of no more than 2^e times their error, 95 % of them 2^f. */
static void slack_row(const struct check_report *report, const struct hunt_result *result)
{
    printf("%-22s", "bound / error");
    for (size_t e = 0; e < report->options->engine_count; e++) {
        const double *slack = result->tally[e].judged.slack;
        char text[32] = "-";
        if (judge_quantile(slack, 1) >= 0)
            snprintf(text, sizeof text, "2^%d, 2^%d", judge_quantile(slack, 0.5) + 1,
                     judge_quantile(slack, 0.95) + 1);
        printf(" %12s", text);
    }
    puts("   (of half, of 95 %)");
}

/* A bound that is a million times the error is true and says little. */
static void tell_vague(const struct check_report *report, const struct hunt_result *result)
{
    enum { VAGUE = 20 };
    for (size_t e = 0; e < report->options->engine_count; e++) {
        const int half = judge_quantile(result->tally[e].judged.slack, 0.5);
        if (half >= VAGUE)
            printf("%s: half of its bounds are 2^%d times the error or more: true, but of little "
                   "use\n",
                   report->options->engines[e]->name, half);
    }
}

static void statistics_text(const struct check_report *report, const struct hunt_result *result)
{
    const struct hunt_options *o = report->options;
    const size_t stride = sizeof result->tally[0];
    const struct hunt_tally *first = result->tally;
    printf("%-22s", "checked");
    for (size_t e = 0; e < o->engine_count; e++)
        printf(" %12s", o->engines[e]->name);
    putchar('\n');
    for (int kind = 0; kind < TRACE_KINDS; kind++)
        row(report, trace_kind_name((enum trace_kind)kind), &first->judged.operations[kind],
            stride);
    row(report, "refused as they must", &first->judged.refused, stride);
    row(report, "cases", &first->judged.cases, stride);
    row(report, "  failed", &first->failures, stride);
    row(report, "  declined", &first->judged.declined, stride);
    row(report, "answers", &first->judged.answers, stride);
    row(report, "  against exact ones", &first->judged.compared, stride);
    row(report, "  between engines", &first->agreed, stride);
    row(report, "  without a bound", &first->judged.unbounded, stride);
    slack_row(report, result);
    row(report, "counts as predicted", &first->judged.counted, stride);
    tell_vague(report, result);
    printf("%.0f cases, %.0f of them laws, in %.1f s with %zu jobs: %.0f operations per minute and "
           "core; seed %lu\n",
           result->cases, result->laws, result->seconds, o->jobs, speed(report, result),
           o->generate.seed);
}

void check_report_statistics(const struct check_report *report, const struct hunt_result *result)
{
    if (report->json)
        statistics_json(report, result);
    else
        statistics_text(report, result);
}

static void state_json(const struct coverage_state *state)
{
    fputs("{\"state\": ", stdout);
    json_write_string(stdout, state->name);
    fputs(", \"engine\": ", stdout);
    if (state->engine)
        json_write_string(stdout, state->engine);
    else
        fputs("null", stdout);
    printf(", \"count\": %.17g, \"covered\": %s}\n", state->count,
           coverage_holds(state) ? "true" : "false");
}

/* Only what engines declare themselves; the rest is in the table of operations. */
static void state_text(const struct coverage_state *state)
{
    if (state->engine)
        printf("  %s: ", state->engine);
    else
        fputs("  the run: ", stdout);
    printf("%s: %.0f\n", state->name, state->count);
}

bool check_report_coverage(const struct check_report *report, const struct hunt_result *result)
{
    struct coverage_state *states = NULL;
    const size_t count = coverage_states(report->options, result, &states);
    size_t missing = 0;
    for (size_t s = 0; s < count; s++)
        missing += !coverage_holds(states + s);
    if (!report->json)
        printf("%zu of %zu required states reached%s\n", count - missing, count,
               missing ? "; not, or wrongly:" : "");
    for (size_t s = 0; s < count; s++)
        if (report->json)
            state_json(states + s);
        else if (!coverage_holds(states + s))
            state_text(states + s);
    free(states);
    return missing == 0;
}

void check_report_verdict(const struct check_report *report, const struct hunt_result *result)
{
    double answers = 0, compared = 0, agreed = 0;
    for (size_t e = 0; e < report->options->engine_count; e++) {
        answers += result->tally[e].judged.answers;
        compared += result->tally[e].judged.compared;
        agreed += result->tally[e].agreed;
    }
    if (!report->json)
        printf("all right: %.0f of %.0f answers compared with exact ones, %.0f with those of other "
               "engines\n",
               compared, answers, agreed);
}
