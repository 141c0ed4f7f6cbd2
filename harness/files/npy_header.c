/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * npy_header.c: the preamble of an NPY file, up to its first element.
 *
 * A hand-written parser of the one Python literal that the format allows. It works on memory,
 * knows the end, and never looks behind it, so that any bytes at all may be given to it.
 */
#include <stdint.h>
#include <string.h>

#include "npy.h"

struct parser {
    const char *file;
    const unsigned char *bytes;
    size_t at, end;
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

static void skip_blanks(struct parser *p)
{
    while (p->at < p->end && (p->bytes[p->at] == ' ' || p->bytes[p->at] == '\t'))
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

/* Takes 'text' or "text". */
static bool take_quoted(struct parser *p, const char *text)
{
    size_t length = strlen(text);
    unsigned char quote;
    skip_blanks(p);
    if (p->end - p->at < length + 2)
        return false;
    quote = p->bytes[p->at];
    if ((quote != '\'' && quote != '"') || p->bytes[p->at + length + 1] != quote ||
        memcmp(p->bytes + p->at + 1, text, length) != 0)
        return false;
    p->at += length + 2;
    return true;
}

static enum status parse_descr(struct parser *p, unsigned types, struct npy_header *out)
{
    static const struct {
        const char *text;
        enum npy_type type;
        bool big_endian;
    } known[] = {
        {"<f8", NPY_F8, false}, {">f8", NPY_F8, true},  {"<f4", NPY_F4, false},
        {">f4", NPY_F4, true},  {"|u1", NPY_U1, false}, {"|b1", NPY_B1, false},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if ((types >> known[i].type & 1u) && take_quoted(p, known[i].text)) {
            out->type = known[i].type;
            out->big_endian = known[i].big_endian;
            return STATUS_OK;
        }
    return wrong(p, "descr",
                 types == NPY_REAL   ? "'<f8', '<f4', '>f8' or '>f4'"
                 : types == NPY_BYTE ? "'|u1' or '|b1'"
                                     : "another type");
}

static enum status parse_order(struct parser *p, struct npy_header *out)
{
    if (take(p, "True"))
        out->fortran_order = true;
    else if (take(p, "False"))
        out->fortran_order = false;
    else
        return wrong(p, "fortran_order", "True or False");
    return STATUS_OK;
}

static enum status parse_extent(struct parser *p, size_t *out)
{
    size_t value = 0, digits = 0;
    skip_blanks(p);
    for (; p->at < p->end && p->bytes[p->at] >= '0' && p->bytes[p->at] <= '9'; p->at++, digits++) {
        size_t digit = (size_t)(p->bytes[p->at] - '0');
        if (value > (SIZE_MAX - digit) / 10)
            return wrong(p, "shape: at digit", "an extent that fits 64 bits");
        value = value * 10 + digit;
    }
    if (!digits)
        return wrong(p, "shape", "two whole numbers, as in (3, 4)");
    *out = value;
    return STATUS_OK;
}

static enum status parse_shape(struct parser *p, struct npy_header *out)
{
    enum status status;
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

static enum status parse_dictionary(struct parser *p, unsigned types, struct npy_header *out)
{
    static const char *const keys[] = {"descr", "fortran_order", "shape"};
    bool seen[3] = {false, false, false};
    if (!take(p, "{"))
        return wrong(p, "header", "'{'");
    while (!take(p, "}")) {
        enum status status;
        size_t before = p->at, key = 0;
        while (key < 3 && !take_quoted(p, keys[key]))
            key++;
        if (key == 3)
            return wrong(p, "header key", "'descr', 'fortran_order', 'shape' or '}'");
        if (seen[key]) {
            p->at = before;
            return wrong(p, "header key", "each key once");
        }
        seen[key] = true;
        if (!take(p, ":"))
            return wrong(p, keys[key], "':' after the key");
        status = key == 0   ? parse_descr(p, types, out)
                 : key == 1 ? parse_order(p, out)
                            : parse_shape(p, out);
        if (status != STATUS_OK)
            return status;
        if (!take(p, ",") && (p->at == p->end || p->bytes[p->at] != '}'))
            return wrong(p, keys[key], "',' or '}' after the value");
    }
    for (size_t key = 0; key < 3; key++)
        if (!seen[key])
            return say_fail(p->say, STATUS_BAD,
                            "%s: header has no key '%s', expected descr, fortran_order and shape",
                            p->file, keys[key]);
    skip_blanks(p);
    if (p->at + 1 != p->end || p->bytes[p->at] != '\n')
        return wrong(p, "header", "blanks and one newline after '}'");
    return STATUS_OK;
}

enum status npy_parse_header(const char *file, const unsigned char *bytes, size_t length,
                             unsigned types, struct npy_header *out, struct say *say)
{
    struct parser p = {.file = file, .bytes = bytes, .end = length, .say = say};
    struct npy_header header = {0};
    size_t header_length = 0, width;
    enum status status;
    if (length < NPY_MAGIC_SIZE || memcmp(bytes, NPY_MAGIC, NPY_MAGIC_SIZE) != 0)
        return wrong(&p, "magic", "the six bytes \\x93NUMPY");
    if (length < 8 || bytes[6] < 1 || bytes[6] > 3 || bytes[7] != 0)
        return say_fail(say, STATUS_BAD,
                        "%s: byte 6: version %u.%u, expected 1.0, 2.0 or "
                        "3.0",
                        file, length > 6 ? bytes[6] : 0u, length > 7 ? bytes[7] : 0u);
    width = bytes[6] == 1 ? 2 : 4;
    p.at = 8;
    if (length < 8 + width)
        return wrong(&p, "header length", "a whole one");
    for (size_t i = 0; i < width; i++)
        header_length |= (size_t)bytes[8 + i] << (8 * i);
    p.at = 8 + width;
    if (header_length > NPY_HEADER_MAX || header_length > length - p.at)
        return say_fail(say, STATUS_BAD, "%s: byte 8: header length %zu, expected at most %zu",
                        file, header_length,
                        length - p.at < NPY_HEADER_MAX ? length - p.at : (size_t)NPY_HEADER_MAX);
    p.end = p.at + header_length;
    status = parse_dictionary(&p, types, &header);
    if (status != STATUS_OK)
        return status;
    header.data_offset = p.end;
    *out = header;
    return STATUS_OK;
}
