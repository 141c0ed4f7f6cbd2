/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * mtx_line.c: lines of a Matrix Market file. See mtx_line.h.
 */
#include "mtx_line.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "bool_read.h"

enum status mtx_line_fail(const struct mtx_line *l, size_t word, const char *what,
                          const char *expected)
{
    char quoted[BOOL_QUOTE];
    if (word >= l->words)
        return say_fail(l->say, STATUS_BAD, "%s:%zu: %s missing, expected %s", l->file, l->line,
                        what, expected);
    return say_fail(l->say, STATUS_BAD, "%s:%zu:%zu: %s %s, expected %s", l->file, l->line,
                    (size_t)(l->word[word].at - l->text) + 1, what,
                    bool_quote(l->word[word].at, l->word[word].length, quoted), expected);
}

static void split(struct mtx_line *l)
{
    const char *at = l->text;
    l->words = 0;
    while (l->words < MTX_WORDS) {
        at += strspn(at, " \t\r\f\v");
        if (!*at)
            break;
        l->word[l->words].at = at;
        l->word[l->words].length = strcspn(at, " \t\r\f\v");
        at += l->word[l->words++].length;
    }
}

enum status mtx_line_next(struct mtx_line *l, bool *end)
{
    size_t length = 0;
    int c = getc(l->stream);
    *end = c == EOF;
    l->line++;
    l->words = 0;
    for (; c != EOF && c != '\n'; c = getc(l->stream)) {
        if (length == MTX_LINE_BYTES || c == 0)
            return say_fail(l->say, STATUS_BAD, "%s:%zu:%zu: %s", l->file, l->line, length + 1,
                            c ? "line goes on, expected at most 1024 bytes"
                              : "zero byte, expected text");
        l->text[length++] = (char)c;
    }
    l->text[length] = 0;
    split(l);
    return c == EOF ? bool_read_error(l->stream, l->file, l->say) : STATUS_OK;
}

enum status mtx_line_entry(struct mtx_line *l, bool comments, bool *end)
{
    enum status status;
    bool comment;
    do {
        status = mtx_line_next(l, end);
        comment = l->words && l->word[0].at[0] == '%';
    } while (status == STATUS_OK && !*end && (l->words == 0 || (comments && comment)));
    if (status == STATUS_OK && comment && !comments)
        return say_fail(l->say, STATUS_BAD,
                        "%s:%zu:%zu: a comment after the size line, expected comments before "
                        "it only",
                        l->file, l->line, (size_t)(l->word[0].at - l->text) + 1);
    return status;
}

bool mtx_line_is(const struct mtx_line *l, size_t word, const char *name)
{
    return word < l->words && l->word[word].length == strlen(name) &&
           strncasecmp(l->word[word].at, name, l->word[word].length) == 0;
}

enum status mtx_line_ends(const struct mtx_line *l, size_t words)
{
    return l->words > words ? mtx_line_fail(l, words, "word", "the end of the line") : STATUS_OK;
}

enum status mtx_line_whole(const struct mtx_line *l, size_t word, const char *what, size_t least,
                           size_t most, size_t *out)
{
    char expected[96];
    size_t x = 0;
    bool good = word < l->words;
    for (size_t i = 0; good && i < l->word[word].length; i++) {
        good = isdigit((unsigned char)l->word[word].at[i]) && x <= most;
        x = 10 * x + (size_t)(l->word[word].at[i] - '0'); /* most is far below SIZE_MAX / 10 */
    }
    if (good && x >= least && x <= most) {
        *out = x;
        return STATUS_OK;
    }
    snprintf(expected, sizeof expected, "a whole number from %zu to %zu", least, most);
    return mtx_line_fail(l, word, what, expected);
}

/* [+-] digits [. digits] [(e|E) [+-] digits], with a digit before the exponent; an integer has
 * neither point nor exponent. */
enum status mtx_line_value(const struct mtx_line *l, size_t word, bool integer, bool *nonzero)
{
    const char *expected = integer ? "a whole number" : "a finite decimal number", *at, *end;
    size_t digits = 0;
    if (word >= l->words)
        return mtx_line_fail(l, word, "value", expected);
    at = l->word[word].at;
    end = at + l->word[word].length;
    *nonzero = false;
    at += at < end && (*at == '+' || *at == '-');
    for (bool point = false; at < end; at++) {
        if (*at == '.' && !point && !integer)
            point = true;
        else if (isdigit((unsigned char)*at)) {
            digits++;
            *nonzero |= *at != '0';
        } else
            break;
    }
    if (at < end && (*at == 'e' || *at == 'E') && !integer && digits) {
        at++;
        at += at < end && (*at == '+' || *at == '-');
        digits = 0;
        for (; at < end && isdigit((unsigned char)*at); at++)
            digits++;
    }
    return at == end && digits ? STATUS_OK : mtx_line_fail(l, word, "value", expected);
}
