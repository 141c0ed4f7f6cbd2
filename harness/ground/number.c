/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * number.c: strict parsing of one number.
 *
 * Numbers are checked against the grammar by hand before strtod_l converts them, since strtod alone
 * also takes leading blanks, "infinity" and "nan(...)", and stops where it likes.
 */
#include "number.h"

#include <ctype.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

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

const char *number_parse(const char *token, double *out)
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

const char *number_parse_index(const char *token, size_t last, size_t *out)
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
