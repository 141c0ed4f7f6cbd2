/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The climb: its steps lead to cases that can be played and written, whatever they change; scores are
 * those of the answers; quantiles are those of the tally. SEED (default 1). That violations are found
 * is shown by harness/test/climb_test.sh.
 */
#include "harness/check/climb_score.h"
#include "harness/check/climb_step.h"

#include <errno.h>
#include <math.h>

#include "harness/ground/random.h"
#include "harness/ground/test/files.h"
#include "seeded.h"

static struct say say;

static void steps_lead_to_cases(void **state)
{
    const unsigned long seed = seeded_number("SEED", 1);
    size_t changed = 0, legal = 0;
    (void)state;
    for (unsigned long number = 0; number < 20; number++) {
        gsl_rng *rng = random_open(seed, number);
        struct check_case c, before, back;
        char message[256];
        climb_step_start(rng, seed, number, &c);
        for (int t = 0; t < 200; t++) {
            case_copy(&before, &c);
            climb_step(rng, &c);
            changed += !case_same(&before, &c);
            legal += odamv_problem_check(&c.input.problem, message, sizeof message) == ODAMV_OK;
            case_close(&before);
        }
        if (odamv_problem_check(&c.input.problem, message, sizeof message) == ODAMV_OK) {
            assert_int_equal(case_write(&c, file_name(), "a step", &say), STATUS_OK);
            if (case_read(&back, file_name(), &say) != STATUS_OK) /* indices are in range */
                fail_msg("case %lu: %s", number, say.text);
            assert_true(case_same(&c, &back));
            case_close(&back);
        }
        case_close(&c);
        gsl_rng_free(rng);
    }
    assert_true(changed > 20 * 200 * 3 / 4);
    assert_true(legal > 20 * 200 * 3 / 4);
}

/* The definition on a case whose answer is 1/3: the bound holds, and is not met. */
static void a_score_is_error_over_bound(void **state)
{
    const struct trace_shape shape = {1, 3, 1, 1};
    const struct climb_subject naive = {odamv_engine_find("naive"), NULL};
    struct climb_tally tally = {0};
    struct climb_truth truth;
    struct check_case c;
    (void)state;
    case_open(&c, &shape);
    c.input.v.data[1] = 1;
    case_push(&c, &(struct trace_op){.kind = TRACE_QUERY});
    case_push(&c, &(struct trace_op){.kind = TRACE_QUERY_COLUMN});
    climb_score_open(&truth, &c);
    const double ratio = climb_score(&truth, &c, &naive, &tally);
    const double error = oracle_distance(truth.exact, truth.answers[0].value).lower;
    assert_true(error > 0 && ratio == error / truth.answers[0].bound && ratio < 1);
    assert_true(tally.answers == 2);
    assert_true(climb_score_quantile(&tally, 0.5) >= ratio);
    assert_true(climb_score_quantile(&tally, 0.5) <= ratio * exp2(1.0 / CLIMB_PARTS));
    climb_score_close(&truth);
    case_close(&c);
}

static void quantiles(void **state)
{
    struct climb_tally tally = {.answers = 100};
    (void)state;
    tally.below[0] = 50;
    tally.below[(CLIMB_OCTAVES - 1) * CLIMB_PARTS - 1] = 49; /* to 1 */
    tally.below[(CLIMB_OCTAVES - 1) * CLIMB_PARTS] = 1;
    assert_true(climb_score_quantile(&tally, 0.5) < 1e-13);
    assert_true(climb_score_quantile(&tally, 0.51) == 1 && climb_score_quantile(&tally, 0.99) == 1);
    assert_true(climb_score_quantile(&tally, 0.999) > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_lead_to_cases),
        cmocka_unit_test(a_score_is_error_over_bound),
        cmocka_unit_test(quantiles),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(file_name());
    return failed != 0;
}
