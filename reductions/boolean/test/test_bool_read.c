/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Boolean matrix files: every accepted form, and for every way to be wrong the message, with its
 * place. A table entry is a file and either the matrix it holds or a part of the message.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "reductions/boolean/bool_read.h"

struct good {
    const char *text;
    size_t rows, cols;
    const char *bits; /* row-major 0s and 1s */
};

struct bad {
    const char *text, *message;
};

#define MM "%%MatrixMarket matrix "

static const struct good goods[] = {
    {MM "coordinate pattern general\n2 3 2\n1 3\n2 1\n", 2, 3, "001100"},
    {"%%matrixmarket MATRIX Coordinate PATTERN General\n% a\n\n%b\n2 2 1\n\n1 2\n\n", 2, 2, "0100"},
    {MM "coordinate pattern symmetric\r\n3 3 3\r\n1 1\r\n3 1\r\n3 2\r\n", 3, 3, "101001110"},
    {MM "coordinate integer general\n2 2 3\n1 1 0\n1 2 -7\n2 2 +003\n", 2, 2, "0101"},
    {MM "coordinate real general\n2 3 6\n1 1 0.0e9\n1 2 -0\n1 3 1e-400\n2 1 1e999\n2 2 .5\n2 3 "
        "0.E1",
     2, 3, "001110"},
    {MM "array integer general\n2 3\n1\n0\n0\n1\n0\n0\n", 2, 3, "100010"},
    {MM "array real symmetric\n2 2\n0\n1.5\n0\n", 2, 2, "0110"},
    {MM "coordinate pattern general\n3 3 0\n", 3, 3, "000000000"},
    {MM "coordinate pattern general\n0 5 0\n", 0, 5, ""},
    {MM "array integer general\n0 281474976710656\n", 0, 281474976710656u, ""},
    {"0 1 1\n1 0 0", 2, 3, "011100"},
    {"\n# c\n011 # d\n\n\t100\r\n", 2, 3, "011100"},
    {"1\n0\n1\n", 3, 1, "101"},
    {"0 1\n10\n", 2, 2, "0110"},
};

static const struct bad bads[] = {
    {"", "empty"},
    {"%%MatrixMarke matrix\n", ":1:1: banner '%%MatrixMarke', expected %%MatrixMarket"},
    {"%\n", ":1:1: banner"},
    {MM "\n", ":1: format missing, expected coordinate or array"},
    {"%%MatrixMarket vector\n", "object 'vector', expected matrix"},
    {MM "sparse pattern general\n", ":1:23: format 'sparse'"},
    {MM "coordinate complex general\n", "field 'complex', expected pattern, integer or real"},
    {MM "array pattern general\n", "expected integer or real in an array"},
    {MM "coordinate pattern hermitian\n", "symmetry 'hermitian', expected general or symmetric"},
    {MM "coordinate real skew-symmetric\n", "expected general or symmetric"},
    {MM "coordinate pattern general extra\n", "word 'extra'"},
    {MM "coordinate pattern general\n", ":2: number of rows missing"},
    {MM "coordinate pattern general\n2 2\n", ":2: number of entries missing"},
    {MM "coordinate pattern general\n2 x 1\n", ":2:3: number of columns 'x'"},
    {MM "coordinate pattern general\n2 -1 1\n", "number of columns '-1'"},
    {MM "coordinate pattern general\n2 2 1 9\n", ":2:7: word '9', expected the end of the line"},
    {MM "coordinate pattern symmetric\n2 3 1\n", "as many as rows in a symmetric matrix"},
    {MM "coordinate pattern general\n99999999999999999999 2 1\n", "number of rows"},
    {MM "coordinate pattern general\n281474976710656 281474976710656 1\n", "281474976710656 x "},
    {MM "coordinate pattern general\n2 2 2\n1 1\n",
     ":4: the file ends after 1 entries, expected 2"},
    {MM "coordinate pattern general\n2 2 1\n1 1\n2 2\n", ":4:1: entry after the last one, '2'"},
    {MM "coordinate pattern general\n2 2 1\n0 1\n",
     ":3:1: row '0', expected a whole number from 1 to 2"},
    {MM "coordinate pattern general\n2 2 1\n1 3\n", ":3:3: column '3'"},
    {MM "coordinate pattern general\n2 2 1\n1\n", ":3: column missing"},
    {MM "coordinate pattern general\n2 2 1\n1 1 1\n", ":3:5: word '1'"},
    {MM "coordinate pattern general\n2 2 1\n% c\n1 1\n",
     ":3:1: a comment after the size line, expected comments before it only"},
    {MM "coordinate pattern general\n2 2 1\n1 1\n  % c\n", ":4:3: a comment after the size line"},
    {MM "array real general\n1 1\n%c\n1\n", ":3:1: a comment after the size line"},
    {MM "coordinate pattern general\n2 3 7\n1 1\n",
     ":2:5: number of entries '7', expected at most 6, rows times columns"},
    {MM "coordinate pattern symmetric\n% c\n3 3 7\n1 1\n",
     ":3:5: number of entries '7', expected at most 6, the places of the lower triangle"},
    {MM "coordinate pattern general\n0 5 1\n", ":2:5: number of entries '1', expected at most 0"},
    {MM "coordinate pattern general\n99999999999 99999999999 1\n1 1\n",
     ":2: 99999999999 x 99999999999 bits need "},
    {MM "array integer general\n% c\n9999999 88888888\n1\n", ":3: 9999999 x 88888888 bits need "},
    {MM "coordinate pattern general\n2 2 2\n1 1\n1 1\n", ":4:1: second entry"},
    {MM "coordinate integer general\n2 2 2\n1 1 0\n1 1 1\n", ":4:1: second entry"},
    {MM "coordinate integer general\n2 2 1\n1 1\n", ":3: value missing, expected a whole number"},
    {MM "coordinate integer general\n2 2 1\n1 1 1.0\n", ":3:5: value '1.0'"},
    {MM "coordinate real general\n2 2 1\n1 1 nan\n", "value 'nan', expected a finite"},
    {MM "coordinate real general\n2 2 1\n1 1 inf\n", "value 'inf'"},
    {MM "coordinate real general\n2 2 1\n1 1 1d0\n", "value '1d0'"},
    {MM "coordinate real general\n2 2 1\n1 1 1e\n", "value '1e'"},
    {MM "coordinate real general\n2 2 1\n1 1 .\n", "value '.'"},
    {MM "coordinate real general\n2 2 1\n1 1 e5\n", "value 'e5'"},
    {MM "coordinate real general\n2 2 1\n1 1 1.2.3\n", "value '1.2.3'"},
    {MM "coordinate real general\n2 2 1\n1 1 0x1p3\n", "value '0x1p3'"},
    {MM "coordinate pattern symmetric\n2 2 1\n1 2\n", ":3:3: column '2', expected at most the row"},
    {MM "array real general\n2 2\n1\n0\n1\n", "the file ends after 3 entries, expected 4"},
    {MM "array real general\n1 1\n1 2\n", ":3:3: word '2', expected one value per line"},
    {MM "array real symmetric\n2 2\n1\n0\n1\n1\n", "entry after the last one"},
    {"0 1\n1 2\n", ":2:3: '2', expected 0 or 1"},
    {"0 1\n1\n", ":2: 1 entries, expected 2 as in the first row"},
    {"0 1\n0 1 1\n", ":2: 3 entries"},
    {"01 1\n", ":1:4: entries with and without blanks"},
    {"1 01\n", ":1:4: entries with and without blanks"},
    {"\n# nothing\n", "no rows"},
    {"0,1\n", ":1:2: ',', expected 0 or 1"},
    {"\xff\n", "'\\xff', expected 0 or 1"},
};

static char path[] = "/tmp/odamv-bool-XXXXXX";

static void put(const char *bytes, size_t length)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, length, f), length);
    assert_int_equal(fclose(f), 0);
}

static void expect_bits(const char *bits, size_t rows, size_t cols, const char *what)
{
    struct say say;
    struct bitmatrix a;
    if (bool_read(path, &a, &say) != STATUS_OK)
        fail_msg("%s: %s", what, say.text);
    assert_int_equal(a.rows, rows);
    assert_int_equal(a.cols, cols);
    for (size_t i = 0; i < rows * (rows ? cols : 0); i++)
        if (bitmatrix_get(&a, i / cols, i % cols) != (bits[i] == '1'))
            fail_msg("%s: entry %zu is wrong", what, i);
    bitmatrix_free(&a);
}

static void expect_message(const char *part, const char *what)
{
    struct say say;
    struct bitmatrix a = {.rows = 77};
    enum status status = bool_read(path, &a, &say);
    if (status == STATUS_OK || !strstr(say.text, part) || strncmp(say.text, path, strlen(path)))
        fail_msg("%s: status %d, message '%s', expected '%s'", what, (int)status, say.text, part);
    assert_int_equal(a.rows, 77); /* untouched */
}

static void text_good(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof goods / sizeof *goods; i++) {
        put(goods[i].text, strlen(goods[i].text));
        expect_bits(goods[i].bits, goods[i].rows, goods[i].cols, goods[i].text);
    }
}

static void text_bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bads / sizeof *bads; i++) {
        put(bads[i].text, strlen(bads[i].text));
        expect_message(bads[i].message, bads[i].text);
    }
}

static void bytes_bad(void **state)
{
    char text[4000];
    (void)state;
    memset(text, 'x', sizeof text);
    memcpy(text, MM, strlen(MM));
    put(text, sizeof text);
    expect_message(":1:1025: line goes on", "a long line");
    put("%%\0%", 4);
    expect_message(":1:3: zero byte", "a zero byte");
    put("0 1\n1 \0\n", 8);
    expect_message(":2:3: '\\x00'", "a zero byte in text");
}

/* An NPY file of version `major` with this header and these elements. */
static size_t npy(char *out, int major, const char *header, const char *elements, size_t count)
{
    size_t length = strlen(header), head = major == 1 ? 10 : 12;
    memcpy(out, "\x93NUMPY", 6);
    out[6] = (char)major;
    out[7] = 0;
    memset(out + 8, 0, 4);
    out[8] = (char)(length & 255);
    out[9] = (char)(length >> 8);
    memcpy(out + head, header, length);
    memcpy(out + head + length, elements, count);
    return head + length + count;
}

#define HEADER(type, order, shape)                                                                 \
    "{'descr': '" type "', 'fortran_order': " order ", 'shape': " shape ", }   \n"

static void npy_good(void **state)
{
    static const char bits[] = {1, 0, 0, 0, 1, 1};
    char file[600];
    (void)state;
    for (int major = 1; major <= 3; major++) {
        put(file, npy(file, major, HEADER("|b1", "False", "(2, 3)"), bits, 6));
        expect_bits("100011", 2, 3, "bool");
        put(file, npy(file, major, HEADER("|b1", "True", "(2, 3)"), bits, 6));
        expect_bits("101001", 2, 3, "bool, Fortran");
    }
    put(file, npy(file, 1, HEADER("|u1", "False", "(2, 3)"), "\x02\x00\x00\x00\xff\x01", 6));
    expect_bits("100011", 2, 3, "uint8");
    put(file,
        npy(file, 1, "{\"shape\":(1,2,),\"fortran_order\":False,\"descr\":\"|u1\"}\n", bits, 2));
    expect_bits("10", 1, 2, "keys in another order");
    put(file, npy(file, 1, HEADER("|b1", "True", "(0, 281474976710656)"), bits, 0));
    expect_bits("", 0, 281474976710656u, "no rows");
}

static void npy_bad(void **state)
{
    static const char bits[] = {1, 0, 0, 0, 1, 2, 0};
    static const struct {
        const char *header, *message;
        size_t count;
    } cases[] = {
        {HEADER("|b1", "False", "(2, 3)"), "0 or 1 in a bool", 6},
        {HEADER("|b1", "False", "(2, 3)"), "2 x 3 elements, the file ends here", 5},
        {HEADER("|u1", "False", "(2, 3)"), "the end of the file", 7},
        {HEADER("<f8", "False", "(2, 3)"), "dtype '|b1' (bool) or '|u1' (uint8)", 6},
        {HEADER("|i1", "False", "(2, 3)"), "dtype", 6},
        {HEADER("|u1", "false", "(2, 3)"), "True or False", 6},
        {HEADER("|u1", "False", "(6,)"), "a shape of two extents", 6},
        {HEADER("|u1", "False", "(1, 2, 3)"), "a shape of two extents", 6},
        {HEADER("|u1", "False", "(-2, 3)"), "a shape of two extents", 6},
        {HEADER("|u1", "False", "(281474976710656, 281474976710656)"),
         "byte 60: 281474976710656 x ", 6},
        {"{'descr': '|u1', 'shape': (2, 3), }\n", "the keys descr, fortran_order and shape", 6},
        {"{'descr': '|u1', 'descr': '|u1'}\n", "each once", 6},
        {"{'descr': '|u1', 'other': 1}\n", "each once", 6},
        {"{'descr': '|u1' 'shape': (2, 3)}\n", "',' or '}'", 6},
        {"('descr')\n", "'{'", 6},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3)}", "one newline", 6},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3)} x\n", "one newline", 6},
    };
    char file[600];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put(file, npy(file, 1, cases[i].header, bits, cases[i].count));
        expect_message(cases[i].message, cases[i].header);
    }
    put(file, npy(file, 4, HEADER("|b1", "False", "(2, 3)"), bits, 6));
    expect_message("byte 6: expected version", "version 4");
    for (size_t length = 1; length < 60; length++) { /* cut anywhere before the elements */
        npy(file, 1, HEADER("|b1", "False", "(2, 3)"), bits, 5);
        put(file, length);
        expect_message("byte ", "cut short");
    }
}

static void no_file(void **state)
{
    struct say say;
    struct bitmatrix a;
    (void)state;
    assert_int_equal(bool_read("/no/such/file", &a, &say), STATUS_BAD);
    assert_non_null(strstr(say.text, "/no/such/file: cannot open: "));
    assert_int_equal(bool_read("/tmp", &a, &say), STATUS_BAD);
}

/* The files of this folder: what they say of themselves. */
static void karate(void **state)
{
    struct say say;
    struct bitmatrix a, p;
    (void)state;
    if (access("reductions/data/karate.mtx", R_OK) != 0)
        skip();
    assert_int_equal(bool_read("reductions/data/karate.mtx", &a, &say), 0);
    assert_int_equal(bool_read("reductions/data/karate_split.mtx", &p, &say), 0);
    assert_int_equal(a.rows, 34);
    assert_int_equal(bitmatrix_count(&a), 2 * 78);
    assert_int_equal(bitmatrix_count(&p), 2 * 11);
    for (size_t i = 0; i < 34; i++)
        for (size_t j = 0; j < 34; j++) {
            assert_int_equal(bitmatrix_get(&a, i, j), bitmatrix_get(&a, j, i));
            assert_true(bitmatrix_get(&a, i, j) || !bitmatrix_get(&p, i, j));
        }
    bitmatrix_free(&a);
    bitmatrix_free(&p);
}

static int teardown(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_good), cmocka_unit_test(text_bad), cmocka_unit_test(bytes_bad),
        cmocka_unit_test(npy_good),  cmocka_unit_test(npy_bad),  cmocka_unit_test(no_file),
        cmocka_unit_test(karate),
    };
    int descriptor = mkstemp(path);
    if (descriptor < 0)
        return 1;
    close(descriptor);
    return cmocka_run_group_tests(tests, NULL, teardown) != 0;
}
