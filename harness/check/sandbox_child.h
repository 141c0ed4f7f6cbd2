/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sandbox_child.h: the child's side of a sandbox.
 */
#ifndef SANDBOX_CHILD_H
#define SANDBOX_CHILD_H

#include "sandbox_report.h"

/* Plays the case into the shared memory and ends the process. */
_Noreturn void sandbox_child(struct sandbox *box, const struct odamv_engine *engine,
                             const struct check_case *c, const struct script *script);

#endif
