/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * installed_dlopen LIBRARY: opens the shared library by its path, with none of its symbols in the
 * program's own scope, and runs `lazy` with the functions that stand for an engine's entries. Folds
 * are multiplied by a fast scheme, so that the deepest parts of the library run.
 *
 * Queries are 1, so logits are K: log 2 at key 0, 0 elsewhere, and V[s,j] = s + j, so that
 * B[i,j] = j + sum_s s / (N + 1) = j + N (N - 1) / 2 / (N + 1).
 */
#include <dlfcn.h>
#include <math.h>
#include <odamv.h>
#include <stdio.h>
#include <string.h>

#define MUST(condition)                                                                            \
    do                                                                                             \
        if (!(condition)) {                                                                        \
            printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                         \
            return 1;                                                                              \
        }                                                                                          \
    while (0)

enum { N = 8 };

static double q[N], k[N], v[N * N];
static const struct odamv_problem problem = {N, N, 1, N, q, k, v, 1, true};
static const struct odamv_options options = {.threshold = 2, .matmul = "strassen", .leaf = 1};

/* The functions under test, all found by name. */
/* clang-format off */
#define FUNCTIONS(X)                                                                               \
    X(abi) X(engine_at) X(engine_find) X(engine_name) X(engine_summary) X(open) X(set_k) X(set_v)  \
    X(set_q) X(query) X(query_column) X(query_row) X(cost) X(memory) X(stats) X(check)             \
    X(event_name) X(event_counts) X(close)
/* clang-format on */
static struct {
#define MEMBER(name) __typeof__(odamv_##name) *name;
    FUNCTIONS(MEMBER)
} odamv;

static bool right(struct odamv_answer answer, size_t j)
{
    double exact = (double)j + N * (N - 1) / 2.0 / (N + 1);
    return fabs(answer.value - exact) <= answer.bound + 1e-14 && answer.bound < 1e-12;
}

static int ask(const struct odamv_engine *lazy, void *state)
{
    struct odamv_answer answer, all[N];
    MUST(odamv.query(lazy, state, 3, 5, &answer) == ODAMV_OK && right(answer, 5));
    MUST(odamv.query_column(lazy, state, N, 2, all) == ODAMV_OK && right(all[N - 1], 2));
    MUST(odamv.query_row(lazy, state, N, 2, all) == ODAMV_OK && right(all[N - 1], N - 1));
    MUST(odamv.query(lazy, state, N, 0, &answer) == ODAMV_DOMAIN);
    return 0;
}

static int count(const struct odamv_engine *lazy, void *state)
{
    struct odamv_counts spent = {0}, predicted = {0};
    struct odamv_workload workload = {.updates_k = N};
    double events[64] = {0}, bytes = 0;
    bool holds = false;
    char message[200] = "";
    MUST(odamv.stats(lazy, state, &spent) == ODAMV_OK && spent.folds > 0);
    MUST(spent.gemm_multiplications > 0);
    MUST(odamv.cost(lazy, &problem, &options, &workload, &predicted) == ODAMV_OK);
    MUST(predicted.folds > 0 && predicted.exponentials > 0);
    MUST(odamv.memory(lazy, &problem, &options, &bytes) == ODAMV_OK && bytes > N * N);
    MUST(odamv.check(lazy, state, &holds, message, sizeof message) == ODAMV_OK && holds);
    size_t e = 0;
    while (odamv.event_name(lazy, e))
        e++;
    MUST(e > 0 && e < 64 && !odamv.event_name(lazy, e + 1));
    MUST(odamv.event_counts(lazy, state, events) == ODAMV_OK);
    return 0;
}

static int play(const struct odamv_engine *lazy)
{
    char message[200];
    void *state;
    int failed = 1;
    MUST(odamv.open(lazy, &problem, &options, &state, message, sizeof message) == ODAMV_OK);
    for (size_t s = 0; s < N; s++) {
        MUST(odamv.set_q(lazy, state, s, 0, 1) == ODAMV_OK);
        MUST(odamv.set_k(lazy, state, s, 0, s == 0 ? log(2) : 0) == ODAMV_OK);
        for (size_t j = 0; j < N; j++)
            MUST(odamv.set_v(lazy, state, s, j, (double)(s + j)) == ODAMV_OK);
    }
    failed = ask(lazy, state) || count(lazy, state);
    odamv.close(lazy, state);
    odamv.close(lazy, NULL);
    return failed;
}

int main(int argc, char **argv)
{
    void *library = argc == 2 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    if (!library) {
        printf("%s\n", argc == 2 ? dlerror() : "usage: installed_dlopen LIBRARY");
        return 1;
    }
#define FIND(name) MUST(*(void **)&odamv.name = dlsym(library, "odamv_" #name));
    FUNCTIONS(FIND)
    const struct odamv_engine *lazy = odamv.engine_find("lazy");
    size_t e = 0;
    MUST(odamv.abi() == ODAMV_ABI && lazy);
    while (odamv.engine_at(e) && odamv.engine_at(e) != lazy)
        e++;
    MUST(odamv.engine_at(e) == lazy && !odamv.engine_at(100));
    MUST(strcmp(odamv.engine_name(lazy), "lazy") == 0 && *odamv.engine_summary(lazy));
    for (size_t s = 0; s < N; s++)
        q[s] = 0.5;
    return play(lazy);
}
