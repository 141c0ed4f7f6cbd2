/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * matrix_read.c: which of the two kinds a file is, from its first byte, which is put back: a stream
 * that is no file cannot be read from its beginning again.
 */
#include "matrix_read.h"

#include <stdio.h>
#include <string.h>

#include "dense_text.h"
#include "npy.h"

enum status matrix_read(const char *file, struct matrix *out, struct say *say)
{
    bool standard_input = strcmp(file, "-") == 0;
    const char *name = standard_input ? "standard input" : file;
    FILE *stream = standard_input ? stdin : fopen(file, "rbe");
    enum status status;
    int first;
    if (!stream)
        return say_errno(say, file, "cannot open");
    first = getc(stream);
    if (first != EOF)
        ungetc(first, stream);
    if (first == EOF && ferror(stream))
        status = say_errno(say, name, "cannot read");
    else if (first == NPY_FIRST)
        status = npy_read(stream, name, out, say);
    else
        status = dense_text_read(stream, name, out, say);
    if (!standard_input)
        fclose(stream);
    return status;
}
