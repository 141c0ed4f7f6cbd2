/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hmv_run.h: one run of hinted Mv from files: M and V, then every P in turn on the same state, each
 * undone by updates before the next; for every P one column or all, compared with the direct one.
 *
 * All files are read before phase 1 begins, so that a mistake in the last one is found at once;
 * that no phase sees a later one's input is the types' business, see hmv.h.
 */
#ifndef HMV_RUN_H
#define HMV_RUN_H

#include "hmv.h"
#include "outcome.h"

#define HMV_RUN_HINTS_MAX 64

struct hmv_run;

struct hmv_run_request {
    const struct hmv_gadget *gadget;
    struct setting setting;
    const char *m_file, *v_file, *p_files[HMV_RUN_HINTS_MAX];
    size_t p_count;
    bool all;
    size_t column; /* unless all */
    bool one_row;  /* ask for row `row` of the columns only, by one query each */
    size_t row;
    struct bitindex p_rows, p_cols; /* of every P only what is in these rows and columns is given */
    /* Called for every column once it is answered and compared: bits[0..n1-1], NO where no bit was asked for. False stops the run
     * after this column, which is no failure. */
    bool (*answered)(void *context, const struct hmv_run *run, size_t hint, size_t column,
                     const enum verdict *bits, const struct bit_summary *summary);
    void *context;
};

struct hmv_run {
    struct hmv_shape shape;
    struct outcome outcome;
    size_t hints, columns;              /* done */
    size_t nonzeros[HMV_RUN_HINTS_MAX]; /* of every P */
    struct hmv_bounds bounds;           /* sums over the P done; NaN once one is */
    struct phase phases[HMV_PHASES];
};

/* OK also when bits are undecided or wrong: run->outcome tells. BAD: a file, shapes that do not fit
 * or what the engine refuses; MACHINE: memory or disk. Nothing stays open. */
enum status hmv_run(const struct hmv_run_request *request, struct hmv_run *run, struct say *say);

#endif
