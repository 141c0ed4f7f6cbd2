/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lockstep: contradictions are found whatever their form, refusals change nothing. The engines here
 * answer K[0,0] plus a fixed error, with a fixed bound.
 */
#include "harness/play/play.h"

#include <math.h>

#include "harness/ground/test/files.h"

static struct say say;

struct echo {
    double k, error, bound;
};

/* error / bound of the engines to come, in the order in which they are opened */
static struct echo next[3];
static size_t opened, closed;

static enum odamv_status echo_open(const struct odamv_problem *problem,
                                   const struct odamv_options *options, void **state)
{
    struct echo *echo = malloc(sizeof *echo);
    (void)options;
    *state = echo;
    if (!echo)
        return ODAMV_NOMEM;
    *echo = next[opened++ % 3];
    echo->k = problem->k[0];
    return ODAMV_OK;
}

static enum odamv_status echo_open_refuses(const struct odamv_problem *problem,
                                           const struct odamv_options *options, void **state)
{
    (void)problem;
    (void)options;
    *state = NULL;
    return ODAMV_UNABLE;
}

static enum odamv_status echo_set(void *state, size_t i, size_t j, double value)
{
    (void)i;
    (void)j;
    if (!isfinite(value))
        return ODAMV_DOMAIN;
    ((struct echo *)state)->k = value;
    return ODAMV_OK;
}

static enum odamv_status echo_query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    const struct echo *echo = state;
    (void)i;
    (void)j;
    *out = (struct odamv_answer){.value = echo->k + echo->error, .bound = echo->bound};
    return ODAMV_OK;
}

static void echo_close(void *state)
{
    closed++;
    free(state);
}

static const struct odamv_engine echo = {.abi = ODAMV_ABI,
                                         .name = "echo",
                                         .open = echo_open,
                                         .set_k = echo_set,
                                         .set_v = echo_set,
                                         .query = echo_query,
                                         .close = echo_close};
static const struct odamv_engine refusing = {.abi = ODAMV_ABI,
                                             .name = "refusing",
                                             .open = echo_open_refuses,
                                             .set_k = echo_set,
                                             .set_v = echo_set,
                                             .query = echo_query,
                                             .close = echo_close};

static double q_data[2], k_data[3], v_data[6];
static struct matrix q = {2, 1, q_data}, k = {3, 1, k_data}, v = {3, 2, v_data};
static const struct odamv_problem problem = {.m = 2,
                                             .n = 3,
                                             .d = 1,
                                             .p = 2,
                                             .q = q_data,
                                             .k = k_data,
                                             .v = v_data,
                                             .scale = 1,
                                             .normalised = 1};

static enum status open_play(struct play *play, const struct odamv_engine *const *engines,
                             size_t count)
{
    const struct play_setting setting = {engines, count, &problem, &q, &k, &v, NULL};
    return play_open(play, &setting, &say);
}

/* Plays one query of this kind on two engines with these errors and bounds. */
static struct play_disagreement compare(struct echo one, struct echo other, enum trace_kind kind)
{
    const struct odamv_engine *const engines[] = {&echo, &echo};
    const struct trace_op op = {.kind = kind, .i = 0, .j = 0, .line = 5};
    struct play_disagreement worst;
    struct play play;
    opened = 0;
    next[0] = one;
    next[1] = other;
    k_data[0] = 1.0;
    assert_int_equal(open_play(&play, engines, 2), STATUS_OK);
    assert_int_equal(play_op(&play, &op, &say), STATUS_OK);
    worst = play.worst;
    play_close(&play);
    return worst;
}

static void contradictions(void **state)
{
    static const struct {
        struct echo one, other;
        bool failed;
    } cases[] = {
        {{0, 0, 0}, {0, 0, 0}, false},        {{0, 0, 1}, {0, 2, 1}, false},
        {{0, 0, 1}, {0, 2.5, 1}, true},       {{0, 0, 0}, {0, 0x1p-52, 0}, true},
        {{0, NAN, 1}, {0, 0, 1}, true},       {{0, 0, 1}, {0, 0, NAN}, true},
        {{0, 0, INFINITY}, {0, 9, 0}, false}, {{0, NAN, INFINITY}, {0, 0, 0}, true},
        {{0, 0, -1}, {0, 0, 5}, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (enum trace_kind kind = TRACE_QUERY; kind <= TRACE_QUERY_ROW; kind++) {
            struct play_disagreement worst = compare(cases[i].one, cases[i].other, kind);
            if (worst.failed != cases[i].failed)
                fail_msg("case %zu, kind %d: failed is %d", i, kind, worst.failed);
            if (worst.failed)
                assert_int_equal(worst.line, 5);
        }
    assert_true(compare((struct echo){0, 0, 1}, (struct echo){0, 1, 1}, TRACE_QUERY).quotient ==
                0.5);
}

/* An update is one IEEE addition on the caller's entry; what an engine refuses changes nothing. */
static void updates(void **state)
{
    const struct odamv_engine *const engines[] = {&echo};
    const struct trace_op up = {.kind = TRACE_UPDATE_K, .value = 0.1, .line = 1};
    const struct trace_op over = {.kind = TRACE_UPDATE_K, .value = 1.7e308, .line = 2};
    const struct trace_op query_q = {.kind = TRACE_SET_Q, .value = 1, .line = 3};
    const struct trace_op ask = {.kind = TRACE_QUERY, .line = 4};
    struct play play;
    (void)state;
    opened = 0;
    next[0] = (struct echo){0};
    k_data[0] = 0.2;
    assert_int_equal(open_play(&play, engines, 1), STATUS_OK);
    assert_int_equal(play_op(&play, &up, &say), STATUS_OK);
    assert_true(k_data[0] == 0.2 + 0.1);
    k_data[0] = 1.7e308;
    assert_int_equal(play_op(&play, &over, &say), STATUS_BAD);
    assert_says(say.text, "update_k: engine echo: outside the contract");
    assert_true(k_data[0] == 1.7e308);
    assert_int_equal(play_op(&play, &query_q, &say), STATUS_BAD);
    assert_says(say.text, "set_q: engine echo: not offered");
    assert_int_equal(play_op(&play, &ask, &say), STATUS_OK);
    assert_int_equal(play.answer_count, 1);
    assert_true(play.answers[0].value == 0.2 + 0.1);
    play_close(&play);
}

static void opening_that_fails_closes_the_rest(void **state)
{
    const struct odamv_engine *const engines[] = {&echo, &echo, &refusing};
    struct play play;
    (void)state;
    closed = 0;
    k_data[0] = 0;
    assert_int_equal(open_play(&play, engines, 3), STATUS_BAD);
    assert_says(say.text, "engine refusing: ");
    assert_int_equal(closed, 2);
    play_close(&play);
    assert_int_equal(closed, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contradictions),
        cmocka_unit_test(updates),
        cmocka_unit_test(opening_that_fails_closes_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
