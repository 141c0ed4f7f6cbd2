/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check_case.h: one case of a check, as a value: a problem, options, and operations.
 */
#ifndef CHECK_CASE_H
#define CHECK_CASE_H

#include <stdbool.h>

#include "harness/files/trace.h"

struct check_case {
    struct trace_problem input; /* matrices as they are before the first operation */
    struct trace_op *ops;
    size_t count, capacity;
};

/* Each opens a case, to be closed by case_close. The first is a problem of that shape with scale 1,
 * normalised, its matrices zero, without operations. Without memory the process ends. */
void case_open(struct check_case *c, const struct trace_shape *shape);
void case_copy(struct check_case *to, const struct check_case *from);
void case_close(struct check_case *c); /* accepts a zeroed one */

struct trace_shape case_shape(const struct check_case *c);
void case_push(struct check_case *c, const struct trace_op *op);
void case_set_matmul(struct check_case *c, const char *name); /* copied; null: classical */

/* Removes the updates of Q, for engines that do not offer them. */
void case_without_q_updates(struct check_case *c);

/* A self-contained trace, opened here; what is read also passes odamv_problem_check. BAD: no trace,
 * or a problem that is refused; MACHINE: memory, disk. After a failure the case is closed. */
enum status case_read(struct check_case *c, const char *file, struct say *say);
/* A file that case_read takes, whole or not at all; `comment` stands in its head. */
enum status case_write(const struct check_case *c, const char *file, const char *comment,
                       struct say *say);

/* Whether problem, options and operations are the same to the bit. */
bool case_same(const struct check_case *a, const struct check_case *b);

#endif
