/* SPDX-License-Identifier: GPL-3.0-or-later
 * Cases, laws and judgements: a case is a function of its number, what is saved is what was played,
 * right engines have no findings, and an engine that misbehaves is found to do just that.
 * SEED (default 1), CASES (default 300). */
#include "harness/check/coverage.h"
#include "harness/check/hunt.h"
#include "harness/check/hunt_save.h"
#include "harness/check/laws.h"
#include "harness/saboteurs/saboteurs.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "harness/check/model.h"
#include "harness/check/script.h"
#include "harness/ground/test/files.h"

static struct say say;

static unsigned long environment(const char *name, unsigned long otherwise)
{
    const char *text = getenv(name);
    return text && *text ? strtoul(text, NULL, 10) : otherwise;
}

static struct generate_options generate(void)
{
    return (struct generate_options){.seed = environment("SEED", 1), .largest = 24};
}

/* --- cases ------------------------------------------------------------------------------------ */

static void cases_depend_on_their_number_only(void **state)
{
    const struct generate_options options = generate();
    struct check_case first, again, other;
    (void)state;
    generate_case(&options, 7, &first);
    generate_case(&options, 8, &other);
    generate_case(&options, 7, &again);
    assert_true(case_same(&first, &again));
    assert_false(case_same(&first, &other));
    case_close(&first);
    case_close(&again);
    case_close(&other);
}

static void saved_cases_come_back(void **state)
{
    const struct generate_options options = generate();
    size_t schemes = 0;
    (void)state;
    for (unsigned long number = 0; number < 40; number++) {
        struct check_case c, back, copy;
        generate_case(&options, number, &c);
        case_copy(&copy, &c);
        assert_true(case_same(&c, &copy));
        case_close(&copy);
        assert_int_equal(case_write(&c, file_name(), "saved", &say), STATUS_OK);
        assert_int_equal(case_read(&back, file_name(), &say), STATUS_OK);
        assert_true(case_same(&c, &back));
        schemes += c.input.options.matmul != NULL;
        case_close(&c);
        case_close(&back);
    }
    assert_true(schemes > 0);
}

/* What the contract says of single operations, at its limits. */
static void the_model_refuses_what_the_contract_refuses(void **state)
{
    static const struct {
        struct trace_op op;
        enum odamv_status expected;
    } steps[] = {
        {{.kind = TRACE_SET_V, .value = ODAMV_VALUE_MAX}, ODAMV_OK},
        {{.kind = TRACE_UPDATE_V, .value = ODAMV_VALUE_MAX}, ODAMV_DOMAIN},
        {{.kind = TRACE_SET_K, .value = ODAMV_LOGIT_MAX / 2}, ODAMV_OK}, /* Q is 2 */
        {{.kind = TRACE_SET_K, .value = ODAMV_LOGIT_MAX * 0.50000000000000011}, ODAMV_DOMAIN},
        {{.kind = TRACE_SET_Q, .value = 4}, ODAMV_DOMAIN},
        {{.kind = TRACE_SET_Q, .value = 0}, ODAMV_OK},
        {{.kind = TRACE_SET_K, .value = ODAMV_FEATURE_MAX}, ODAMV_OK},
        {{.kind = TRACE_SET_K, .value = -2 * ODAMV_FEATURE_MAX}, ODAMV_DOMAIN},
        {{.kind = TRACE_SET_Q, .value = 0x1p-1074}, ODAMV_OK},
        {{.kind = TRACE_SET_Q, .value = 0x1p-390}, ODAMV_DOMAIN},
    };
    double q = 2, k = 0, v = 0;
    const struct odamv_problem problem = {1, 1, 1, 1, &q, &k, &v, 1, true};
    struct model model;
    (void)state;
    model_open(&model, &problem);
    for (size_t t = 0; t < sizeof steps / sizeof *steps; t++) {
        const double before = *model_entry(&model, &steps[t].op);
        double value;
        if (model_step(&model, &steps[t].op, &value) != steps[t].expected)
            fail_msg("step %zu: expected %s", t, odamv_status_name(steps[t].expected));
        assert_true(*model_entry(&model, &steps[t].op) ==
                    (steps[t].expected == ODAMV_OK ? value : before));
    }
    model_close(&model);
}

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
                                 .generate = generate(),
                                 .seconds = (double)INFINITY,
                                 .limit = 60,
                                 .tolerance = (double)NAN,
                                 .sample = 8,
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
    options.cases = environment("CASES", 300);
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
    options.sample = 1;
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

static void silence_about_nothing_is_not_enough(void **state)
{
    const struct hunt_options options = {.engines = odamv_engines, .engine_count = 5};
    struct hunt_result *result = calloc(1, sizeof *result);
    struct coverage_state *states;
    size_t count, holding = 0;
    (void)state;
    assert_non_null(result);
    count = coverage_states(&options, result, &states);
    for (size_t s = 0; s < count; s++)
        holding += coverage_holds(states + s) && !states[s].never;
    assert_true(count > 5 * TRACE_KINDS);
    assert_int_equal(holding, 0);
    free(states);
    free(result);
}

/* What ODAMV_MISBEHAVE makes of the plug-in, and what is found. */
static void misbehaviour_is_named(void **state)
{
    static const struct {
        const char *what;
        enum finding_kind expected;
    } ways[] = {
        {"none", FINDING_NONE},  {"crash", FINDING_CRASH},     {"abort", FINDING_CRASH},
        {"exit", FINDING_EXIT},  {"hang", FINDING_HANG},       {"scribble", FINDING_INPUT},
        {"keep", FINDING_INPUT}, {"overrun", FINDING_OVERRUN}, {"unbounded", FINDING_NO_BOUND}};
    struct generate_options options = generate();
    const struct odamv_engine *engine;
    struct judge_tally tally = {0};
    struct examiner examiner;
    char file[4096], *slash;
    struct check_case c;
    (void)state;
    snprintf(file, sizeof file, "%s", program_invocation_name);
    slash = strrchr(file, '/');
    snprintf(slash, sizeof file - (size_t)(slash - file), "/plugin_misbehave.so");
    engine = odamv_plugin_load(file, say.text, sizeof say.text);
    if (!engine)
        fail_msg("%s", say.text);
    options.fixed_q = true;
    generate_case(&options, 40, &c);
    for (double value = 0; value < 20; value++)
        case_push(&c, &(struct trace_op){.kind = TRACE_SET_V, .value = value});
    case_push(&c, &(struct trace_op){.kind = TRACE_QUERY_ROW});
    examiner_open(&examiner, 2, (double)NAN, 8, false);
    for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
        struct finding finding;
        setenv("ODAMV_MISBEHAVE", ways[w].what, 1);
        examiner.limit = ways[w].expected == FINDING_HANG ? 0.3 : 60;
        finding = examine_alone(&examiner, engine, &c, &tally);
        if (finding.kind != ways[w].expected)
            fail_msg("%s: found '%s' (%s), expected '%s'", ways[w].what, finding_name(finding.kind),
                     finding.text, finding_name(ways[w].expected));
    }
    unsetenv("ODAMV_MISBEHAVE");
    examiner_close(&examiner);
    case_close(&c);
}

/* With a tolerance an answer without bound is judged, and a wrong one is wrong. */
static void tolerance_takes_the_place_of_an_infinite_bound(void **state)
{
    const struct odamv_answer near = {1 + 1e-7, (double)INFINITY},
                              far = {1 + 1e-5, (double)INFINITY};
    arb_t one;
    (void)state;
    arb_init(one);
    arb_one(one);
    assert_true(judge_is_right(&near, one, 1e-6));
    assert_false(judge_is_right(&far, one, 1e-6));
    assert_false(judge_is_right(&(struct odamv_answer){1, (double)NAN}, one, 1e-6));
    assert_false(judge_is_right(&(struct odamv_answer){(double)NAN, (double)INFINITY}, one, 1));
    arb_clear(one);
}

/* --- laws ------------------------------------------------------------------------------------ */

enum { LAWS = 8 };

/* Plays the laws alone, the oracle asked about nothing, and counts which are broken. */
static size_t break_laws(const struct odamv_engine *engine, unsigned long cases,
                         const char *names[LAWS], size_t broken[LAWS])
{
    const struct generate_options options = generate();
    struct examiner examiner;
    size_t sum = 0;
    examiner_open(&examiner, 60, (double)NAN, 1, false);
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
        cmocka_unit_test(cases_depend_on_their_number_only),
        cmocka_unit_test_teardown(saved_cases_come_back, remove_file),
        cmocka_unit_test(the_model_refuses_what_the_contract_refuses),
        cmocka_unit_test_teardown(right_engines_have_no_findings, remove_folder),
        cmocka_unit_test_teardown(what_the_oracle_does_not_see_is_seen, remove_folder),
        cmocka_unit_test(silence_about_nothing_is_not_enough),
        cmocka_unit_test(misbehaviour_is_named),
        cmocka_unit_test(tolerance_takes_the_place_of_an_infinite_bound),
        cmocka_unit_test(laws_hold_and_are_broken),
        cmocka_unit_test_teardown(killing_leaves_whole_files, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
