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

void json_write_counts(FILE *stream, const struct odamv_counts *c)
{
    fprintf(stream,
            "{\"additions\": %.17g, \"multiplications\": %.17g, \"exponentials\": %.17g, "
            "\"gemm_additions\": %.17g, \"gemm_multiplications\": %.17g, \"folds\": %.17g, "
            "\"refreshes\": %.17g, \"marked_rows\": %.17g}",
            c->additions, c->multiplications, c->exponentials, c->gemm_additions,
            c->gemm_multiplications, c->folds, c->refreshes, c->marked_rows);
}
