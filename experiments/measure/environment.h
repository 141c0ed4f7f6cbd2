/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * environment.h: what a measurement was made with: command, version, compiler, flags, processor,
 * BLAS and its core, threads, date.
 */
#ifndef ENVIRONMENT_H
#define ENVIRONMENT_H

#include <jansson.h>

/* A new object with string values; null when there is no memory. */
json_t *environment_collect(int argc, char *const *argv);

/* The same as text: one line "NAME: VALUE" each, every line behind `prefix`. */
void environment_print(FILE *stream, const char *prefix, json_t *environment);

#endif
