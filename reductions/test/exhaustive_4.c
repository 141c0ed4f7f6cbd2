/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * exhaustive_4: every hinted-Mv instance with n = 4: 16 rows x 65536 matrices P x 16 columns,
 * through oamv and odamv-probe, and the 625 P with at most one 1 per column through
 * odamv-diagonal. One engine lives
 * through all 65536 matrices. A test of its own, because of its time.
 *
 *     exhaustive_4 [ENGINE]...        default: every engine
 */
#include "engines/numerics/clock.h"
#include "exhaustive.h"

static bool run(const struct hmv_gadget *gadget, const struct odamv_engine *engine)
{
    struct exhaustive e = {
        .n = 4, .gadget = gadget, .engine = engine, .lists = gadget == &hmv_odamv_diagonal};
    double start = clock_seconds();
    bool good = exhaustive_run(&e);
    printf("%-4s %s(%s): %zu P, %zu YES, %zu NO, largest error %.3g of %.3g, %.1f s%s%s\n",
           good ? "ok" : "FAIL", gadget->name, engine->name, e.hints, e.yes, e.no, e.error,
           e.half_gap, clock_seconds() - start, good ? "" : ": ", e.say.text);
    fflush(stdout);
    return good && e.yes && e.no && e.yes + e.no == 256 * exhaustive_hints(4, e.lists);
}

int main(int argc, char **argv)
{
    size_t pairs = 0;
    bool good = true;
    for (int i = 1; i < argc; i++)
        if (!odamv_engine_find(argv[i])) {
            fprintf(stderr, "exhaustive_4: no engine %s\n", argv[i]);
            return 1;
        }
    for (size_t e = 0; odamv_engines[e]; e++) {
        bool asked = argc == 1;
        for (int i = 1; i < argc; i++)
            asked = asked || strcmp(argv[i], odamv_engines[e]->name) == 0;
        for (size_t g = 0; asked && hmv_gadgets[g]; g++, pairs++)
            good = run(hmv_gadgets[g], odamv_engines[e]) && good;
    }
    printf("%s: %zu pairs of a gadget and an engine\n",
           good ? "every bit decided and right" : "FAILED", pairs);
    return good ? 0 : 1;
}
