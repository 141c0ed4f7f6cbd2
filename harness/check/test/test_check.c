/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cases and judgements: a case is a function of its number, what is saved is what was played, and
 * an engine that misbehaves is found to do just that. SEED (default 1).
 */
#include "harness/check/coverage.h"
#include "harness/check/examine.h"
#include "harness/check/hunt.h"

#include <errno.h>
#include <math.h>

#include "harness/check/model.h"
#include "harness/check/script.h"
#include "harness/ground/test/files.h"
#include "seeded.h"

static struct say say;

/* --- cases ------------------------------------------------------------------------------------ */

static void cases_depend_on_their_number_only(void **state)
{
    const struct generate_options options = seeded_options();
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
    const struct generate_options options = seeded_options();
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

/* --- judgements ------------------------------------------------------------------------------ */

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
    struct generate_options options = seeded_options();
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
    examiner_open(&examiner, 2, (double)NAN, false);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases_depend_on_their_number_only),
        cmocka_unit_test_teardown(saved_cases_come_back, remove_file),
        cmocka_unit_test(the_model_refuses_what_the_contract_refuses),
        cmocka_unit_test(silence_about_nothing_is_not_enough),
        cmocka_unit_test(misbehaviour_is_named),
        cmocka_unit_test(tolerance_takes_the_place_of_an_infinite_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
