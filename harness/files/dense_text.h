/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dense_text.h: dense real matrices as text.
 *
 * One row per line; values between blanks, or between commas with or without blanks, the same
 * way in the whole file; `#` begins a comment; lines without values are skipped. Every row has as
 * many values as the first. Numbers as in number_parse. A file without values is refused.
 */
#ifndef DENSE_TEXT_H
#define DENSE_TEXT_H

#include <stdio.h>

#include "harness/ground/matrix.h"
#include "harness/ground/say.h"

/* From an open stream at its first byte, which stays open; `name` is for messages. */
enum status dense_text_read(FILE *stream, const char *name, struct matrix *out, struct say *say);

#endif
