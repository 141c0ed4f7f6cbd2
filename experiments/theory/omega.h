/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * omega.h: upper bounds on omega(1,1,a), the exponent of the time T(n, n^a, n) that the product of
 * an n x n^a matrix and an n^a x n one takes. Published ones and reported ones are two collections
 * that are never mixed: a reader who does not believe the second has the first.
 */
#ifndef OMEGA_H
#define OMEGA_H

#include <stddef.h>

struct omega_point {
    double a, omega;
};

struct omega_table {
    const char *name, *citation, *status;
    size_t count;
    const struct omega_point *points; /* by increasing a */
};

/* Peer reviewed, the latest first; and reported in 2026, not peer reviewed. Ended by a null name. */
extern const struct omega_table omega_published[], omega_reported[];

struct omega_vertex {
    double a, omega;
    const struct omega_table *source; /* null: omega(1,1,0) = 2, which needs none */
};

#define OMEGA_VERTICES_MAX 64

/* The lower convex hull of all points of a collection, by increasing a from 0 on; returns the number
 * of its vertices. Where two tables share a vertex its source is the older one. */
size_t omega_hull(const struct omega_table *tables, struct omega_vertex out[OMEGA_VERTICES_MAX]);

/* The hull at a from 0 to its last vertex, which is at 1 in both collections; else NaN. The ends of the segment that it is read from go to
 * segment[0..1] unless that is null; both are the same vertex where a is one. */
double omega_bound(const struct omega_table *tables, double a, struct omega_vertex segment[2]);

#endif
