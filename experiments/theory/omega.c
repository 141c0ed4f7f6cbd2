/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * omega.c: published upper bounds on omega(1,1,a), and the line through them.
 *
 * omega(1,1,a) is convex in a (Lotti and Romani, Theoret. Comput. Sci. 23 (1983)), so the straight
 * line between two upper bounds is one too. Every table begins with the largest a whose bound is 2,
 * and the bound is 2 for every smaller a.
 */
#include "omega.h"

#include <math.h>

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

#define POINTS(table) sizeof table / sizeof *table, table

const struct omega_table omega_tables[] = {
    {"ADVXXZ25", "Alman, Duan, Vassilevska Williams, Xu, Xu, Zhou, SODA 2025, arXiv 2404.16349",
     POINTS(advxxz25)},
    {"VXXZ24", "Vassilevska Williams, Xu, Xu, Zhou, SODA 2024, arXiv 2307.07970", POINTS(vxxz24)},
    {"LGU18", "Le Gall, Urrutia, SODA 2018, arXiv 1708.05622", POINTS(lgu18)},
    {0},
};

double omega_of_table(const struct omega_table *table, double a)
{
    const struct omega_point *point = table->points, *end = point + table->count;
    if (!(a >= 0 && a <= 1))
        return NAN;
    if (a <= point->a)
        return 2;
    while (point + 1 < end && point[1].a < a)
        point++;
    if (point + 1 == end)
        return point->omega;
    return point->omega +
           (a - point->a) * (point[1].omega - point->omega) / (point[1].a - point->a);
}

double omega_least(double a)
{
    double least = omega_of_table(omega_tables, a);
    for (const struct omega_table *table = omega_tables; table->name; table++)
        least = fmin(least, omega_of_table(table, a));
    return least;
}
