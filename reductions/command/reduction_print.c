/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "harness/ground/json_write.h"
#include "reduction_options.h"

static void print_rows(const enum verdict *bits, size_t n1, enum verdict which, const char *between)
{
    const char *separator = "";
    for (size_t j = 0; j < n1; j++)
        if (bits[j] == which) {
            printf("%s%zu", separator, j);
            separator = between;
        }
}

void reduction_bits_text(const char *label, size_t count, const enum verdict *bits, size_t n1,
                         const struct bit_summary *summary)
{
    printf("%s %zu: ", label, count);
    print_rows(bits, n1, VERDICT_YES, " ");
    if (!summary->yes)
        putchar('-');
    if (summary->undecided) {
        printf("; undecided: ");
        print_rows(bits, n1, VERDICT_UNDECIDED, " ");
    }
    if (summary->contradictory) {
        printf("; contradictory: ");
        print_rows(bits, n1, VERDICT_CONTRADICTORY, " ");
    }
    putchar('\n');
}

/* What the largest error has to stay below, or null: no bit was decoded. */
static void print_margin(const struct bit_summary *summary)
{
    printf("\"margin\": ");
    json_write_number(stdout, summary->half_gap > 0 ? summary->half_gap : NAN);
    printf(", \"bound\": ");
    json_write_number(stdout, summary->half_gap > 0 ? summary->error : NAN);
}

void reduction_bits_json(const char *label, size_t count, const enum verdict *bits, size_t n1,
                         const struct bit_summary *summary)
{
    printf("{\"%s\": %zu, \"rows\": [", label, count);
    print_rows(bits, n1, VERDICT_YES, ", ");
    printf("], \"undecided\": [");
    print_rows(bits, n1, VERDICT_UNDECIDED, ", ");
    printf("], \"contradictory\": [");
    print_rows(bits, n1, VERDICT_CONTRADICTORY, ", ");
    printf("], ");
    print_margin(summary);
}

void reduction_bit_text(const char *label, size_t number, enum verdict bit)
{
    static const char *const words[] = {[VERDICT_NO] = "0",
                                        [VERDICT_YES] = "1",
                                        [VERDICT_UNDECIDED] = "undecided",
                                        [VERDICT_CONTRADICTORY] = "contradictory"};
    printf("%s %zu: %s\n", label, number, words[bit]);
}

void reduction_bit_json(const char *label, size_t number, enum verdict bit,
                        const struct bit_summary *summary)
{
    static const char *const words[] = {[VERDICT_NO] = "0",
                                        [VERDICT_YES] = "1",
                                        [VERDICT_UNDECIDED] = "null",
                                        [VERDICT_CONTRADICTORY] = "null"};
    printf("{\"%s\": %zu, \"bit\": %s, \"contradictory\": %s, ", label, number, words[bit],
           bit == VERDICT_CONTRADICTORY ? "true" : "false");
    print_margin(summary);
}

static size_t bits_of(const struct bit_summary *t)
{
    return t->yes + t->no + t->undecided + t->contradictory;
}

void reduction_outcome_text(const struct setting *setting, const struct outcome *outcome)
{
    const struct bit_summary *t = &outcome->total;
    const struct verify_result *v = &outcome->verified;
    printf("bits: %zu YES, %zu NO, %zu undecided, %zu contradictory", t->yes, t->no, t->undecided,
           t->contradictory);
    if (t->half_gap > 0)
        printf("; largest certified error %.3g, to stay below %.3g", t->error, t->half_gap);
    putchar('\n');
    if (setting->baseline)
        printf("direct product by %s: %zu of %zu bits differ; hints %.3g s, columns %.3g s\n",
               setting->baseline->name, v->wrong, bits_of(t), v->hint_seconds, v->column_seconds);
    printf("threshold: %zu pending updates on %zu keys", outcome->threshold, outcome->keys);
    if (isnan(outcome->a))
        puts("");
    else
        printf(", a = %.4g\n", outcome->a);
}

void reduction_outcome_json(const struct setting *setting, const struct outcome *outcome)
{
    const struct bit_summary *t = &outcome->total;
    const struct verify_result *v = &outcome->verified;
    printf("\"engine\": ");
    json_write_string(stdout, setting->engine->name);
    printf(", \"keys\": %zu, \"threshold\": %zu, \"a\": ", outcome->keys, outcome->threshold);
    json_write_number(stdout, outcome->a);
    printf(", \"yes\": %zu, \"no\": %zu, \"undecided\": %zu, \"contradictory\": %zu, ", t->yes,
           t->no, t->undecided, t->contradictory);
    print_margin(t);
    if (setting->baseline)
        printf(", \"verified_by\": \"%s\", \"agrees\": %s, \"wrong\": %zu, "
               "\"direct_hint_seconds\": %.9g, \"direct_column_seconds\": %.9g",
               setting->baseline->name, v->wrong ? "false" : "true", v->wrong, v->hint_seconds,
               v->column_seconds);
    else
        printf(", \"verified_by\": null, \"agrees\": null");
}

void reduction_phase_head(void)
{
    printf("\n%-10s %10s %9s %9s %12s %15s", "phase", "seconds", "updates", "queries", "operations",
           "theorem, mults");
}

void reduction_phase_text(const struct phase *phase, const char *name, double theorem)
{
    printf("%-10s %10.3g %9zu %9zu ", name, phase->seconds, phase->updates, phase->queries);
    if (phase->counted)
        printf("%12.5g ", odamv_counts_operations(&phase->counts));
    else
        printf("%12s ", "-");
    if (isnan(theorem))
        printf("%15s", "-");
    else
        printf("%15.5g", theorem);
}

void reduction_phase_json(const struct phase *phase, const char *name, double theorem, double own)
{
    printf("{\"phase\": \"%s\", \"seconds\": ", name);
    json_write_number(stdout, phase->seconds);
    printf(", \"updates\": %zu, \"queries\": %zu, \"theorem_multiplications\": ", phase->updates,
           phase->queries);
    json_write_number(stdout, theorem);
    printf(", \"theorem_at_threshold\": ");
    json_write_number(stdout, own);
    printf(", \"counts\": ");
    if (phase->counted)
        json_write_counts(stdout, &phase->counts);
    else
        printf("null");
    putchar('}');
}

enum status reduction_outcome_status(const struct cli *cli, const struct setting *setting,
                                     const struct outcome *outcome, const char *wrong_place)
{
    const char *command = cli->spec->command;
    const struct bit_summary *t = &outcome->total;
    size_t wrong = outcome->verified.wrong;
    if (!t->yes || !t->no)
        say_line("%s: no bit is %s: this run says nothing about such bits", command,
                 t->yes  ? "NO"
                 : t->no ? "YES"
                         : "YES and none NO");
    if (wrong)
        say_line("%s: %zu bits differ from the product by %s, the first in row %zu of %s", command,
                 wrong, setting->baseline->name, outcome->verified.wrong_row, wrong_place);
    if (t->undecided)
        say_line("%s: %zu bits undecided: the certified error is %.3g, expected below %.3g",
                 command, t->undecided, t->error, t->half_gap);
    if (t->contradictory)
        say_line("%s: %zu bits contradict the bounds that %s certified", command, t->contradictory,
                 setting->engine->name);
    return wrong || t->undecided || t->contradictory ? STATUS_FAILED : STATUS_OK;
}
