/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "say.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum status say_fail(struct say *say, enum status status, const char *format, ...)
{
    struct say fresh;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(fresh.text, sizeof fresh.text, format, arguments);
    va_end(arguments);
    memcpy(say->text, fresh.text, strlen(fresh.text) + 1);
    return status;
}

enum status say_errno(struct say *say, const char *file, const char *what)
{
    int reason = errno;
    bool asked = reason == ENOENT || reason == EACCES || reason == EISDIR || reason == ENOTDIR ||
                 reason == EPERM || reason == ELOOP || reason == ENAMETOOLONG || reason == EINVAL ||
                 reason == EEXIST || reason == ENXIO;
    return say_fail(say, asked ? STATUS_BAD : STATUS_MACHINE, "%s: %s: %s", file, what,
                    strerror(reason));
}

enum status say_where(struct say *say, enum status status, const char *where)
{
    return say_fail(say, status, "%.400s: %s", where, say->text);
}

enum status say_library(enum odamv_status status)
{
    return status == ODAMV_OK ? STATUS_OK : status == ODAMV_NOMEM ? STATUS_MACHINE : STATUS_BAD;
}

static bool printable(char c)
{
    return c >= 0x20 && c < 0x7f;
}

const char *say_quote(const char *bytes, size_t length, char *out, size_t size)
{
    size_t used = 0, wanted = sizeof "''", shown = 0;
    for (size_t i = 0; i < length && wanted <= size; i++)
        wanted += printable(bytes[i]) ? 1 : 4;
    const char *tail = wanted <= size ? "'" : "...'";
    const size_t room = size < strlen(tail) + 1 ? 0 : size - strlen(tail) - 1;
    if (room == 0) {
        if (size)
            out[0] = '\0';
        return out;
    }
    out[used++] = '\'';
    for (; shown < length && used + (printable(bytes[shown]) ? 1 : 4) <= room; shown++)
        if (printable(bytes[shown]))
            out[used++] = bytes[shown];
        else
            used += (size_t)snprintf(out + used, 5, "\\x%02x", (unsigned char)bytes[shown]);
    memcpy(out + used, tail, strlen(tail) + 1);
    return out;
}

const char *say_word(const char *word, char *out, size_t size)
{
    return say_quote(word, strlen(word), out, size);
}

/* A colour for the program's name on a terminal, unless NO_COLOR says no. */
static bool coloured(void)
{
    const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return isatty(STDERR_FILENO) && !(none && *none) && terminal && strcmp(terminal, "dumb") != 0;
}

void say_line(const char *format, ...)
{
    char text[2 * sizeof(struct say)];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fprintf(stderr, coloured() ? "\033[31modamv:\033[0m %s\n" : "odamv: %s\n", text);
}
