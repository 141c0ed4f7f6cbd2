/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * reduction_options.h: what the commands that run a reduction share: options of the engine under it
 * and of the comparison, and the printing of bits, phases and outcomes.
 */
#ifndef REDUCTION_OPTIONS_H
#define REDUCTION_OPTIONS_H

#include "harness/command/cli.h"
#include "reductions/outcome.h"

struct reduction_options {
    struct cli_engines engines;
    struct cli_tuning tuning;
    struct setting setting; /* by reduction_options_check */
    const struct baseline *baseline;
    bool no_verify, json;
};

/* The lines of a command's table, from position `first` on, as with CLI_TUNING_TABLE. */
#define REDUCTION_OPTIONS (5 + CLI_TUNING_OPTIONS)
#define REDUCTION_TABLE(first)                                                                     \
    [(first)] = {"engine", "E", "answer with engine E (default: lazy)"},                           \
    [(first) + 1] = {"plugin", "FILE", "load an engine from a shared object"},                     \
    [(first) + 2] = {"verify", "B", "compare with the direct product by B: graphblas or bits"},    \
    [(first) + 3] = {"no-verify", NULL, "do not compare"},                                         \
    [(first) + 4] = {"json", NULL, "print JSON Lines: one object per answer, then a summary"},     \
    CLI_TUNING_TABLE((first) + 5)

/* Option number `option` of a table with REDUCTION_TABLE(first). */
void reduction_options_option(struct reduction_options *reduction, struct cli *cli, int option,
                              int first);

/* After the last option: one engine, `lazy` by default, and the rest of the setting. False: a
 * message was printed, stop is set. */
bool reduction_options_check(struct reduction_options *reduction, struct cli *cli);

/* --- output ----------------------------------------------------------------------------------- */

/* One answer of n1 bits, `count` being its number. In text "LABEL COUNT: rows"; in JSON an object
 * that the caller ends: {"LABEL": COUNT, "rows": [...], ..., "bound": E */
void reduction_bits_text(const char *label, size_t count, const enum verdict *bits, size_t n1,
                         const struct bit_summary *summary);
void reduction_bits_json(const char *label, size_t count, const enum verdict *bits, size_t n1,
                         const struct bit_summary *summary);

/* One bit that was asked for alone. The JSON object stays open. */
void reduction_bit_text(const char *label, size_t number, enum verdict bit);
void reduction_bit_json(const char *label, size_t number, enum verdict bit,
                        const struct bit_summary *summary);

/* Bits, threshold and comparison: two or three lines; in JSON fields that end without a comma. */
void reduction_outcome_text(const struct setting *setting, const struct outcome *outcome);
void reduction_outcome_json(const struct setting *setting, const struct outcome *outcome);

/* A table of phases: its head; one line without its end; NaN as "-". In JSON an object. */
void reduction_phase_head(void);
void reduction_phase_text(const struct phase *phase, const char *name, double theorem);
void reduction_phase_json(const struct phase *phase, const char *name, double theorem, double own);

/* Messages on bits that are missing, wrong, undecided or contradictory, and the exit status.
 * wrong_place says where the first wrong bit is. */
enum status reduction_outcome_status(const struct cli *cli, const struct setting *setting,
                                     const struct outcome *outcome, const char *wrong_place);

#endif
