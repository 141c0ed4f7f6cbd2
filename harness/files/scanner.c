/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scanner.c: words of a text file, one byte at a time.
 */
#include "scanner.h"

#include <errno.h>
#include <string.h>

#include "harness/ground/number.h"

void scanner_attach(struct scanner *scanner, FILE *stream, const char *name)
{
    *scanner = (struct scanner){
        .stream = stream, .name = name, .line = 1, .next_line = 1, .column = 1, .next_column = 1};
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

static int take(struct scanner *s)
{
    int c = getc_unlocked(s->stream);
    if (c == EOF)
        return EOF;
    s->bytes++;
    s->next_column++;
    if (c == '\n') {
        s->next_line++;
        s->next_column = 1;
    }
    return c;
}

/* Blanks and comments; the first byte after them, already taken. */
static int take_past_blanks(struct scanner *s)
{
    for (;;) {
        int c;
        s->line = s->next_line;
        s->column = s->next_column;
        c = take(s);
        if (c == '#') {
            while ((c = getc_unlocked(s->stream)) != '\n' && c != EOF) {
                s->bytes++;
                s->next_column++;
            }
            if (c == '\n')
                ungetc(c, s->stream);
            continue;
        }
        if (c != ' ' && c != '\t' && c != '\r')
            return c;
    }
}

static bool ends_word(const struct scanner *s, int c)
{
    return c == EOF || c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '#' ||
           (c == ',' && s->commas);
}

enum status scanner_next(struct scanner *s, struct say *say)
{
    int c = take_past_blanks(s);
    s->length = 0;
    s->word[0] = '\0';
    if (c == EOF) {
        s->kind = SCANNER_END;
        if (ferror(s->stream))
            return say_errno(say, s->name, "cannot read");
        return STATUS_OK;
    }
    if (c == '\n' || (c == ',' && s->commas)) {
        s->kind = c == ',' ? SCANNER_COMMA : SCANNER_NEWLINE;
        return STATUS_OK;
    }
    s->kind = SCANNER_WORD;
    for (;;) {
        if (s->length == SCANNER_WORD_MAX || c == '\0') {
            s->word[s->length] = '\0';
            return scanner_fail(s, c == '\0' ? "a zero byte after" : "overlong word",
                                c == '\0' ? "text" : "at most 2000 bytes", say);
        }
        s->word[s->length++] = (char)c;
        c = getc_unlocked(s->stream);
        if (ends_word(s, c))
            break;
        s->bytes++;
        s->next_column++;
    }
    if (c != EOF)
        ungetc(c, s->stream);
    s->word[s->length] = '\0';
    return STATUS_OK;
}

enum status scanner_fail(const struct scanner *s, const char *what, const char *expected,
                         struct say *say)
{
    char quoted[48];
    const char *found = s->kind == SCANNER_END       ? "end of file"
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
