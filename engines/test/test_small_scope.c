/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Exhaustive at m = n = 2, d = p = 1: every sequence of LENGTH operations out of {K update of key
 * 0, of key 1, V update, Q update} from a fresh instance, thresholds 1 to 4, coalescing on and off,
 * all entries queried after every operation. Shorter sequences are prefixes of these. Unnormalised:
 * LENGTH - 2.
 *
 * The state after an operation depends only on how often each kind has occurred, so the exact
 * answers of all states are computed once (Arb). CASES: the length, 8 by default and at most.
 */
#include "trial.h"

enum { LENGTH = 8, KINDS = 4, STATES = (LENGTH + 1) * (LENGTH + 1) * (LENGTH + 1) * (LENGTH + 1) };

static const double SCALE = 0.75;

static const double key_0[LENGTH + 1] = {0.5, -1.0, 3.0, 0.0, 0.1, -0.0, 2.0, 2.0, -3.5};
static const double key_1[LENGTH + 1] = {-0.25, 2.5, -2.0, 1e-9, 0.7, 0.7, -4.0, 5.0, 0.0};
static const double values[LENGTH + 1] = {1.0, -2.0, 0.3, 0.0, 1e6, -0.0, 0x1p-30, -1e6, 0.3};
static const double queries[LENGTH + 1] = {1.0, -1.5, 0.0, 2.25, 0.1, -0.1, 3.0, 1.0, -0.0};

/* counts: how often each kind has occurred. V and Q updates alternate between their two rows. */
struct place {
    size_t counts[KINDS];
};

static size_t place_index(const struct place *place)
{
    size_t index = 0;

    for (int kind = 0; kind < KINDS; kind++)
        index = index * (LENGTH + 1) + place->counts[kind];
    return index;
}

/* The number of the last update with that row's parity; rows 0 and 1 start from numbers 0 and 1. */
static size_t latest(size_t count, size_t row)
{
    const size_t last =
        count + 1; /* numbers 0..count+1 have been written, alternating from row 0 */

    return last % 2 == row ? last : last - 1;
}

static double alternating(const double *table, size_t count, size_t row)
{
    return table[latest(count, row) % (LENGTH + 1)] + (row == 0 ? 0 : 0.5);
}

static void place_entries(const struct place *place, double *q, double *k, double *v)
{
    k[0] = key_0[place->counts[0]];
    k[1] = key_1[place->counts[1]];
    for (size_t row = 0; row < 2; row++) {
        v[row] = alternating(values, place->counts[2], row);
        q[row] = alternating(queries, place->counts[3], row);
    }
}

/* B[i,0] in one state. near is the double next to it, and rest what is missing, rounded. */
struct right {
    arb_t exact;
    double near, rest;
};

static void right_set(struct right *right, struct oracle *oracle, size_t i)
{
    arb_t rest;

    arb_init(rest);
    oracle_query(oracle, i, 0, right->exact);
    right->near = arf_get_d(arb_midref(right->exact), ARF_RND_NEAR);
    arb_set_d(rest, right->near);
    arb_sub(rest, right->exact, rest, 128);
    right->rest = arf_get_d(arb_midref(rest), ARF_RND_NEAR);
    arb_clear(rest);
}

/* Most answers are seen to be right in doubles; 2^-50 and 2^-90 more than cover the three roundings
 * (two of the distance, one of rest). The others are left to Arb. */
static bool is_right(const struct right *right, const struct odamv_answer *answer)
{
    const double distance = fabs((answer->value - right->near) - right->rest);

    if (distance * (1 + 0x1p-50) + 0x1p-90 * fabs(right->near) <= answer->bound)
        return isfinite(answer->bound);
    return oracle_distance(right->exact, answer->value).lower <= answer->bound &&
           isfinite(answer->bound);
}

/* rights[2 * index + i]: row i of every state reached by at most `length` operations. */
static struct right *rights_open(bool normalised, size_t length)
{
    struct right *rights = calloc(2 * STATES, sizeof *rights);

    assert_non_null(rights);
    for (size_t code = 0; code < STATES; code++) {
        struct place place;
        double q[2], k[2], v[2];
        const struct odamv_problem problem = {2, 2, 1, 1, q, k, v, SCALE, normalised};
        struct oracle *oracle;
        size_t rest = code, total = 0;
        for (int kind = KINDS - 1; kind >= 0; kind--, rest /= LENGTH + 1)
            total += place.counts[kind] = rest % (LENGTH + 1);
        arb_init(rights[2 * code].exact);
        arb_init(rights[2 * code + 1].exact);
        if (total > length)
            continue;
        place_entries(&place, q, k, v);
        oracle = oracle_open(&problem);
        assert_non_null(oracle);
        for (size_t i = 0; i < 2; i++)
            right_set(rights + 2 * place_index(&place) + i, oracle, i);
        oracle_close(oracle);
    }
    return rights;
}

static void rights_close(struct right *rights)
{
    for (size_t r = 0; r < 2 * STATES; r++)
        arb_clear(rights[r].exact);
    free(rights);
}

static enum odamv_status operate(const struct odamv_engine *engine, void *state,
                                 struct place *place, int kind)
{
    const size_t count = ++place->counts[kind], row = (count + 1) % 2;

    switch (kind) {
    case 0:
        return engine->set_k(state, 0, 0, key_0[count]);
    case 1:
        return engine->set_k(state, 1, 0, key_1[count]);
    case 2:
        return engine->set_v(state, row, 0, alternating(values, count, row));
    default:
        return engine->set_q(state, row, 0, alternating(queries, count, row));
    }
}

/* One sequence from a fresh instance; the base 4 digits of its number are the operations. */
static void walk(const struct trial *trial, const struct odamv_engine *engine,
                 unsigned long sequence, size_t length, const struct right *rights)
{
    struct place place = {{0}};
    void *state = NULL;
    char message[128] = "";

    if (engine->open(&trial->problem, &trial->options, &state) != ODAMV_OK)
        trial_fail(trial, engine, "open");
    for (size_t t = 0; t < length; t++) {
        const int kind = (int)(sequence >> 2 * (length - 1 - t) & 3);
        if (operate(engine, state, &place, kind) != ODAMV_OK)
            trial_fail(trial, engine, "operation %zu refused", t);
        for (size_t i = 0; i < 2; i++) {
            const struct right *right = rights + 2 * place_index(&place) + i;
            struct odamv_answer answer = {NAN, NAN};
            if (engine->query(state, i, 0, &answer) != ODAMV_OK)
                trial_fail(trial, engine, "query refused after operation %zu", t);
            if (!is_right(right, &answer))
                trial_fail(trial, engine,
                           "B[%zu,0] after operation %zu: %.17g, bound %g, exact %.17g", i, t,
                           answer.value, answer.bound, right->near);
        }
    }
    if (engine->check != NULL && !engine->check(state, message, sizeof message))
        trial_fail(trial, engine, "check: %s", message);
    engine->close(state);
}

/* All sequences on every engine, thresholds 1 to 4 where the engine has pending records. */
static unsigned long walk_all(bool normalised, size_t length)
{
    struct right *rights = rights_open(normalised, length);
    unsigned long sequences = 0;

    for (size_t option = 0; option < 8; option++)
        for (size_t e = 0; odamv_engines[e] != NULL; e++) {
            const struct odamv_engine *engine = odamv_engines[e];
            const bool folds = engine->heeds & ODAMV_HEEDS_THRESHOLD;
            struct trial trial;
            if (!trial_wants(engine) || engine->set_q == NULL || (option > 0 && !folds))
                continue;
            trial_shape(&trial, 2, 2, 1, 1);
            place_entries(&(struct place){{0}}, trial.q, trial.k, trial.v);
            trial.problem.scale = SCALE;
            trial.problem.normalised = normalised;
            trial.options =
                (struct odamv_options){.threshold = 1 + option / 2, .no_coalesce = option % 2 == 1};
            for (trial.number = 0; trial.number < 1ul << 2 * length; trial.number++)
                if (!trial_skips(trial.number)) {
                    walk(&trial, engine, trial.number, length, rights);
                    sequences++;
                }
            trial_close(&trial);
        }
    rights_close(rights);
    return sequences;
}

static void test_all_sequences(void **state)
{
    size_t length = trial_environment("CASES", LENGTH);
    unsigned long sequences;

    (void)state;
    length = length < 3 ? 3 : length > LENGTH ? LENGTH : length;
    sequences = walk_all(true, length) + walk_all(false, length - 2);
    print_message("%lu sequences of %zu operations or two less\n", sequences, length);
    assert_true(sequences > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_all_sequences)};

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
