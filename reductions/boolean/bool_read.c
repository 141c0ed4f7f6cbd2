/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bool_read.c: opens a boolean matrix and finds its format. See bool_read.h.
 */
#include "bool_read.h"

#include <stdio.h>
#include <string.h>

#include "bool_formats.h"
#include "harness/files/npy_header.h"

static enum status read_stream(FILE *stream, const char *name, struct bitmatrix *out,
                               struct say *say)
{
    const int first = getc(stream);
    if (first == EOF && ferror(stream))
        return say_errno(say, name, "cannot read");
    if (first == EOF)
        return say_fail(say, STATUS_BAD,
                        "%s: empty, expected Matrix Market, NPY, or rows of 0 and 1", name);
    ungetc(first, stream);
    return first == '%'         ? bool_read_mtx(stream, name, out, say)
           : first == NPY_FIRST ? bool_read_npy(stream, name, out, say)
                                : bool_read_text(stream, name, out, say);
}

enum status bool_read(const char *file, struct bitmatrix *out, struct say *say)
{
    FILE *stream;
    enum status status;
    if (strcmp(file, "-") == 0)
        return read_stream(stdin, "standard input", out, say);
    stream = fopen(file, "rbe");
    if (!stream)
        return say_errno(say, file, "cannot open");
    status = read_stream(stream, file, out, say);
    fclose(stream);
    return status;
}
