/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell.h"

#include <string.h>

/* Means itself to every shell of POSIX, wherever it stands. */
static const char PLAIN[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+./,:@%";

/* With quotes; a quote itself ends them, is escaped, and begins them again. */
static size_t length_quoted(const char *word)
{
    size_t length = strlen(word) + 2;
    for (const char *c = word; *c; c++)
        length += *c == '\'' ? 3 : 0;
    return length;
}

static char *put_quoted(char *to, const char *word)
{
    *to++ = '\'';
    for (; *word; word++) {
        if (*word == '\'') {
            memcpy(to, "'\\'", 3);
            to += 3;
        }
        *to++ = *word;
    }
    *to++ = '\'';
    return to;
}

bool shell_append(char *text, size_t size, const char *word)
{
    const size_t used = strlen(text), length = strlen(word);
    const bool plain = length > 0 && strspn(word, PLAIN) == length;
    const size_t needed = 1 + (plain ? length : length_quoted(word));
    char *to = text + used;
    if (used + needed >= size)
        return false;
    *to++ = ' ';
    if (plain)
        to = (char *)memcpy(to, word, length) + length;
    else
        to = put_quoted(to, word);
    *to = '\0';
    return true;
}
