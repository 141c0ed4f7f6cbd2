/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * npy_header.c: the preamble of an NPY file, up to its first element.
 *
 * A hand-written parser of the one Python literal that the format allows. It works on memory,
 * knows the end, and never looks behind it, so that any bytes at all may be given to it.
 */
#include "npy_header.h"

#include <stdint.h>
#include <string.h>

struct parser {
    const char *file;
    const unsigned char *bytes;
    size_t at, end;
    unsigned version;
    struct say *say;
};

static enum status wrong(const struct parser *p, const char *field, const char *expected)
{
    char found[40];
    size_t left = p->at < p->end ? p->end - p->at : 0, shown = left ? 1 : 0;
    if (!left)
        return say_fail(p->say, STATUS_BAD, "%s: byte %zu: %s ends here, expected %s", p->file,
                        p->at, field, expected);
    while (shown < left && shown < 24 && !strchr(",:}\n", p->bytes[p->at + shown]))
        shown++;
    say_quote((const char *)p->bytes + p->at, shown, found, sizeof found);
    return say_fail(p->say, STATUS_BAD, "%s: byte %zu: %s %s, expected %s", p->file, p->at, field,
                    found, expected);
}

static bool is_blank(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static void skip_blanks(struct parser *p)
{
    while (p->at < p->end && is_blank(p->bytes[p->at]))
        p->at++;
}

/* Takes the text if it is next, after blanks. */
static bool take(struct parser *p, const char *text)
{
    size_t length = strlen(text);
    skip_blanks(p);
    if (p->end - p->at < length || memcmp(p->bytes + p->at, text, length) != 0)
        return false;
    p->at += length;
    return true;
}

/* The length of the string that is next after blanks, without its quotes; SIZE_MAX when there is
 * none. There are no escapes, and none of the strings that are wanted needs one. */
static size_t quoted(struct parser *p)
{
    skip_blanks(p);
    if (p->at == p->end || (p->bytes[p->at] != '\'' && p->bytes[p->at] != '"'))
        return SIZE_MAX;
    for (size_t i = p->at + 1; i < p->end; i++)
        if (p->bytes[i] == p->bytes[p->at])
            return i - p->at - 1;
    return SIZE_MAX;
}

/* Takes 'text' or "text". */
static bool take_quoted(struct parser *p, const char *text)
{
    size_t length = strlen(text);
    if (quoted(p) != length || memcmp(p->bytes + p->at + 1, text, length) != 0)
        return false;
    p->at += length + 2;
    return true;
}

static enum status parse_descr(struct parser *p, struct npy_header *out)
{
    size_t length = quoted(p), order;
    const char *text = (const char *)p->bytes + p->at + 1;
    if (length == SIZE_MAX)
        return wrong(p, "descr", "a type between quotes: " NPY_TYPES);
    order = length && memchr("<>=|", *text, 4) ? 1 : 0;
    out->big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
    if (order && (*text == '<' || *text == '>'))
        out->big_endian = *text == '>';
    out->type = npy_type_find(text + order, length - order);
    if (!out->type)
        return wrong(p, "descr", NPY_TYPES ", after <, >, =, | or nothing");
    p->at += length + 2;
    return STATUS_OK;
}

static enum status parse_order(struct parser *p, struct npy_header *out)
{
    out->fortran_order = take(p, "True");
    if (!out->fortran_order && !take(p, "False"))
        return wrong(p, "fortran_order", "True or False");
    return STATUS_OK;
}

/* A whole number as Python writes it: no zeros before it. */
static enum status parse_extent(struct parser *p, size_t *out)
{
    size_t value = 0, digits = 0;
    skip_blanks(p);
    for (; p->at < p->end && p->bytes[p->at] >= '0' && p->bytes[p->at] <= '9'; p->at++, digits++) {
        size_t digit = (size_t)(p->bytes[p->at] - '0');
        if (value > (SIZE_MAX - digit) / 10)
            return wrong(p, "shape: at digit", "an extent that fits 64 bits");
        if (digits && !value)
            return wrong(p, "shape: at digit", "no digit after a zero");
        value = value * 10 + digit;
    }
    if (!digits)
        return wrong(p, "shape", "two whole numbers, as in (3, 4)");
    if (p->version < 3)
        take(p, "L");
    *out = value;
    return STATUS_OK;
}

static enum status parse_shape(struct parser *p, struct npy_header *out)
{
    enum status status;
    skip_blanks(p);
    out->shape_offset = p->at;
    if (!take(p, "("))
        return wrong(p, "shape", "two whole numbers, as in (3, 4)");
    if ((status = parse_extent(p, &out->rows)) != STATUS_OK)
        return status;
    if (!take(p, ","))
        return wrong(p, "shape", "',' and a second extent");
    if ((status = parse_extent(p, &out->cols)) != STATUS_OK)
        return status;
    take(p, ",");
    if (!take(p, ")"))
        return wrong(p, "shape", "')' after two extents");
    return STATUS_OK;
}

static const struct item {
    const char *key;
    enum status (*parse)(struct parser *p, struct npy_header *out);
} items[] = {{"descr", parse_descr}, {"fortran_order", parse_order}, {"shape", parse_shape}};
#define ITEMS (sizeof items / sizeof *items)

static enum status parse_item(struct parser *p, bool seen[ITEMS], struct npy_header *out)
{
    size_t before, i = 0;
    enum status status;
    skip_blanks(p);
    before = p->at;
    while (i < ITEMS && !take_quoted(p, items[i].key))
        i++;
    if (i == ITEMS)
        return wrong(p, "header key", "'descr', 'fortran_order', 'shape' or '}'");
    if (seen[i]) {
        p->at = before;
        return wrong(p, "header key", "each key once");
    }
    seen[i] = true;
    if (!take(p, ":"))
        return wrong(p, items[i].key, "':' after the key");
    if ((status = items[i].parse(p, out)) != STATUS_OK)
        return status;
    if (!take(p, ",") && (p->at == p->end || p->bytes[p->at] != '}'))
        return wrong(p, items[i].key, "',' or '}' after the value");
    return STATUS_OK;
}

static enum status parse_dictionary(struct parser *p, struct npy_header *out)
{
    bool seen[ITEMS] = {false};
    if (!take(p, "{"))
        return wrong(p, "header", "'{'");
    while (!take(p, "}")) {
        enum status status = parse_item(p, seen, out);
        if (status != STATUS_OK)
            return status;
    }
    for (size_t i = 0; i < ITEMS; i++)
        if (!seen[i])
            return say_fail(p->say, STATUS_BAD,
                            "%s: byte %zu: the header ends without the key '%s', expected descr, "
                            "fortran_order and shape",
                            p->file, p->at, items[i].key);
    skip_blanks(p);
    return p->at == p->end ? STATUS_OK : wrong(p, "header", "nothing but blanks after '}'");
}

static bool is_magic(const unsigned char *bytes)
{
    return memcmp(bytes, NPY_MAGIC, NPY_MAGIC_SIZE) == 0;
}

static bool is_version(const unsigned char *bytes)
{
    return bytes[6] >= 1 && bytes[6] <= 3 && bytes[7] == 0;
}

static size_t width_of(unsigned version)
{
    return version == 1 ? 2 : 4;
}

static size_t header_length(const unsigned char *bytes)
{
    size_t length = 0;
    for (size_t i = width_of(bytes[6]); i-- > 0;)
        length = length << 8 | bytes[8 + i];
    return length;
}

size_t npy_preamble(const unsigned char *bytes, size_t length)
{
    if (length < 10 || !is_magic(bytes) || !is_version(bytes))
        return 10;
    const size_t start = 8 + width_of(bytes[6]);
    if (length < start || header_length(bytes) > NPY_HEADER_MAX)
        return start;
    return start + header_length(bytes);
}

enum status npy_parse_header(const char *file, const unsigned char *bytes, size_t length,
                             struct npy_header *out, struct say *say)
{
    struct parser p = {.file = file, .bytes = bytes, .end = length, .say = say};
    struct npy_header header = {0};
    size_t announced, left;
    enum status status;
    if (length < NPY_MAGIC_SIZE || !is_magic(bytes))
        return wrong(&p, "magic", "the six bytes \\x93NUMPY");
    if (length < 8 || !is_version(bytes))
        return say_fail(say, STATUS_BAD, "%s: byte 6: version %u.%u, expected 1.0, 2.0 or 3.0",
                        file, length > 6 ? bytes[6] : 0u, length > 7 ? bytes[7] : 0u);
    p.version = bytes[6];
    p.at = 8;
    if (length < 8 + width_of(p.version))
        return wrong(&p, "header length", "a whole one");
    p.at += width_of(p.version);
    left = length - p.at;
    announced = header_length(bytes);
    /* Of a longer one npy_preamble reads nothing, so that what is left would say 0. */
    if (announced > NPY_HEADER_MAX || announced > left)
        return say_fail(say, STATUS_BAD, "%s: byte 8: header length %zu, expected at most %zu",
                        file, announced, announced > NPY_HEADER_MAX ? NPY_HEADER_MAX : left);
    p.end = p.at + announced;
    if ((status = parse_dictionary(&p, &header)) != STATUS_OK)
        return status;
    header.data_offset = p.end;
    *out = header;
    return STATUS_OK;
}
