/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hmv_state.h: the state of a hinted-Mv instance, private to the files of its phases:
 * hmv_prepare.c, hmv_hint.c and hmv_column.c.
 */
#ifndef HMV_STATE_H
#define HMV_STATE_H

#include "hmv.h"

struct hmv {
    size_t generation; /* of the one handle that is not stale */
    const struct hmv_gadget *gadget;
    struct hmv_shape shape;
    struct instance instance;
    size_t *ones;                 /* n4: 1s per column of V */
    size_t *column_counts;        /* n3: of P */
    struct odamv_answer *answers; /* m */
    struct odamv_answer *probes;  /* m: the probe column's, asked once per P */
    struct bitcells hint;         /* as placed */
    double eps;
    bool broken; /* the engine refused to undo a P */
    struct phase phases[HMV_PHASES];
};

/* OK when a handle (h, generation) is current and the engine is not known to hold half a P. */
enum status hmv_usable(const struct hmv *h, size_t generation, struct say *say);

#endif
