/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bool_read.c: opens a boolean matrix and finds its format. See bool_read.h.
 */
#include "bool_read.h"

#include <errno.h>
#include <string.h>

const char *bool_quote(const char *bytes, size_t length, char out[BOOL_QUOTE])
{
    size_t used = 0;
    out[used++] = '\'';
    for (size_t i = 0; i < length && i < 40; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c >= 0x20 && c < 0x7f)
            out[used++] = (char)c;
        else
            used += (size_t)snprintf(out + used, BOOL_QUOTE - used, "\\x%02x", c);
    }
    snprintf(out + used, BOOL_QUOTE - used, length > 40 ? "...'" : "'");
    return out;
}

enum status bool_read_error(FILE *stream, const char *file, struct say *say)
{
    if (!ferror(stream))
        return STATUS_OK;
    return say_fail(say, errno == EISDIR ? STATUS_BAD : STATUS_MACHINE, "%s: cannot read: %s", file,
                    strerror(errno));
}

enum status bool_read(const char *file, struct bitmatrix *out, struct say *say)
{
    bool standard = strcmp(file, "-") == 0;
    FILE *stream = standard ? stdin : fopen(file, "rb");
    enum status status;
    int first;
    if (!stream)
        return say_fail(say, errno == ENOMEM || errno == EMFILE ? STATUS_MACHINE : STATUS_BAD,
                        "%s: cannot open: %s", file, strerror(errno));
    if (standard)
        file = "standard input";
    errno = 0;
    first = getc(stream);
    status = bool_read_error(stream, file, say);
    if (status == STATUS_OK && first == EOF)
        status = say_fail(say, STATUS_BAD,
                          "%s: empty, expected Matrix Market, NPY, or rows of 0 and 1", file);
    if (status == STATUS_OK) {
        ungetc(first, stream);
        status = first == '%'    ? bool_read_mtx(stream, file, out, say)
                 : first == 0x93 ? bool_read_npy(stream, file, out, say)
                                 : bool_read_text(stream, file, out, say);
    }
    if (!standard)
        fclose(stream);
    return status;
}
