/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * shell.h: commands to be pasted into a shell.
 */
#ifndef SHELL_H
#define SHELL_H

#include <stdbool.h>
#include <stddef.h>

/* Appends a blank and the word to text[0..size-1], in single quotes where the shell would take a
 * character of it for something else. What does not fit is left out as a whole word: false. */
bool shell_append(char *text, size_t size, const char *word);

#endif
