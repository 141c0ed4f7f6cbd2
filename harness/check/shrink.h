/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * shrink.h: the smallest case that can be made of a failing one by leaving things out.
 *
 * What is kept: the engine still fails in the same way (the same kind of finding). In this order,
 * until nothing helps any more: all queries but the one that is answered wrongly; operations, in
 * chunks that are halved down to single ones (after Zeller and Hildebrandt, IEEE Trans. Softw. Eng.
 * 28 (2002)); keys, queries, features and value columns, likewise; column and row queries into
 * entry queries; numbers to 0, 1 or fewer decimals; options to their plainest; the threshold. The
 * result is examined once more at the end.
 */
#ifndef SHRINK_H
#define SHRINK_H

#include "examine.h"

struct shrink {
    struct examiner *examiner;         /* borrowed */
    const struct odamv_engine *engine; /* borrowed */
    volatile const int *stop;          /* not 0: end early with what there is; may be null */
    double seconds;                    /* at most so long, about */
    /* results: */
    struct finding finding; /* of the shrunk case */
    bool repeats;           /* it failed in the same way when examined alone, before and after */
    size_t attempts;
};

/* Shrinks the case in place. `kind` is the finding that it led to. A case that does not fail in
 * this way when it is examined alone stays as it is. */
void shrink_case(struct shrink *s, struct check_case *c, enum finding_kind kind);

#endif
