/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Linear forms with shared subexpressions: see scheme_forms.c.
 */
#ifndef MATMUL_SCHEME_FORMS_H
#define MATMUL_SCHEME_FORMS_H

#include "matmul.h"

struct matmul_entry {
    size_t node; /* an input, or inputs + t for the combination t */
    struct matmul_ratio c;
};

struct matmul_row {
    struct matmul_entry *entry;
    size_t count, room;
};

/* Rows 0 .. rows-1 are multiples of one node each; row rows + t is the combination t, of two
 * entries or more, over nodes that do not depend on it. */
struct matmul_forms {
    size_t inputs, rows, combinations;
    struct matmul_row *row;
    size_t room;
};

/* Of a matrix x, rows x inputs. OK or NOMEM. */
enum odamv_status matmul_forms_open(const struct matmul_ratio *x, size_t rows, size_t inputs,
                                    struct matmul_forms *out);
void matmul_forms_close(struct matmul_forms *forms);

#endif
