/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * omv_run.h: one run from files: A, then the columns of U, online or as a hint; or A, then pairs of
 * a row of W and a column of U, online. Everything is compared with the direct product.
 *
 * Both files are read before the engine is opened; that it sees one vector at a time is the types'
 * business, see omv.h.
 */
#ifndef OMV_RUN_H
#define OMV_RUN_H

#include "omv.h"
#include "oumv.h"
#include "outcome.h"

struct omv_run;

struct omv_run_request {
    struct setting setting;
    const char *a_file, *u_file;
    const char *w_file; /* null, or W, as many rows as U has columns: w A u for each pair */
    bool hinted;        /* U at once, then every column of A U; not with w_file */
    /* Called for every vector once it is answered and compared: bits[0..n1-1], of a pair bits[0].
     * False stops the run after this vector, which is no failure. */
    bool (*answered)(void *context, const struct omv_run *run, size_t vector,
                     const enum verdict *bits, const struct bit_summary *summary, size_t updates);
    void *context;
};

struct omv_run {
    size_t n1, n2, vectors; /* shapes: A is n1 x n2, U is n2 x vectors */
    struct outcome outcome;
    size_t done; /* vectors */
    /* Multiplications: [0] T(n1,n2,n2) + T(n1,n2,p) to open, p being 1 or the columns of U, classically;
     * [1] n1 per update of V; [2] n1 k per vector, k being the threshold in use. NaN for pairs. */
    double theorem[OMV_PHASES];
    struct phase phases[OMV_PHASES];
};

/* OK also when bits are undecided or wrong: run->outcome tells. BAD: a file, shapes that do not fit
 * or what the engine refuses; MACHINE: memory or disk. Nothing stays open. */
enum status omv_run(const struct omv_run_request *request, struct omv_run *run, struct say *say);

#endif
