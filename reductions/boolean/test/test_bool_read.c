/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Matrix Market and 0/1 text: every accepted form, and for every way to be wrong the message, with
 * its place. A table entry is a file and either the matrix it holds or a part of the message.
 */
#include "bool_files.h"

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
    {"0 1\r1 0\r", 2, 2, "0110"},
    {"# c\r\r01\r\n10", 2, 2, "0110"},
    {MM "coordinate pattern general\r% c\r\r2 3 2\r1 3\r2 1", 2, 3, "001100"},
    {MM "array real general\n1\t2\f\n1\v\n0\n", 1, 2, "10"},
};

static const struct bad bads[] = {
    {"", "empty"},
    {"%%MatrixMarke matrix\n", ":1:1: banner '%%MatrixMarke', expected %%MatrixMarket"},
    {"%\n", ":1:1: banner"},
    {MM "\n", ":1:23: format missing, expected coordinate or array"},
    {"%%MatrixMarket vector\n", "object 'vector', expected matrix"},
    {MM "sparse pattern general\n", ":1:23: format 'sparse'"},
    {MM "coordinate complex general\n", "field 'complex', expected pattern, integer or real"},
    {MM "array pattern general\n", "expected integer or real in an array"},
    {MM "coordinate pattern hermitian\n", "symmetry 'hermitian', expected general or symmetric"},
    {MM "coordinate real skew-symmetric\n", "expected general or symmetric"},
    {MM "coordinate pattern general extra\n", ":1:50: 'extra', expected the end of the line"},
    {MM "coordinate pattern general\n",
     ":2:1: number of rows missing, expected a whole number from 0"},
    {MM "coordinate pattern general\n2 2\n", ":2:4: number of entries missing, expected"},
    {MM "coordinate pattern general\n2 2", ":2:4: number of entries missing, expected"},
    {MM "coordinate pattern general\n2 x 1\n", ":2:3: number of columns 'x'"},
    {MM "coordinate pattern general\n2 -1 1\n", "number of columns '-1'"},
    {MM "coordinate pattern general\n2 2 1 9\n", ":2:7: '9', expected the end of the line"},
    {MM "coordinate pattern symmetric\n2 3 1\n", "as many as rows in a symmetric matrix"},
    {MM "coordinate pattern general\n99999999999999999999 2 1\n", "number of rows"},
    {MM "coordinate pattern general\n281474976710656 281474976710656 1\n", "281474976710656 x "},
    {MM "coordinate pattern general\n2 2 2\n1 1\n",
     ":4:1: the file ends after 1 entries, expected 2"},
    {MM "coordinate pattern general\n2 2 1\n1 1\n2 2\n", ":4:1: entry after the last one, '2'"},
    {MM "coordinate pattern general\n2 2 1\n0 1\n",
     ":3:1: row '0', expected a whole number from 1 to 2"},
    {MM "coordinate pattern general\n2 2 1\n1 3\n", ":3:3: column '3'"},
    {MM "coordinate pattern general\n2 2 1\n1\n", ":3:2: column missing"},
    {MM "coordinate pattern general\n2 2 1\n1 1 1\n", ":3:5: '1', expected the end of the line"},
    {MM "coordinate pattern general\n2 2 1\n% c\n1 1\n",
     ":3:1: a comment after the size line, '%', expected comments before it only"},
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
    {MM "coordinate pattern general\n2 2 2\n1 1\n1 1\n",
     ":4:1: a second entry at row 1, column 1, expected every entry once"},
    {MM "coordinate integer general\n2 2 2\n1 1 0\n1 1 1\n",
     ":4:1: a second entry at row 1, column 1, expected every entry once"},
    {MM "coordinate integer general\n2 2 1\n1 1\n", ":3:4: value missing, expected a whole number"},
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
    {MM "array real general\n1 1\n1 2\n", ":3:3: '2', expected the end of the line"},
    {MM "array real symmetric\n2 2\n1\n0\n1\n1\n", "entry after the last one"},
    {"0 1\n1 2\n", ":2:3: '2', expected 0 or 1"},
    {"0 1\n1\n", ":2: 1 entries, expected 2 as in the first row"},
    {"0 1\n0 1 1\n", ":2: 3 entries"},
    {"01 1\n", ":1:4: entries with and without blanks"},
    {"1 01\n", ":1:4: entries with and without blanks"},
    {"\n# nothing\n", ":3:1: end of file, expected rows of 0 and 1"},
    {"0,1\n", ":1:2: ',', expected 0 or 1"},
    {"0 1\r0 1\r1", ":3: 1 entries, expected 2 as in the first row"},
    {MM "coordinate pattern general\r2 2 1\r1 x\r", ":3:3: column 'x'"},
    {MM "coordinate pattern general\n2 2 1\n1 1 # c\n", ":3:5: '#', expected the end of the line"},
    {"\xff\n", "'\\xff', expected 0 or 1"},
};

static void text_good(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof goods / sizeof *goods; i++) {
        file_with_text(goods[i].text);
        expect_bits(goods[i].bits, goods[i].rows, goods[i].cols, goods[i].text);
    }
}

static void text_bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bads / sizeof *bads; i++) {
        file_with_text(bads[i].text);
        expect_message(bads[i].message, bads[i].text);
    }
}

static void bytes_bad(void **state)
{
    char text[4000];
    (void)state;
    memset(text, 'x', sizeof text);
    memcpy(text, MM, strlen(MM));
    file_with(text, sizeof text);
    expect_message(":1:1025: line goes on, expected at most 1024 bytes", "a long line");
    memset(text + strlen(MM), ' ', sizeof text - strlen(MM));
    file_with(text, sizeof text);
    expect_message(":1:1025: line goes on", "a line with many blanks");
    memset(text, ' ', sizeof text);
    memcpy(text, MM "array real general\n1 1\n1\n", strlen(MM) + 25);
    text[strlen(MM) + 25 + 1024] = '\n';
    file_with(text, strlen(MM) + 25 + 1025);
    expect_bits("1", 1, 1, "a line of 1024 bytes");
    file_with("%%\0%", 4);
    expect_message(":1:3: a zero byte, expected text", "a zero byte");
    file_with("0 1\n1 \0\n", 8);
    expect_message(":2:3: a zero byte, expected text", "a zero byte in text");
}

/* Packed rows are longer than any word may be elsewhere, and many entries take several blocks. */
static void long_rows(void **state)
{
    static char text[40 * 5001 + 1], bits[40 * 5000];
    (void)state;
    for (size_t i = 0; i < sizeof bits; i++)
        bits[i] = "01"[i * i % 7 < 3];
    for (size_t row = 0; row < 40; row++) {
        memcpy(text + row * 5001, bits + row * 5000, 5000);
        text[row * 5001 + 5000] = '\n';
    }
    file_with_text(text);
    expect_bits(bits, 40, 5000, "long rows");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_good), cmocka_unit_test(text_bad), cmocka_unit_test(bytes_bad),
        cmocka_unit_test(long_rows), cmocka_unit_test(no_file),  cmocka_unit_test(karate),
    };
    return cmocka_run_group_tests(tests, NULL, remove_file) != 0;
}
