/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * agreement.h: the answers of several engines to one case, held against each other.
 *
 * Each answer is an interval that contains the exact one. Intervals have a point in common exactly
 * when every two of them have, and that is when the largest lower end is not above the smallest
 * upper end; if it is, these two ends belong to a pair of which one is wrong, whoever came first.
 */
#ifndef AGREEMENT_H
#define AGREEMENT_H

#include "sandbox.h"
#include "script.h"

struct agreement {
    const struct script *script;
    size_t engines;
    struct agreement_play {
        struct odamv_answer *answers; /* as in the script; null: nothing to compare */
        unsigned char *answered;      /* operations */
    } * plays;                        /* by engine */
};

/* Two answers without a point in common. */
struct dispute {
    size_t op, answer;   /* which operation; position among the answers of the script */
    size_t lower, upper; /* engines; what `lower` claims lies below */
};

/* Without memory the process ends; close accepts a zeroed one. */
void agreement_open(struct agreement *a, const struct script *script, size_t engines);
void agreement_close(struct agreement *a);

/* Keeps what this engine answered in the last play of the box; takes it out again. */
void agreement_keep(struct agreement *a, size_t engine, const struct check_case *c,
                    const struct sandbox *box);
void agreement_leave(struct agreement *a, size_t engine);

/* The first dispute in the order of the operations; false: there is none. */
bool agreement_broken(const struct agreement *a, struct dispute *dispute);

/* Answers of that engine that another one has answered, too. */
double agreement_count(const struct agreement *a, size_t engine);

#endif
