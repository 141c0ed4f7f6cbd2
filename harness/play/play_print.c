/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "play_print.h"

#include <stdio.h>

#include "harness/ground/json_write.h"

void play_print_text(const struct play *play, const struct trace_op *op)
{
    for (size_t t = 0; t < play->answer_count; t++) {
        const struct trace_place at = trace_place(op, t);
        printf("%zu %s %zu %zu %.17g +- %.17g\n", op->line, trace_kind_name(op->kind), at.i, at.j,
               play->answers[t].value, play->answers[t].bound);
    }
}

void play_print_json(const struct play *play, const struct trace_op *op)
{
    const struct odamv_answer *answers = play->answers;
    printf("{\"op\": %zu, \"kind\": \"%s\"", op->line, trace_kind_name(op->kind));
    if (trace_forms[op->kind].first)
        printf(", \"i\": %zu", op->i);
    if (trace_forms[op->kind].second)
        printf(", \"j\": %zu", op->j);
    if (op->kind == TRACE_QUERY) {
        fputs(", \"value\": ", stdout);
        json_write_number(stdout, answers->value);
        fputs(", \"bound\": ", stdout);
        json_write_number(stdout, answers->bound);
        puts("}");
        return;
    }
    for (int bounds = 0; bounds < 2; bounds++) {
        fputs(bounds ? "], \"bounds\": [" : ", \"values\": [", stdout);
        for (size_t t = 0; t < play->answer_count; t++) {
            fputs(t ? ", " : "", stdout);
            json_write_number(stdout, bounds ? answers[t].bound : answers[t].value);
        }
    }
    puts("]}");
}

void play_print_stats(const struct play *play, bool json)
{
    if (json)
        printf("{\"summary\": {\"updates\": %.17g, \"queries\": %.17g, \"engines\": [",
               play->updates, play->queries);
    else
        printf("# updates %.17g queries %.17g\n", play->updates, play->queries);
    for (size_t e = 0; e < play->count; e++) {
        const struct odamv_engine *engine = play->engines[e];
        struct odamv_counts counts = {0};
        if (engine->stats)
            engine->stats(play->states[e], &counts);
        fputs(json ? (e ? ", {\"engine\": " : "{\"engine\": ") : "# counted ", stdout);
        if (json)
            json_write_string(stdout, engine->name);
        else
            printf("%s", engine->name);
        fputs(json ? ", \"counts\": " : " ", stdout);
        if (engine->stats)
            json_write_counts(stdout, &counts);
        else
            fputs("null", stdout);
        fputs(json ? "}" : "\n", stdout);
    }
    if (json)
        puts("]}}");
}
