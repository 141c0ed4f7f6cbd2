/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "json_write.h"

#include <math.h>

void json_write_number(FILE *stream, double value)
{
    if (isfinite(value))
        fprintf(stream, "%.17g", value);
    else
        fputs("null", stream);
}

void json_write_string(FILE *stream, const char *text)
{
    putc('"', stream);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            fprintf(stream, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            fprintf(stream, "\\u%04x", c);
        else
            putc(c, stream);
    }
    putc('"', stream);
}

void json_write_counts(FILE *stream, const struct odamv_counts *counts)
{
    for (size_t f = 0; odamv_counts_fields[f]; f++)
        fprintf(stream, "%s\"%s\": %.17g", f ? ", " : "{", odamv_counts_fields[f],
                odamv_counts_field(counts, f));
    putc('}', stream);
}
