/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hmv_run.h: one run of hinted Mv from files: M and V, then every P in turn on the same state, each
 * undone by updates before the next, and for every P one column or all, compared with the direct
 * product.
 *
 * All files are read before phase 1 begins, so that a mistake in the last one is found at once;
 * that no phase sees a later one's input is the types' business, see hmv.h.
 */
#ifndef HMV_RUN_H
#define HMV_RUN_H

#include "baseline.h"
#include "hmv.h"

#define HMV_RUN_HINTS_MAX 64

struct hmv_run;

struct hmv_run_request {
    const struct hmv_gadget *gadget;
    const struct odamv_engine *engine;
    struct odamv_options options;
    double exponent;                 /* of the threshold, on the gadget's keys; NaN: options' own */
    const struct baseline *baseline; /* null: do not compare */
    const char *m_file, *v_file, *p_files[HMV_RUN_HINTS_MAX];
    size_t p_count;
    bool all;
    size_t column; /* unless all */
    /* Called for every column once it is answered and compared: bits[0..n1-1]. False stops the run
     * after this column, which is no failure. */
    bool (*answered)(void *context, const struct hmv_run *run, size_t hint, size_t column,
                     const enum verdict *bits, const struct bit_summary *summary);
    void *context;
};

struct hmv_run {
    struct hmv_shape shape;
    size_t hints, columns;                      /* done */
    size_t nonzeros;                            /* of all P done */
    double tau;                                 /* of the first P */
    struct bit_summary total;                   /* sums; the largest error, the smallest half gap */
    size_t wrong;                               /* bits decided otherwise than the direct product */
    size_t wrong_row, wrong_column, wrong_hint; /* the first of them */
    struct hmv_bounds bounds;
    struct phase phases[HMV_PHASES];
    double direct_hint_seconds, direct_column_seconds;
};

/* OK also when bits are undecided or wrong: run->total and run->wrong tell. */
enum reduction_status hmv_run(const struct hmv_run_request *request, struct hmv_run *run,
                              char *message, size_t size);

#endif
