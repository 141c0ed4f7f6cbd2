/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scheme_read.c: schemes from text files.
 *
 *     odamv-scheme 1
 *     name strassen
 *     shape 2 2 2            m k n: blocks of A (m x k), B (k x n), C (m x n)
 *     rank 7
 *     u                      one line per product: m k coefficients, blocks of A in row-major order
 *     1 0 0 1
 *     ...
 *     v                      one line per product: k n coefficients
 *     ...
 *     w                      one line per product: its coefficient in each of the m n blocks of C
 *     ...
 *
 * A coefficient is an integer or a fraction like -1/2. Items are separated by spaces or tabs, lines
 * come in this order, `#` starts a comment, empty lines are skipped. Every error is one message
 * with the file, the line and what was expected; a scheme that is read is then verified.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ratio.h"
#include "say.h"

struct reader {
    FILE *in;
    const char *name;
    size_t line;
    char *text; /* the current line, without comment and surrounding space */
    size_t room;
    char *message;
    size_t size;
    enum odamv_status status;
};

static bool wrong(struct reader *r, const char *expected)
{
    r->status = ODAMV_DOMAIN;
    return matmul_say(r->message, r->size, "%s:%zu: expected %s, found '%.30s'%s", r->name, r->line,
                      expected, r->text && *r->text ? r->text : "end of file",
                      r->text && strlen(r->text) > 30 ? "..." : "");
}

/* To the next line that is not empty. At the end of the file the text is empty. */
static bool advance(struct reader *r)
{
    for (;;) {
        ssize_t length = getline(&r->text, &r->room, r->in);
        r->line++;
        if (length < 0) {
            if (!r->text || ferror(r->in)) {
                r->status = errno == ENOMEM ? ODAMV_NOMEM : ODAMV_DOMAIN;
                return matmul_say(r->message, r->size, "%s:%zu: cannot be read: %s", r->name,
                                  r->line, strerror(errno));
            }
            *r->text = '\0';
            return true;
        }
        if (strlen(r->text) != (size_t)length) {
            *r->text = '\0';
            r->status = ODAMV_DOMAIN;
            return matmul_say(r->message, r->size, "%s:%zu: expected text, found a zero byte",
                              r->name, r->line);
        }
        r->text[strcspn(r->text, "#\r\n")] = '\0';
        size_t start = strspn(r->text, " \t"), end = strlen(r->text);
        while (end > start && isspace((unsigned char)r->text[end - 1]))
            end--;
        memmove(r->text, r->text + start, end - start);
        r->text[end - start] = '\0';
        if (*r->text)
            return true;
    }
}

/* A decimal integer at *at, moved behind it. At most nine digits. */
static bool integer(const char **at, int *out)
{
    const char *s = *at + (**at == '-');
    size_t digits = strspn(s, "0123456789");
    if (!digits || digits > 9)
        return false;
    *out = (int)strtol(*at, NULL, 10);
    *at = s + digits;
    return true;
}

/* `word` and then exactly `count` positive integers. */
static bool keyword(struct reader *r, const char *word, size_t count, int *value)
{
    char expected[80];
    snprintf(expected, sizeof expected, "'%s' and %zu positive integer%s", word, count,
             count == 1 ? "" : "s");
    if (!advance(r))
        return false;
    const char *at = r->text;
    if (strncmp(at, word, strlen(word)))
        return wrong(r, expected);
    at += strlen(word);
    for (size_t i = 0; i < count; i++) {
        size_t space = strspn(at, " \t");
        at += space;
        if (!space || !integer(&at, &value[i]) || value[i] < 1)
            return wrong(r, expected);
    }
    return *at ? wrong(r, expected) : true;
}

static bool label(struct reader *r, const char *word)
{
    char expected[20];
    snprintf(expected, sizeof expected, "'%s'", word);
    return advance(r) && (!strcmp(r->text, word) || wrong(r, expected));
}

static bool scheme_name(struct reader *r, char *out)
{
    if (!advance(r))
        return false;
    size_t space = strncmp(r->text, "name", 4) ? 0 : strspn(r->text + 4, " \t");
    const char *text = r->text + 4 + space;
    if (!space || strlen(text) >= MATMUL_NAME_MAX || strpbrk(text, " \t*"))
        return wrong(r, "'name' and a word of at most 63 bytes without '*'");
    snprintf(out, MATMUL_NAME_MAX, "%s", text);
    return true;
}

static bool coefficient(const char **at, struct matmul_ratio *out)
{
    int num, den = 1;
    if (!integer(at, &num))
        return false;
    if (**at == '/') {
        ++*at;
        if (!integer(at, &den) || den < 1)
            return false;
    }
    return (!**at || **at == ' ' || **at == '\t') && matmul_ratio_make(num, den, out);
}

static bool matrix(struct reader *r, const char *name, size_t rows, size_t cols,
                   struct matmul_ratio *out)
{
    char expected[120];
    if (!label(r, name))
        return false;
    for (size_t l = 0; l < rows; l++) {
        snprintf(expected, sizeof expected,
                 "line %zu of %zu of %s: %zu integers or fractions of at most %d", l + 1, rows,
                 name, cols, MATMUL_COEF_MAX);
        if (!advance(r))
            return false;
        const char *at = r->text;
        for (size_t i = 0; i < cols; i++) {
            if (!coefficient(&at, &out[l * cols + i]))
                return wrong(r, expected);
            at += strspn(at, " \t");
        }
        if (*at)
            return wrong(r, expected);
    }
    return true;
}

static bool header(struct reader *r, struct matmul_scheme **out)
{
    char name[MATMUL_NAME_MAX];
    int version, shape[3], rank;
    if (!keyword(r, "odamv-scheme", 1, &version))
        return false;
    if (version != 1)
        return wrong(r, "version 1");
    if (!scheme_name(r, name) || !keyword(r, "shape", 3, shape))
        return false;
    for (int i = 0; i < 3; i++)
        if (shape[i] > MATMUL_SIDE_MAX)
            return wrong(r, "at most 64 blocks a side");
    if (!keyword(r, "rank", 1, &rank))
        return false;
    if (rank > MATMUL_RANK_MAX)
        return wrong(r, "a rank of at most 4096");
    r->status =
        matmul_scheme_open((size_t)shape[0], (size_t)shape[1], (size_t)shape[2], (size_t)rank, out);
    if (r->status)
        return matmul_say(r->message, r->size, "%s: no memory for the scheme", r->name);
    memcpy((*out)->name, name, sizeof name);
    return true;
}

static bool whole(struct reader *r, struct matmul_scheme **out)
{
    if (!header(r, out))
        return false;
    struct matmul_scheme *s = *out;
    if (!matrix(r, "u", s->r, s->m * s->k, s->u) || !matrix(r, "v", s->r, s->k * s->n, s->v) ||
        !matrix(r, "w", s->r, s->m * s->n, s->w) || !advance(r))
        return false;
    if (*r->text)
        return wrong(r, "end of file");
    char equation[200];
    r->status = matmul_scheme_verify(s, equation, sizeof equation);
    if (r->status != ODAMV_DOMAIN)
        return r->status == ODAMV_OK;
    return matmul_say(r->message, r->size, "%s: scheme '%s': %s", r->name, s->name, equation);
}

enum odamv_status matmul_scheme_read(FILE *in, const char *name, struct matmul_scheme **out,
                                     char *message, size_t size)
{
    struct reader r = {.in = in, .name = name, .message = message, .size = size};
    *out = NULL;
    if (!whole(&r, out)) {
        matmul_scheme_close(*out);
        *out = NULL;
    }
    free(r.text);
    return r.status;
}

enum odamv_status matmul_scheme_load(const char *file, struct matmul_scheme **out, char *message,
                                     size_t size)
{
    *out = NULL;
    FILE *in = fopen(file, "r");
    if (!in) {
        matmul_say(message, size, "%s: cannot be opened: %s", file, strerror(errno));
        return ODAMV_DOMAIN;
    }
    enum odamv_status status = matmul_scheme_read(in, file, out, message, size);
    fclose(in);
    return status;
}

enum odamv_status matmul_scheme_open_named(const char *name_or_file, struct matmul_scheme **out,
                                           char *message, size_t size)
{
    return strpbrk(name_or_file, "/.") ? matmul_scheme_load(name_or_file, out, message, size)
                                       : matmul_scheme_find(name_or_file, out, message, size);
}
