/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scanner.c: words of a text file, one byte at a time.
 */
#include "scanner.h"

#include <stdint.h>
#include <string.h>

#include "harness/ground/number.h"

/* Beside bytes and EOF, which is -1. */
#define NOTHING       (-2)
#define LINE_TOO_LONG (-3)

void scanner_attach(struct scanner *scanner, FILE *stream, const char *name)
{
    *scanner = (struct scanner){.stream = stream,
                                .name = name,
                                .comment = '#',
                                .line = 1,
                                .column = 1,
                                .next_line = 1,
                                .next_column = 1,
                                .line_most = SIZE_MAX,
                                .ahead = NOTHING};
}

enum status scanner_open(struct scanner *scanner, const char *file, struct say *say)
{
    FILE *stream;
    if (strcmp(file, "-") == 0) {
        scanner_attach(scanner, stdin, "standard input");
        return STATUS_OK;
    }
    stream = fopen(file, "rbe");
    scanner_attach(scanner, stream, file);
    if (!stream)
        return say_errno(say, file, "cannot open");
    scanner->close = true;
    return STATUS_OK;
}

void scanner_close(struct scanner *scanner)
{
    if (scanner->stream && scanner->close)
        fclose(scanner->stream);
    scanner->stream = NULL;
}

/* The byte that take gives next, left where it is. */
static int look(struct scanner *s)
{
    if (s->ahead == NOTHING)
        s->ahead = getc_unlocked(s->stream);
    return s->ahead;
}

/* Every end of a line as a newline. The LF of a CR LF is passed over before what follows it, not
 * with its CR: a conversation must not wait for it. */
static int take(struct scanner *s)
{
    int c = look(s);
    if (c == '\n' && s->after_return) {
        s->bytes++;
        s->ahead = NOTHING;
        c = look(s);
    }
    s->ahead = NOTHING;
    s->after_return = c == '\r';
    if (c == EOF)
        return EOF;
    s->bytes++;
    if (c == '\n' || c == '\r') {
        s->next_line++;
        s->next_column = 1;
        return '\n';
    }
    return s->next_column++ > s->line_most ? LINE_TOO_LONG : c;
}

static bool is_blank(int c)
{
    return c == ' ' || c == '\t' || c == '\f' || c == '\v';
}

static bool ends_line(int c)
{
    return c == '\n' || c == '\r' || c == EOF;
}

static bool ends_word(const struct scanner *s, int c)
{
    return ends_line(c) || is_blank(c) || c == s->comment || (c == ',' && s->commas);
}

/* Blanks and comments; the first byte after them, already taken. */
static int take_past_blanks(struct scanner *s)
{
    for (;;) {
        int c;
        s->line = s->next_line;
        s->column = s->next_column;
        c = take(s);
        if (c == s->comment)
            while (!ends_line(look(s)))
                take(s);
        else if (!is_blank(c))
            return c;
    }
}

/* The byte that was taken last cannot stand there. */
static enum status wrong_byte(const struct scanner *s, int c, struct say *say)
{
    const size_t column = s->next_column - 1;
    if (c == LINE_TOO_LONG)
        return say_fail(say, STATUS_BAD, "%s:%zu:%zu: line goes on, expected at most %zu bytes",
                        s->name, s->next_line, column, s->line_most);
    return say_fail(say, STATUS_BAD, "%s:%zu:%zu: a zero byte, expected text", s->name,
                    s->next_line, column);
}

static enum status next_word(struct scanner *s, int c, struct say *say)
{
    s->kind = SCANNER_WORD;
    for (;;) {
        if (c == '\0' || c == LINE_TOO_LONG)
            return wrong_byte(s, c, say);
        if (s->length == SCANNER_WORD_MAX)
            return scanner_fail(s, "overlong word", "at most 2000 bytes", say);
        s->word[s->length++] = (char)c;
        s->word[s->length] = '\0';
        if (s->letters || ends_word(s, look(s)))
            return STATUS_OK;
        c = take(s);
    }
}

enum status scanner_next(struct scanner *s, struct say *say)
{
    int c = take_past_blanks(s);
    s->length = 0;
    s->word[0] = '\0';
    if (c != EOF && c != '\n' && !(c == ',' && s->commas))
        return next_word(s, c, say);
    s->kind = c == EOF ? SCANNER_END : c == ',' ? SCANNER_COMMA : SCANNER_NEWLINE;
    return c == EOF && ferror(s->stream) ? say_errno(say, s->name, "cannot read") : STATUS_OK;
}

enum status scanner_next_line(struct scanner *s, struct say *say)
{
    enum status status;
    do
        status = scanner_next(s, say);
    while (status == STATUS_OK && s->kind == SCANNER_NEWLINE);
    return status;
}

enum status scanner_fail(const struct scanner *s, const char *what, const char *expected,
                         struct say *say)
{
    char quoted[48];
    const bool ended = s->kind == SCANNER_END || s->kind == SCANNER_NEWLINE;
    const char *found = ended && *what               ? "missing"
                        : s->kind == SCANNER_END     ? "end of file"
                        : s->kind == SCANNER_NEWLINE ? "end of line"
                        : s->kind == SCANNER_COMMA
                            ? "','"
                            : say_quote(s->word, s->length, quoted, sizeof quoted);
    return say_fail(say, STATUS_BAD, "%s:%zu:%zu: %s%s%s, %s%s", s->name, s->line, s->column, what,
                    *what ? " " : "", found,
                    strncmp(expected, "expected", 8) == 0 ? "" : "expected ", expected);
}

enum status scanner_number(struct scanner *s, const char *field, double *out, struct say *say)
{
    const char *wrong = "expected a number";
    enum status status = scanner_next(s, say);
    if (status != STATUS_OK)
        return status;
    if (s->kind == SCANNER_WORD)
        wrong = number_parse(s->word, out);
    return wrong ? scanner_fail(s, field, wrong, say) : STATUS_OK;
}

enum status scanner_index(struct scanner *s, const char *field, size_t extent, size_t *out,
                          struct say *say)
{
    char expected[64];
    enum status status = scanner_next(s, say);
    if (status != STATUS_OK)
        return status;
    if (s->kind == SCANNER_WORD && extent && !number_parse_index(s->word, extent - 1, out))
        return STATUS_OK;
    if (extent)
        snprintf(expected, sizeof expected, "an index from 0 to %zu", extent - 1);
    else
        snprintf(expected, sizeof expected, "no index: this dimension is 0");
    return scanner_fail(s, field, expected, say);
}

enum status scanner_end_of_line(struct scanner *s, struct say *say)
{
    enum status status = scanner_next(s, say);
    if (status != STATUS_OK)
        return status;
    if (s->kind != SCANNER_NEWLINE && s->kind != SCANNER_END)
        return scanner_fail(s, "", "the end of the line", say);
    return STATUS_OK;
}
