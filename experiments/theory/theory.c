/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * theory.c: predicted exponents. Theorem B.1 for lazy, Remark 1.4 for lazy-wc, the definitions for
 * the others. A K update of lazy is O(n) + T(n, n^a, n) / n^a; a column costs n entries.
 */
#include "theory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engines/matmul/matmul.h"
#include "harness/ground/say.h"
#include "omega.h"

const char *const theory_quantity_names[] = {"update", "query", "column"};

enum status theory_exponent(const char *matmul, double *w, struct say *say)
{
    struct matmul_scheme *scheme = NULL;
    struct matmul_scheme_facts facts;
    enum odamv_status status =
        matmul_scheme_open_named(matmul, &scheme, say->text, sizeof say->text);
    if (status == ODAMV_OK)
        status = matmul_scheme_measure(scheme, &facts);
    if (status == ODAMV_NOMEM)
        say_fail(say, STATUS_MACHINE, "no memory for a multiplication scheme");
    matmul_scheme_close(scheme);
    *w = status == ODAMV_OK ? facts.exponent : NAN;
    return say_library(status);
}

double theory_strassen(void)
{
    return log2(7);
}

double theory_rectangular(double w, double a)
{
    return 2 - 2 * a + w * a;
}

double theory_paper_update(double a)
{
    return omega_least(a) - a;
}

double theory_operation(const char *engine, enum theory_quantity quantity, double w, double a,
                        double f)
{
    const struct {
        const char *engine;
        double update, query;
    } known[] = {
        {"naive", 0, 1 + f},
        {"direct", 1, 1},
        {"eager", 2, 0},
        {"lazy", theory_rectangular(w, a) - a, a},
        {"lazy-wc", theory_rectangular(w, a) - a, a},
    };
    for (size_t e = 0; e < sizeof known / sizeof *known; e++)
        if (strcmp(engine, known[e].engine) == 0)
            return quantity == THEORY_UPDATE ? known[e].update
                                             : known[e].query + (quantity == THEORY_COLUMN);
    return NAN;
}
