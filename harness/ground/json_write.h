/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * json_write.h: values of JSON Lines. Write errors stay in the stream.
 */
#ifndef JSON_WRITE_H
#define JSON_WRITE_H

#include <stdio.h>

#include "odamv.h"

/* A number with 17 significant digits, or null when it is not finite; a string, quoted. */
void json_write_number(FILE *stream, double value);
void json_write_string(FILE *stream, const char *text);
/* An object with one member per field. */
void json_write_counts(FILE *stream, const struct odamv_counts *counts);

#endif
