/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * count.h: what one update or query costs in operations, from the engine's own prediction, which
 * its tests hold equal to what it counts. Exact at any n, without data.
 */
#ifndef COUNT_H
#define COUNT_H

#include "cell.h"

struct count {
    /* of one update, or of the k of a hint, the mean; of one query, the dearest */
    struct odamv_counts counts;
    double operations;      /* all of them */
    double multiplications; /* update: inside matrix products where updates are folded, else all;
                               query: those of pending records where there are any, else all */
    double samples[16];     /* query: operations at as many moments of an epoch */
    size_t sample_count;
};

/* False: the engine predicts no costs. */
bool count_cell(const struct cell *cell, struct count *out);

#endif
