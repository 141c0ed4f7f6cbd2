/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Hunts and laws: right engines have no findings, wrong ones break every law, a hunt that is killed
 * leaves whole files. SEED (default 1), CASES (default 300).
 */
#include "harness/check/hunt.h"
#include "harness/check/hunt_save.h"
#include "harness/check/laws.h"
#include "harness/saboteurs/saboteurs.h"

#include <dirent.h>
#include <math.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "harness/check/script.h"
#include "harness/check/test/seeded.h"
#include "harness/ground/test/files.h"

static struct say say;

/* --- right and wrong engines ----------------------------------------------------------------- */

static size_t findings;

static void count_finding(const struct hunt_record *record, void *context)
{
    const struct hunt_options *options = context;
    findings++;
    print_message("%s: %s: %s, seed %lu, case %lu\n", options->engines[record->engine]->name,
                  finding_name(record->finding.kind), record->finding.text, options->generate.seed,
                  record->number);
}

/* The same in this process and its children. */
static char *folder(void)
{
    static char name[4200];
    if (!name[0])
        snprintf(name, sizeof name, "%s-folder", file_name());
    return name;
}

static int remove_folder(void **state)
{
    char command[4300];
    snprintf(command, sizeof command, "rm -rf '%s'", folder());
    remove_file(state);
    return system(command);
}

static struct hunt_options hunt_with(const struct odamv_engine **engines)
{
    return (struct hunt_options){.engines = engines,
                                 .generate = seeded_options(),
                                 .seconds = (double)INFINITY,
                                 .limit = 60,
                                 .tolerance = (double)NAN,
                                 .sample = 8,
                                 .budget = HUNT_BUDGET,
                                 .jobs = 1,
                                 .folder = folder()};
}

static void right_engines_have_no_findings(void **state)
{
    const struct odamv_engine *engines[16] = {&saboteur_none};
    struct hunt_options options = hunt_with(engines);
    struct hunt_result *result = calloc(1, sizeof *result);
    (void)state;
    assert_non_null(result);
    options.cases = seeded_number("CASES", 300);
    options.engine_count = 1;
    for (size_t e = 0; odamv_engines[e]; e++)
        engines[options.engine_count++] = odamv_engines[e];
    findings = 0;
    hunt_run(&options, count_finding, &options, result);
    assert_int_equal(result->status, 0);
    assert_int_equal(findings, 0);
    assert_true(result->cases == (double)options.cases && result->laws > 0);
    for (size_t e = 0; e < options.engine_count; e++) {
        assert_true(result->tally[e].judged.cases == result->cases);
        assert_true(result->tally[e].judged.compared > 10 * result->cases);
    }
    free(result);
}

/* An engine that is wrong only where the oracle is not asked: at the end of row queries. Another
 * engine shows it (in the first 7 cases, which are no laws), and so does a law. */
static void what_the_oracle_does_not_see_is_seen(void **state)
{
    const struct odamv_engine *engines[] = {saboteur_find("wrong-row-end"),
                                            odamv_engine_find("direct")};
    struct hunt_result *result = calloc(2, sizeof *result);
    struct hunt_options options = hunt_with(engines);
    (void)state;
    assert_non_null(result);
    options.budget = 0; /* for no answer */
    options.generate.seed = 1;
    options.engine_count = 1;
    options.cases = 7;
    findings = 0;
    hunt_run(&options, count_finding, &options, result);
    assert_int_equal(findings, 0);
    engines[1] = engines[0];
    engines[0] = odamv_engine_find("direct");
    options.engine_count = 2;
    hunt_run(&options, count_finding, &options, result);
    assert_int_equal(findings, 1);
    assert_true(result->tally[0].failures == 0 && result->tally[1].failures > 0);
    engines[0] = engines[1];
    options.engine_count = 1;
    options.cases = 200;
    findings = 0;
    hunt_run(&options, count_finding, &options, result + 1);
    assert_true(findings > 0 && result[1].laws > 0);
    free(result);
}

/* --- laws ------------------------------------------------------------------------------------ */

enum { LAWS = 8 };

/* Plays the laws alone, the oracle asked about nothing, and counts which are broken. */
static size_t break_laws(const struct odamv_engine *engine, unsigned long cases,
                         const char *names[LAWS], size_t broken[LAWS])
{
    const struct generate_options options = seeded_options();
    struct examiner examiner;
    size_t sum = 0;
    examiner_open(&examiner, 60, (double)NAN, false);
    for (unsigned long number = 0; number < cases; number++) {
        struct judge_tally tally = {0};
        const struct truth nothing = {0};
        struct law_case law;
        struct script script;
        size_t l = 0;
        law_open(&law, &options, number);
        while (l < LAWS && names[l] && strcmp(names[l], law.name) != 0)
            l++;
        assert_true(l < LAWS);
        names[l] = law.name;
        script_open(&script, &law.c);
        if (examine_case(&examiner, engine, &law.c, &script, &nothing, &tally).kind ==
                FINDING_NONE &&
            law_judge(&law, &examiner, &script).kind == FINDING_WRONG) {
            broken[l]++;
            sum++;
        }
        script_close(&script);
        law_close(&law);
    }
    examiner_close(&examiner);
    return sum;
}

/* Right engines keep all of them; each is broken by one of these wrong ones. */
static void laws_hold_and_are_broken(void **state)
{
    static const char *const wrong[] = {"wrong-row-for-column", "wrong-late-v0",
                                        "wrong-stale-d",        "wrong-sign",
                                        "wrong-column",         "wrong-30th-update"};
    const char *names[LAWS] = {NULL};
    size_t broken[LAWS] = {0};
    (void)state;
    for (size_t e = 0; odamv_engines[e]; e++)
        assert_int_equal(break_laws(odamv_engines[e], 40, names, broken), 0);
    for (size_t e = 0; e < sizeof wrong / sizeof *wrong; e++)
        if (break_laws(saboteur_find(wrong[e]), 120, names, broken) == 0)
            fail_msg("%s breaks no law", wrong[e]);
    for (size_t l = 0; l < LAWS; l++)
        if (broken[l] == 0)
            fail_msg("nothing breaks the law '%s'", names[l] ? names[l] : "that never came");
}

/* --- killed at any moment -------------------------------------------------------------------- */

static void ignore_finding(const struct hunt_record *record, void *context)
{
    (void)record;
    (void)context;
}

static _Noreturn void hunt_saboteurs(unsigned long seed)
{
    const struct odamv_engine *engines[HUNT_ENGINES_MAX];
    struct hunt_options options = hunt_with(engines);
    struct hunt_result *result = calloc(1, sizeof *result);
    options.engine_count = saboteurs_all(engines, HUNT_ENGINES_MAX);
    options.alone = true;
    options.generate.seed = seed;
    options.cases = 1000;
    options.jobs = 2;
    if (result)
        hunt_run(&options, ignore_finding, NULL, result);
    _exit(0);
}

static int entries(void)
{
    struct dirent **list;
    const int count = scandir(folder(), &list, NULL, NULL);
    for (int x = 0; x < count; x++)
        free(list[x]);
    if (count >= 0)
        free(list);
    return count;
}

/* Kills the hunter as soon as something new is in the folder, or a little later. Whatever is there
 * under the name of a trace can be read. */
static void killing_leaves_whole_files(void **state)
{
    char **files = NULL;
    size_t count = 0;
    (void)state;
    folder();
    for (int round = 0; round < 8; round++) {
        const struct timespec moment = {0, 200000}, nap = {0, 5000000L * round};
        const int before = entries();
        const pid_t hunter = fork();
        if (hunter == 0)
            hunt_saboteurs(100 + (unsigned long)round);
        while (entries() <= (before < 2 ? 2 : before) && waitpid(hunter, NULL, WNOHANG) == 0)
            nanosleep(&moment, NULL);
        nanosleep(&nap, NULL);
        kill(hunter, SIGKILL);
        waitpid(hunter, NULL, 0);
    }
    if (hunt_saved(folder(), false, &files, &count, &say) != STATUS_OK)
        fail_msg("%s", say.text);
    print_message("%zu traces, %d other files after 8 kills\n", count, entries() - 2 - (int)count);
    for (size_t x = 0; x < count; x++)
        free(files[x]);
    free(files);
    assert_true(count > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(right_engines_have_no_findings, remove_folder),
        cmocka_unit_test_teardown(what_the_oracle_does_not_see_is_seen, remove_folder),
        cmocka_unit_test(laws_hold_and_are_broken),
        cmocka_unit_test_teardown(killing_leaves_whole_files, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
