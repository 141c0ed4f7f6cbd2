/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * process_state.h: what all of a process shares and an engine must leave as it is: how its thread
 * computes (floating.h), the locale, signal dispositions, the working directory, limits and the
 * environment.
 *
 * Two looks: at what decides about numbers, which costs some 20 ns and can be afforded after every
 * call, and at everything, about 10 microseconds.
 */
#ifndef PROCESS_STATE_H
#define PROCESS_STATE_H

#include <stdbool.h>
#include <stddef.h>

struct process_state;

/* As it is now; to be freed by process_state_free. Without memory the process ends. */
struct process_state *process_state_take(void);
void process_state_free(struct process_state *state); /* accepts null */

/* Whether something is different now; the first such thing in text[0..size-1], such as "the working
 * directory, from /a to /b". `all`: everything, else what decides about numbers. */
bool process_state_changed(const struct process_state *before, bool all, char *text, size_t size);

/* Makes all of it what it was. */
void process_state_restore(const struct process_state *before);

#endif
