/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Random operations on all engines in lockstep, every answer within its bound of the oracle's.
 *
 * Sampling: entry queries are all compared with the oracle. Of a column or row query every entry
 * must be finite, and 8 random entries are compared. Each case ends with 16 random entry queries.
 */
#include "trial.h"

enum { LARGEST = 200, OPERATIONS = 400, CASES_DEFAULT = 250, SAMPLE = 8, HISTORY = 8 };

enum kind { SET_K, SET_V, SET_Q, QUERY, QUERY_COLUMN, QUERY_ROW, KINDS };

struct write {
    enum trial_matrix which;
    size_t row, column;
    double before;
};

struct mix {
    double weight[KINDS];
    double sigma[3]; /* of new entries, by trial_matrix */
    size_t hot;      /* half of the K and V updates go to keys below this */
    struct write history[HISTORY];
    size_t writes; /* in the history, the last one at writes - 1 */
};

static void choose_shape(struct trial *trial, gsl_rng *rng)
{
    const bool square = trial_below(rng, 3) == 0;
    const size_t m = trial_size(rng, LARGEST), d = trial_size(rng, LARGEST);

    trial_shape(trial, m, square ? m : trial_size(rng, LARGEST), d,
                square ? d : trial_size(rng, LARGEST));
    trial->problem.normalised = trial_below(rng, 3) > 0;
}

static void choose_magnitudes(struct trial *trial, gsl_rng *rng, struct mix *mix)
{
    const double d = (double)trial->problem.d;

    mix->sigma[TRIAL_K] = mix->sigma[TRIAL_Q] = mix->sigma[TRIAL_V] = 1;
    switch (trial_below(rng, 3)) {
    case 0:
        trial->problem.scale = 1 / sqrt(d);
        break;
    case 1:
        trial->problem.scale = 1 / d;
        break;
    default:
        mix->sigma[TRIAL_K] = mix->sigma[TRIAL_Q] = 0.5 / sqrt(d);
    }
}

static void choose_options(struct trial *trial, gsl_rng *rng)
{
    const size_t n = trial->problem.n;
    const size_t thresholds[] = {1, 2, 3, (n + 1) / 2, n, 0};

    trial->options.threshold = thresholds[trial_below(rng, 6)];
    trial->options.no_coalesce = trial_below(rng, 2) == 0;
    trial_choose_product(trial, rng);
}

static void choose_mix(struct trial *trial, gsl_rng *rng, struct mix *mix)
{
    static const double weights[] = {0, 1, 4};

    for (int kind = 0; kind < KINDS; kind++)
        mix->weight[kind] = weights[trial_below(rng, 3)];
    mix->weight[QUERY] += 1;
    mix->weight[QUERY_COLUMN] /= 4;
    mix->weight[QUERY_ROW] /= 4;
    mix->weight[SET_Q] *= trial->can_set_q ? 0.5 : 0;
    mix->weight[SET_K] += mix->weight[SET_V] == 0 && mix->weight[SET_Q] == 0;
    mix->hot = trial_below(rng, 2) == 0 ? 1 + trial_below(rng, 3) : trial->problem.n;
    if (mix->hot > trial->problem.n)
        mix->hot = trial->problem.n;
}

static enum kind choose_kind(gsl_rng *rng, const struct mix *mix)
{
    double total = 0, at;
    int kind;

    for (kind = 0; kind < KINDS; kind++)
        total += mix->weight[kind];
    at = gsl_rng_uniform(rng) * total;
    for (kind = 0; kind < KINDS - 1 && at >= mix->weight[kind]; kind++)
        at -= mix->weight[kind];
    return (enum kind)kind;
}

/* A new value for a cell: mostly a small step, sometimes another number or a special one. */
static double choose_value(gsl_rng *rng, double old, double sigma)
{
    static const double specials[] = {0.0, -0.0, 1.0, -1.0, 0.5, 0x1p-1074, 1e-300, -0x1p-40};

    switch (trial_below(rng, 8)) {
    case 0:
        return sigma * specials[trial_below(rng, sizeof specials / sizeof *specials)];
    case 1:
        return old;
    case 2:
    case 3:
        return gsl_ran_gaussian_ziggurat(rng, sigma);
    default: /* drawn towards 0, so that a hot cell stays in range */
        return 0.9 * old + gsl_ran_gaussian_ziggurat(rng, 0.4 * sigma);
    }
}

static void update(struct trial *trial, gsl_rng *rng, struct mix *mix, enum trial_matrix which)
{
    const struct odamv_problem *a = &trial->problem;
    const size_t rows = which == TRIAL_Q ? a->m : a->n, columns = which == TRIAL_V ? a->p : a->d;
    struct write now = {which, trial_below(rng, rows), trial_below(rng, columns), 0};
    const size_t habit = trial_below(rng, 10);
    double value;

    if (mix->writes > 0 && habit < 2) { /* undo */
        now = mix->history[--mix->writes];
        trial_set(trial, now.which, now.row, now.column, now.before);
        return;
    }
    if (mix->writes > 0 && habit < 4) /* the same cell again */
        now = mix->history[mix->writes - 1];
    else if (which != TRIAL_Q && habit < 7)
        now.row = trial_below(rng, mix->hot);
    now.before = *trial_cell(trial, now.which, now.row, now.column);
    value = choose_value(rng, now.before, mix->sigma[now.which]);
    if (mix->writes == HISTORY)
        memmove(mix->history, mix->history + 1, --mix->writes * sizeof *mix->history);
    mix->history[mix->writes++] = now;
    trial_set(trial, now.which, now.row, now.column, value);
}

/* A column query (m entries) or row query (p) on engine e; or the one derived from `query`. */
static void query_line(struct trial *trial, size_t e, bool column, size_t at, bool derived,
                       struct odamv_answer *out)
{
    struct odamv_engine engine = *trial->engine[e];
    const size_t count = column ? trial->problem.m : trial->problem.p;
    const char *call = column ? "query_column" : "query_row";
    enum odamv_status status;

    if (derived)
        engine.query_column = engine.query_row = NULL;
    for (size_t t = 0; t < count; t++)
        out[t] = (struct odamv_answer){NAN, NAN};
    status = column ? odamv_query_column(&engine, trial->state[e], count, at, out)
                    : odamv_query_row(&engine, trial->state[e], count, at, out);
    if (status != ODAMV_OK)
        trial_fail(trial, trial->engine[e], "%s(%zu): %s", call, at, odamv_status_name(status));
    for (size_t t = 0; t < count; t++)
        trial_check_sane(trial, e, call, column ? t : at, column ? at : t, out + t);
}

static void check_line(struct trial *trial, gsl_rng *rng, bool column)
{
    const struct odamv_problem *a = &trial->problem;
    const size_t count = column ? a->m : a->p, at = trial_below(rng, column ? a->p : a->m);
    const bool derived = trial_below(rng, 4) == 0;
    struct odamv_answer *out[TRIAL_ENGINES];
    arb_t exact;

    trial->step++;
    arb_init(exact);
    for (size_t e = 0; e < trial->engines; e++) {
        out[e] = calloc(count, sizeof *out[e]);
        assert_non_null(out[e]);
        query_line(trial, e, column, at, derived, out[e]);
    }
    for (int sample = 0; sample < SAMPLE; sample++) {
        const size_t t = trial_below(rng, count), i = column ? t : at, j = column ? at : t;
        oracle_query(trial->oracle, i, j, exact);
        for (size_t e = 0; e < trial->engines; e++)
            trial_check_exact(trial, e, column ? "query_column" : "query_row", i, j, out[e] + t,
                              exact);
    }
    for (size_t e = 0; e < trial->engines; e++)
        free(out[e]);
    arb_clear(exact);
}

static void operate(struct trial *trial, gsl_rng *rng, struct mix *mix)
{
    const struct odamv_problem *a = &trial->problem;
    const enum kind kind = choose_kind(rng, mix);

    if (kind == QUERY)
        trial_query(trial, trial_below(rng, a->m), trial_below(rng, a->p), NULL);
    else if (kind == QUERY_COLUMN || kind == QUERY_ROW)
        check_line(trial, rng, kind == QUERY_COLUMN);
    else
        update(trial, rng, mix, kind == SET_K ? TRIAL_K : kind == SET_V ? TRIAL_V : TRIAL_Q);
}

static void run_case(unsigned long number)
{
    gsl_rng *rng = trial_rng(number);
    struct trial trial;
    struct mix mix = {0};

    choose_shape(&trial, rng);
    trial.number = number;
    choose_magnitudes(&trial, rng, &mix);
    choose_options(&trial, rng);
    trial_fill(rng, trial.q, trial.problem.m * trial.problem.d, mix.sigma[TRIAL_Q]);
    trial_fill(rng, trial.k, trial.problem.n * trial.problem.d, mix.sigma[TRIAL_K]);
    trial_fill(rng, trial.v, trial.problem.n * trial.problem.p, mix.sigma[TRIAL_V]);
    trial_open(&trial);
    choose_mix(&trial, rng, &mix);
    for (int t = 0; t < OPERATIONS; t++) {
        operate(&trial, rng, &mix);
        if (trial_below(rng, 100) == 0)
            trial_check(&trial);
    }
    for (int t = 0; t < 16; t++)
        trial_query(&trial, trial_below(rng, trial.problem.m), trial_below(rng, trial.problem.p),
                    NULL);
    trial_check(&trial);
    trial_close(&trial);
    gsl_rng_free(rng);
}

static void test_lockstep(void **state)
{
    unsigned long from, to;

    (void)state;
    trial_cases(CASES_DEFAULT, &from, &to);
    assert_true(from < to);
    for (unsigned long number = from; number < to; number++)
        run_case(number);
    print_message("%lu cases of %d operations, SEED=%lu\n", to - from, OPERATIONS,
                  trial_environment("SEED", 1));
}

static void expect_offer(const struct odamv_engine *engine, bool offered, const char *entry)
{
    if (!offered)
        fail_msg("%s does not offer %s", engine->name, entry);
}

/* The engines of the library offer everything; only naive leaves column queries to be derived. */
static void test_offers(void **state)
{
    size_t engines = 0;

    (void)state;
    for (; odamv_engines[engines] != NULL; engines++) {
        const struct odamv_engine *engine = odamv_engines[engines];
        assert_int_equal(engine->abi, ODAMV_ABI);
        assert_ptr_equal(odamv_engine_find(engine->name), engine);
        expect_offer(engine, engine->set_q != NULL, "set_q");
        expect_offer(engine, engine->query_row != NULL, "query_row");
        expect_offer(engine, engine->cost != NULL, "cost");
        expect_offer(engine, engine->memory != NULL, "memory");
        expect_offer(engine, engine->stats != NULL, "stats");
        expect_offer(engine, engine->check != NULL, "check");
        expect_offer(engine, engine->query_column != NULL || strcmp(engine->name, "naive") == 0,
                     "query_column");
    }
    assert_true(engines >= 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_offers),
        cmocka_unit_test(test_lockstep),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
