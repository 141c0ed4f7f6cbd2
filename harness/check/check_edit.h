/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check_edit.h: smaller cases from larger ones.
 */
#ifndef CHECK_EDIT_H
#define CHECK_EDIT_H

#include "check_case.h"

enum case_part { CASE_OPS, CASE_M, CASE_N, CASE_D, CASE_P, CASE_PARTS };

/* The number of operations, or one extent of the problem. */
size_t case_extent(const struct check_case *c, enum case_part part);

/* Removes [from, from + count) of the operations, or of the queries, keys, features or value
 * columns with every operation about one of them. At least one of the latter must remain. */
void case_drop(struct check_case *c, enum case_part part, size_t from, size_t count);

/* How simple a number is to read: 0 first, then 1, then by the length of its decimals. */
int case_complexity(double x);

#endif
