/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * input.c: messages of readers, and strict parsing of one number.
 *
 * Numbers are checked against the grammar by hand before strtod_l converts them, since strtod
 * alone also takes leading blanks, "infinity", "nan(...)" and stops where it likes.
 */
#include "input.h"

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum input_status input_fail(enum input_status status, char *message, size_t size,
                             const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, size, format, arguments);
    va_end(arguments);
    return status;
}

enum input_status input_fail_errno(const char *file, const char *what, char *message, size_t size)
{
    int reason = errno;
    bool asked = reason == ENOENT || reason == EACCES || reason == EISDIR || reason == ENOTDIR ||
                 reason == EPERM || reason == ELOOP || reason == ENAMETOOLONG || reason == EINVAL ||
                 reason == EEXIST || reason == ENXIO;
    return input_fail(asked ? INPUT_BAD : INPUT_MACHINE, message, size, "%s: %s: %s", file, what,
                      strerror(reason));
}

const char *input_quote(const char *bytes, size_t length, char *out, size_t size)
{
    size_t used = 0, i = 0;
    if (size < 8) {
        if (size)
            out[0] = '\0';
        return out;
    }
    out[used++] = '\'';
    for (; i < length && used < size - 6; i++) {
        unsigned char c = (unsigned char)bytes[i];
        out[used++] = c >= 0x20 && c < 0x7f ? (char)c : '?';
    }
    if (i < length) {
        memcpy(out + used, "...", 3);
        used += 3;
    }
    out[used++] = '\'';
    out[used] = '\0';
    return out;
}

/* Skips digits of the base; the number of them that are there. */
static size_t skip_digits(const char **p, bool hexadecimal)
{
    size_t count = 0;
    for (; hexadecimal ? isxdigit((unsigned char)**p) : (**p >= '0' && **p <= '9'); (*p)++)
        count++;
    return count;
}

static bool is_number(const char *p)
{
    bool hexadecimal;
    size_t digits;
    if (*p == '+' || *p == '-')
        p++;
    hexadecimal = p[0] == '0' && (p[1] == 'x' || p[1] == 'X');
    if (hexadecimal)
        p += 2;
    digits = skip_digits(&p, hexadecimal);
    if (*p == '.') {
        p++;
        digits += skip_digits(&p, hexadecimal);
    }
    if (!digits)
        return false;
    if (hexadecimal ? (*p == 'p' || *p == 'P') : (*p == 'e' || *p == 'E')) {
        p++;
        if (*p == '+' || *p == '-')
            p++;
        if (!skip_digits(&p, false))
            return false;
    }
    return *p == '\0';
}

const char *input_parse_number(const char *token, double *out)
{
    locale_t plain;
    double value;
    if (!is_number(token))
        return "expected a finite decimal or hexadecimal number";
    /* glibc hands out its built-in C locale here: no allocation, nothing to fail. */
    plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!plain)
        return "cannot be converted: the C locale is not available";
    value = strtod_l(token, NULL, plain);
    freelocale(plain);
    if (!isfinite(value))
        return "expected a number within the range of doubles";
    *out = value;
    return NULL;
}

const char *input_parse_index(const char *token, size_t last, size_t *out)
{
    size_t value = 0;
    if (!*token)
        return "expected a whole number";
    for (const char *p = token; *p; p++) {
        size_t digit = (size_t)(*p - '0');
        if (*p < '0' || *p > '9')
            return "expected a whole number";
        if (value > (SIZE_MAX - digit) / 10)
            return "too large";
        value = value * 10 + digit;
    }
    if (value > last)
        return "too large";
    *out = value;
    return NULL;
}
