/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * omega.c: upper bounds on omega(1,1,a) from the literature, and the convex function below them.
 *
 * omega(1,1,a) is convex in a (Lotti and Romani, Theoret. Comput. Sci. 23 (1983)), so the straight
 * line between any two upper bounds is one too, whichever tables they are from: the least bound is
 * the lower convex hull of all points. At a = 0.425 it is 2.016534, from two tables, where the
 * lines of each table by itself leave 2.016665. Of the published tables the first point is the
 * largest a for which they have 2.
 *
 * The reported bounds are those for complex numbers; see paper-notes/literature.md.
 */
#include "omega.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static const struct omega_point advxxz25[] = {
    {0.321334, 2.0}, {0.33, 2.000092}, {0.34, 2.00052},    {0.35, 2.001243},
    {0.4, 2.00928},  {0.5, 2.042776},  {0.5275, 2.054999}, {0.6, 2.092351},
    {0.7, 2.15277},  {0.8, 2.220639},  {0.9, 2.293941},    {1.0, 2.371339},
};
static const struct omega_point vxxz24[] = {
    {0.321334, 2.0},  {0.33, 2.0001},  {0.34, 2.0006},       {0.35, 2.001363}, {0.4, 2.009541},
    {0.45, 2.023788}, {0.5, 2.042994}, {0.527661, 2.055322}, {0.55, 2.066134}, {0.6, 2.092631},
    {0.65, 2.121734}, {0.7, 2.153048}, {0.75, 2.18621},      {0.8, 2.220929},  {0.85, 2.256984},
    {0.9, 2.294209},  {0.95, 2.33244}, {1.0, 2.371552},
};
static const struct omega_point lgu18[] = {
    {0.31389, 2.0},   {0.32, 2.000064}, {0.33, 2.000448}, {0.34, 2.001118},   {0.35, 2.001957},
    {0.4, 2.010314},  {0.45, 2.024801}, {0.5, 2.044183},  {0.5286, 2.057085}, {0.55, 2.067488},
    {0.6, 2.093981},  {0.65, 2.123097}, {0.7, 2.154399},  {0.75, 2.187543},   {0.8, 2.222256},
    {0.85, 2.258317}, {0.9, 2.295544},  {0.95, 2.333789}, {1.0, 2.372927},
};

/* Reported: omega(1,1,0.465) = 2 and omega(1,1,0.709) < 2.092; omega <= 9/4; omega < 2.371177. */
static const struct omega_point rectangular26[] = {{0.465, 2.0}, {0.709, 2.092}};
static const struct omega_point quarters26[] = {{1.0, 2.25}};
static const struct omega_point evolve26[] = {{1.0, 2.371177}};

#define POINTS(table) .count = sizeof table / sizeof *table, .points = table

const struct omega_table omega_published[] = {
    {"ADVXXZ25", "Alman, Duan, Vassilevska Williams, Xu, Xu, Zhou, SODA 2025, arXiv 2404.16349",
     "peer reviewed", POINTS(advxxz25)},
    {"VXXZ24", "Vassilevska Williams, Xu, Xu, Zhou, SODA 2024, arXiv 2307.07970", "peer reviewed",
     POINTS(vxxz24)},
    {"LGU18", "Le Gall, Urrutia, SODA 2018, arXiv 1708.05622", "peer reviewed", POINTS(lgu18)},
    {0},
};

const struct omega_table omega_reported[] = {
    {"OpenAI107",
     "OpenAI, An upper bound of 9/4 for the matrix multiplication exponent, 2 October 2026",
     "over the complex numbers; not peer reviewed; proof in Lean, checked by its authors and by "
     "third parties, who also report every field",
     POINTS(quarters26)},
    {"OpenAIrect",
     "OpenAI, Complex matrix multiplication below 2.258 and rectangular bounds, 24 September 2026",
     "over the complex numbers; not peer reviewed; proof in Lean, read by few",
     POINTS(rectangular26)},
    {"2608.16884",
     "Improving the matrix multiplication exponent with modern optimization and AlphaEvolve, arXiv "
     "2608.16884, August 2026",
     "preprint, not peer reviewed; above 9/4", POINTS(evolve26)},
    {0},
};

/* By a; at one a the least omega last, and of equal points that of the oldest table: the hull keeps
 * what comes last. */
static int by_a(const void *p, const void *q)
{
    const struct omega_vertex *x = p, *y = q;
    int order = (x->a > y->a) - (x->a < y->a);
    order = order ? order : (x->omega < y->omega) - (x->omega > y->omega);
    return order ? order : (x->source > y->source) - (x->source < y->source);
}

/* Whether y lies on or above the line from x to z. */
static bool is_above(const struct omega_vertex *x, const struct omega_vertex *y,
                     const struct omega_vertex *z)
{
    return (y->omega - x->omega) * (z->a - x->a) >= (z->omega - x->omega) * (y->a - x->a);
}

size_t omega_hull(const struct omega_table *tables, struct omega_vertex out[OMEGA_VERTICES_MAX])
{
    struct omega_vertex all[OMEGA_VERTICES_MAX] = {{.a = 0, .omega = 2}};
    size_t count = 1, hull = 0;
    for (const struct omega_table *t = tables; t->name; t++)
        for (size_t i = 0; i < t->count; i++)
            all[count++] = (struct omega_vertex){t->points[i].a, t->points[i].omega, t};
    assert(count <= OMEGA_VERTICES_MAX);
    qsort(all, count, sizeof *all, by_a);
    for (size_t i = 0; i < count; i++) {
        while (hull && (out[hull - 1].a == all[i].a ||
                        (hull > 1 && is_above(&out[hull - 2], &out[hull - 1], &all[i]))))
            hull--;
        out[hull++] = all[i];
    }
    return hull;
}

double omega_bound(const struct omega_table *tables, double a, struct omega_vertex segment[2])
{
    struct omega_vertex hull[OMEGA_VERTICES_MAX];
    const size_t count = omega_hull(tables, hull);
    size_t right = 0;
    if (!(a >= 0 && a <= hull[count - 1].a))
        return NAN;
    while (right + 1 < count && hull[right].a < a)
        right++;
    const struct omega_vertex r = hull[right], l = r.a > a ? hull[right - 1] : r;
    if (segment) {
        segment[0] = l;
        segment[1] = r;
    }
    return r.a > a ? l.omega + (a - l.a) * (r.omega - l.omega) / (r.a - l.a) : r.omega;
}
