/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every engine that is wrong on purpose is caught, shrunk and saved; and the corpus, one saved case
 * for each of them, fails on its saboteur and on no engine of the library. SEED (default 1).
 */
#include "harness/check/hunt.h"
#include "harness/check/hunt_save.h"
#include "harness/saboteurs/saboteurs.h"

#include <errno.h>
#include <math.h>

#include "harness/check/test/seeded.h"
#include "harness/ground/test/files.h"

static struct say say;

/* The same in this process and its children. */
static char *folder(void)
{
    static char name[4200];
    if (!name[0])
        snprintf(name, sizeof name, "%s-folder", file_name());
    return name;
}

struct caught {
    size_t count, ops;
    const struct hunt_options *options;
};

/* The saved case is the one that the record is about, and it fails. */
static void check_record(const struct hunt_record *record, void *context)
{
    struct caught *caught = context;
    struct judge_tally tally = {0};
    struct examiner examiner;
    struct check_case c;
    assert_true(record->repeats);
    if (strncmp(caught->options->engines[record->engine]->name, "wrong-nan", 9) == 0)
        assert_int_equal(record->finding.kind, FINDING_NO_ANSWER);
    if (case_read(&c, record->file, &say) != STATUS_OK)
        fail_msg("%s", say.text);
    assert_int_equal(c.count, record->ops);
    examiner_open(&examiner, 60, (double)NAN, false);
    assert_int_equal(
        examine_alone(&examiner, caught->options->engines[record->engine], &c, &tally).kind,
        record->finding.kind);
    examiner_close(&examiner);
    case_close(&c);
    caught->count++;
    caught->ops += record->ops;
}

static void all_are_caught(void **state)
{
    const struct odamv_engine *engines[HUNT_ENGINES_MAX];
    struct hunt_options options = {.engines = engines,
                                   .alone = true,
                                   .generate = {.seed = seeded_number("SEED", 1), .largest = 257},
                                   .cases = 20000,
                                   .seconds = (double)INFINITY,
                                   .limit = 60,
                                   .tolerance = (double)NAN,
                                   .sample = 8,
                                   .budget = HUNT_BUDGET,
                                   .jobs = 2,
                                   .folder = folder()};
    struct caught caught = {.options = &options};
    struct hunt_result *result = calloc(1, sizeof *result);
    (void)state;
    assert_non_null(result);
    options.engine_count = saboteurs_all(engines, HUNT_ENGINES_MAX);
    assert_true(options.engine_count >= 25);
    hunt_run(&options, check_record, &caught, result);
    for (size_t e = 0; e < options.engine_count; e++)
        if (result->tally[e].failures == 0)
            fail_msg("%s was not caught", engines[e]->name);
    print_message("%zu saboteurs caught in %.1f s, shrunk to %zu operations in all\n", caught.count,
                  result->seconds, caught.ops);
    assert_int_equal(caught.count, options.engine_count);
    free(result);
}

static enum finding_kind find_in(struct examiner *examiner, const struct odamv_engine *engine,
                                 const struct check_case *all)
{
    struct judge_tally tally = {0};
    enum finding_kind kind;
    struct check_case c;
    case_copy(&c, all);
    if (!engine->set_q)
        case_without_q_updates(&c);
    kind = examine_alone(examiner, engine, &c, &tally).kind;
    case_close(&c);
    return kind;
}

/* harness/test/corpus/NAME.trace, for every saboteur NAME. */
static void the_corpus_tells_right_from_wrong(void **state)
{
    const struct odamv_engine *engines[HUNT_ENGINES_MAX];
    const size_t count = saboteurs_all(engines, HUNT_ENGINES_MAX);
    struct examiner examiner;
    (void)state;
    examiner_open(&examiner, 60, (double)NAN, false);
    for (size_t s = 0; s < count; s++) {
        struct check_case c;
        char file[256];
        snprintf(file, sizeof file, "harness/test/corpus/%s.trace", engines[s]->name);
        if (case_read(&c, file, &say) != STATUS_OK)
            fail_msg("%s (run from the top folder)", say.text);
        if (find_in(&examiner, engines[s], &c) == FINDING_NONE)
            fail_msg("%s: %s does not fail", file, engines[s]->name);
        for (size_t e = 0; odamv_engines[e]; e++)
            if (find_in(&examiner, odamv_engines[e], &c) != FINDING_NONE)
                fail_msg("%s: %s fails", file, odamv_engines[e]->name);
        assert_int_equal(find_in(&examiner, &saboteur_none, &c), FINDING_NONE);
        case_close(&c);
    }
    examiner_close(&examiner);
}

static int remove_folder(void **state)
{
    char command[4300];
    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", folder());
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(all_are_caught, remove_folder),
        cmocka_unit_test(the_corpus_tells_right_from_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
