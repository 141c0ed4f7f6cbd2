/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Messages of the functions that refuse something.
 */
#ifndef MATMUL_SAY_H
#define MATMUL_SAY_H

#include <stdbool.h>
#include <stddef.h>

/* False, with the message put where the caller wants it (nowhere when message is null). */
__attribute__((format(printf, 3, 4))) bool matmul_say(char *message, size_t size,
                                                      const char *format, ...);

#endif
