/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * verify.h: decoded bits compared with the boolean product computed directly, and the time of that.
 */
#ifndef VERIFY_H
#define VERIFY_H

#include "baseline.h"
#include "decode.h"

struct verify_result {
    size_t wrong;                               /* bits decided otherwise than the direct product */
    size_t wrong_row, wrong_column, wrong_hint; /* the first of them */
    double hint_seconds, column_seconds;        /* of the direct product, sums */
};

struct verify {
    const struct baseline *baseline; /* null: nothing is compared, and every call is OK */
    void *state;
    size_t rows, columns; /* of the product */
    size_t from, to;      /* the rows that are compared; all, unless the caller sets them */
    size_t hints;         /* given so far */
    bool *truth;          /* rows */
    struct verify_result result;
};

/* M and V are borrowed until verify_close, which may be called on all zero and after a failure. */
enum status verify_open(struct verify *verify, const struct baseline *baseline,
                        const struct bitmatrix *m, const struct bitmatrix *v, struct say *say);
void verify_close(struct verify *verify);

/* The next P. Before the first one is timed it is given, and one column asked, without a clock:
 * libraries load and start threads at their first use. The baseline copies what it keeps of P. */
enum status verify_hint(struct verify *verify, const struct bitcells *p, struct say *say);

/* Compares bits[from..to-1] with column `column`. Only a bit that was decided can be wrong. */
enum status verify_column(struct verify *verify, size_t column, const enum verdict *bits,
                          struct say *say);

#endif
