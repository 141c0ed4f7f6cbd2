/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * random_1024: random hinted-Mv instances at a size of its own, every gadget, every engine,
 * densities 1/n, 1/sqrt(n), 1/2 and 1, all kinds of P with n nonzeros, against both direct
 * products. A test of its own, because of its time. Fails on a wrong or an undecided bit.
 *
 *     random_1024 [N [SEED [ENGINE]...]]        default: 1024 1 and every engine
 *
 * naive takes O(n^2) per entry and is asked one column per P, the others three.
 */
#include <math.h>

#include "random_hmv.h"

static bool run(size_t n, unsigned long seed, const struct odamv_engine *engine)
{
    const double densities[] = {1 / (double)n, 1 / sqrt((double)n), 0.5, 1};
    bool good = true;
    for (size_t g = 0; hmv_gadgets[g]; g++) {
        size_t yes = 0, no = 0;
        double share = 0, start = reduction_seconds();
        for (size_t d = 0; d < 4; d++) {
            struct random_hmv r = {.shape = {n, n, n, n},
                                   .density = densities[d],
                                   .nnz = n,
                                   .columns = strcmp(engine->name, "naive") == 0 ? 1 : 3,
                                   .seed = seed + d,
                                   .gadget = hmv_gadgets[g],
                                   .engine = engine};
            if (!random_run(&r)) {
                printf("FAIL %s\n", r.message);
                good = false;
            }
            yes += r.yes;
            no += r.no;
            share = r.largest_share > share ? r.largest_share : share;
        }
        printf("%-4s n = %zu, seed %lu, %s(%s): %zu YES, %zu NO, error at most %.3g of half the "
               "gap, %.1f s\n",
               good && yes && no ? "ok" : "FAIL", n, seed, hmv_gadgets[g]->name, engine->name, yes,
               no, share, reduction_seconds() - start);
        fflush(stdout);
        good = good && yes && no;
    }
    return good;
}

int main(int argc, char **argv)
{
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 1024;
    unsigned long seed = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
    bool good = n > 0;
    for (size_t e = 0; odamv_engines[e]; e++) {
        bool asked = argc <= 3;
        for (int i = 3; i < argc; i++)
            asked = asked || strcmp(argv[i], odamv_engines[e]->name) == 0;
        if (asked)
            good = run(n, seed, odamv_engines[e]) && good;
    }
    return good ? 0 : 1;
}
