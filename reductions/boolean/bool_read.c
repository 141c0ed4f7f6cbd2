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

enum reduction_status bool_read_error(FILE *stream, const char *file, char *message, size_t size)
{
    if (!ferror(stream))
        return REDUCTION_OK;
    return reduction_fail(errno == EISDIR ? REDUCTION_BAD : REDUCTION_MACHINE, message, size,
                          "%s: cannot read: %s", file, strerror(errno));
}

enum reduction_status bool_read(const char *file, struct bitmatrix *out, char *message, size_t size)
{
    bool standard = strcmp(file, "-") == 0;
    FILE *stream = standard ? stdin : fopen(file, "rb");
    enum reduction_status status;
    int first;
    if (!stream)
        return reduction_fail(errno == ENOMEM || errno == EMFILE ? REDUCTION_MACHINE
                                                                 : REDUCTION_BAD,
                              message, size, "%s: cannot open: %s", file, strerror(errno));
    if (standard)
        file = "standard input";
    errno = 0;
    first = getc(stream);
    status = bool_read_error(stream, file, message, size);
    if (status == REDUCTION_OK && first == EOF)
        status = reduction_fail(REDUCTION_BAD, message, size,
                                "%s: empty, expected Matrix Market, NPY, or rows of 0 and 1", file);
    if (status == REDUCTION_OK) {
        ungetc(first, stream);
        status = first == '%'    ? bool_read_mtx(stream, file, out, message, size)
                 : first == 0x93 ? bool_read_npy(stream, file, out, message, size)
                                 : bool_read_text(stream, file, out, message, size);
    }
    if (!standard)
        fclose(stream);
    return status;
}
