/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * random_1024: random hinted-Mv instances up to a size of their own: every gadget, every engine,
 * densities of M and V 1/n, 1/sqrt(n), 1/2 and 1, and P with n nonzeros in one column, in one row,
 * on the diagonal, anywhere, and empty, each undone by updates before the next. A test of its own,
 * because of its time. Fails on a bit that is wrong or undecided, and when nothing was run.
 *
 *     random_1024 [N [SEED [ENGINE]...]]        default: 1024 1 and every engine
 *
 * The sizes are N/16, N/4 and N. Three columns are asked per P. naive takes O(n^2) per entry and
 * alone gets less: at size N one column per P, density 1/sqrt(n), and not odamv-diagonal, whose
 * instance is twice as large in each extent.
 */
#include <math.h>

#include "engines/numerics/clock.h"
#include "random_hmv.h"

enum { DENSITIES = 4, SIZES = 3 };

/* What is asked of an engine at a size: densities number first .. last - 1. */
struct asked {
    size_t n, columns, first, last;
    bool sample; /* less than of the others */
};

static struct asked asked_of(const struct odamv_engine *engine, size_t n, bool largest)
{
    if (largest && strcmp(engine->name, "naive") == 0)
        return (struct asked){n, 1, 1, 2, true};
    return (struct asked){n, 3, 0, DENSITIES, false};
}

static bool run(const struct asked *asked, unsigned long seed, const struct hmv_gadget *gadget,
                const struct odamv_engine *engine)
{
    const double n = (double)asked->n, densities[DENSITIES] = {1 / n, 1 / sqrt(n), 0.5, 1};
    size_t yes = 0, no = 0, undecided = 0, hints = 0;
    double share = 0, start = clock_seconds();
    bool good = true;
    for (size_t d = asked->first; d < asked->last; d++) {
        struct random_hmv r = {.shape = {asked->n, asked->n, asked->n, asked->n},
                               .density = densities[d],
                               .nnz = asked->n,
                               .columns = asked->columns,
                               .seed = seed + d,
                               .gadget = gadget,
                               .engine = engine};
        if (!random_run(&r)) {
            printf("FAIL %s\n", r.say.text);
            good = false;
        }
        yes += r.yes;
        no += r.no;
        undecided += r.undecided;
        hints += r.hints;
        share = r.largest_share > share ? r.largest_share : share;
    }
    good = good && yes && no && !undecided;
    printf("%-4s n = %4zu, seed %lu, %s(%s): %zu P, %zu YES, %zu NO, %zu undecided, error at most "
           "%.2g of half the gap, %.1f s%s\n",
           good ? "ok" : "FAIL", asked->n, seed, gadget->name, engine->name, hints, yes, no,
           undecided, share, clock_seconds() - start,
           asked->sample ? "; a sample: density 1/sqrt(n), one column per P" : "");
    fflush(stdout);
    return good;
}

static bool run_engine(const struct odamv_engine *engine, size_t n, unsigned long seed)
{
    bool good = true;
    for (size_t s = 0; s < SIZES; s++) {
        struct asked asked = asked_of(engine, s == 0 ? n / 16 : s == 1 ? n / 4 : n, s == 2);
        for (size_t g = 0; hmv_gadgets[g]; g++)
            if (asked.sample && hmv_gadgets[g] == &hmv_odamv_diagonal)
                printf("-    n = %4zu, %s(%s): left out, too slow\n", asked.n, hmv_gadgets[g]->name,
                       engine->name);
            else
                good = run(&asked, seed, hmv_gadgets[g], engine) && good;
    }
    return good;
}

int main(int argc, char **argv)
{
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 1024, ran = 0;
    unsigned long seed = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
    bool good = true;
    if (n < 64) {
        fprintf(stderr, "random_1024: N = %s, expected at least 64\n", argv[1]);
        return 1;
    }
    for (int i = 3; i < argc; i++)
        if (!odamv_engine_find(argv[i])) {
            fprintf(stderr, "random_1024: no engine %s\n", argv[i]);
            return 1;
        }
    for (size_t e = 0; odamv_engines[e]; e++) {
        bool asked = argc <= 3;
        for (int i = 3; i < argc; i++)
            asked = asked || strcmp(argv[i], odamv_engines[e]->name) == 0;
        if (asked)
            good = run_engine(odamv_engines[e], n, seed) && good;
        ran += asked;
    }
    printf("%s: %zu engines\n", good && ran ? "every bit decided and right" : "FAILED", ran);
    return good && ran ? 0 : 1;
}
