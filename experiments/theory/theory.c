/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * theory.c: predicted exponents. Theorem B.1 for lazy, Remark 1.4 for lazy-wc, the definitions for
 * the others. A K update of lazy is O(n) + T(n, n^a, n) / n^a; a column costs n entries. lazy-wc
 * folds tiles (engines/attention/tiles.h) of side n^max(a, 1 - a/2): where a scheme's m and n are
 * larger than its k, such a tile runs out of levels earlier than the whole fold of lazy.
 */
#include "theory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engines/matmul/matmul.h"
#include "harness/ground/say.h"
#include "omega.h"

const char *const theory_quantity_names[] = {"update", "query", "column", "hint", "value"};

enum status theory_scheme_find(const char *matmul, struct theory_scheme *out, struct say *say)
{
    struct matmul_scheme *s = NULL;
    enum odamv_status status = matmul_scheme_open_named(matmul, &s, say->text, sizeof say->text);
    *out = (struct theory_scheme){0};
    if (status == ODAMV_OK) {
        const double m = (double)s->m, k = (double)s->k, n = (double)s->n;
        *out = (struct theory_scheme){log(m), log(k), log(n), log(m * k * n / (double)s->r)};
    } else if (status == ODAMV_NOMEM) {
        say_fail(say, STATUS_MACHINE, "no memory for a multiplication scheme");
    }
    matmul_scheme_close(s);
    return say_library(status);
}

/* Levels per log n that a side leaves: any number where the scheme does not cut it. */
static double levels(double side, double cut)
{
    return cut > 0 ? side / cut : INFINITY;
}

double theory_fold(const struct theory_scheme *s, double side, double a)
{
    double most = fmin(levels(side, s->m), fmin(levels(a, s->k), levels(side, s->n)));
    return isfinite(most) ? 2 - s->gain * most : 2;
}

double theory_paper_update(double a)
{
    return omega_bound(omega_published, a, NULL) - a;
}

double theory_reported_update(double a)
{
    return omega_bound(omega_reported, a, NULL) - a;
}

double theory_operation(const char *engine, enum theory_quantity quantity,
                        const struct theory_scheme *scheme, double a, double f)
{
    const struct {
        const char *engine;
        double update, query, value;
    } known[] = {
        {"naive", 0, 1 + f, 0},
        {"direct", 1, 1, 0},
        {"eager", 2, 0, 1},
        {"lazy", theory_fold(scheme, 1, a), a, 1},
        {"lazy-wc", theory_fold(scheme, fmax(a, 1 - a / 2), a), a, 1},
        /* how deep its products go is bounded by the digits of a double, not by n */
        {"lazy-wide", scheme->gain > 0 ? NAN : 2, a, 1},
    };
    for (size_t e = 0; e < sizeof known / sizeof *known; e++) {
        const double of[THEORY_QUANTITIES] = {known[e].update, known[e].query, known[e].query + 1,
                                              known[e].update + a, known[e].value};
        if (strcmp(engine, known[e].engine) == 0)
            return of[quantity];
    }
    return NAN;
}
