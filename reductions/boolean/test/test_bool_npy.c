/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * NPY files as boolean matrices: what a nonzero is, and messages. What else may be in such a file
 * is tested with its reader.
 */
#include "bool_files.h"

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
        file_with(file, npy(file, major, HEADER("|b1", "False", "(2, 3)"), bits, 6));
        expect_bits("100011", 2, 3, "bool");
        file_with(file, npy(file, major, HEADER("|b1", "True", "(2, 3)"), bits, 6));
        expect_bits("101001", 2, 3, "bool, Fortran");
    }
    file_with(file, npy(file, 1, HEADER("|u1", "False", "(2, 3)"), "\x02\x00\x00\x00\xff\x01", 6));
    expect_bits("100011", 2, 3, "uint8");
    file_with(file, npy(file, 1, "{\"shape\":(1,2,),\"fortran_order\":False,\"descr\":\"|u1\"}\n",
                        bits, 2));
    expect_bits("10", 1, 2, "keys in another order");
    file_with(file,
              npy(file, 1, "{'descr': 'u1', 'fortran_order': False, 'shape': (1L, 2L)}", bits, 2));
    expect_bits("10", 1, 2, "no newline");
    file_with(file, npy(file, 1, HEADER(">i2", "True", "(1, 3)"), bits, 6));
    expect_bits("101", 1, 3, "int16");
    file_with(file, npy(file, 1, HEADER("<f2", "False", "(1, 3)"), "\0\x80\0\x7c\1\0", 6));
    expect_bits("011", 1, 3, "-0, infinite and the least float16");
    file_with(file, npy(file, 1, HEADER("<u8", "False", "(1, 1)"),
                        "\xff\xff\xff\xff\xff\xff\xff\xff", 8));
    expect_bits("1", 1, 1, "beyond 2^53");
    file_with(file, npy(file, 1, HEADER("|b1", "True", "(0, 281474976710656)"), bits, 0));
    expect_bits("", 0, 281474976710656u, "no rows");
}

static void npy_bad(void **state)
{
    static const char bits[] = {1, 0, 0, 0, 1, 2, 0};
    static const struct {
        const char *header, *message;
        size_t count;
    } cases[] = {
        {HEADER("|b1", "False", "(2, 3)"), "byte 78: element [1,2] is above 1, expected 0 or 1", 6},
        {HEADER("|b1", "False", "(2, 3)"),
         "byte 73: 5 bytes of elements, expected 6 for shape (2, 3)", 5},
        {HEADER("|u1", "False", "(2, 3)"), "byte 73: 7 bytes of elements, expected 6", 7},
        {HEADER("<f8", "False", "(2, 3)"), "6 bytes of elements, expected 48", 6},
        {HEADER("<c8", "False", "(2, 3)"), "byte 20: descr", 6},
        {HEADER("|u1", "false", "(2, 3)"), "True or False", 6},
        {HEADER("|u1", "False", "(6,)"), "shape", 6},
        {HEADER("|u1", "False", "(1, 2, 3)"), "shape", 6},
        {HEADER("|u1", "False", "(-2, 3)"), "shape", 6},
        {HEADER("|u1", "False", "(281474976710656, 281474976710656)"),
         "byte 60: shape (281474976710656, 281474976710656), expected a size", 6},
        {"{'descr': '|u1', 'shape': (2, 3), }\n",
         "without the key 'fortran_order', expected descr, fortran_order and shape", 6},
        {"{'descr': '|u1', 'descr': '|u1'}\n", "header key", 6},
        {"{'descr': '|u1', 'other': 1}\n", "header key", 6},
        {"{'descr': '|u1' 'shape': (2, 3)}\n", "',' or '}'", 6},
        {"('descr')\n", "'{'", 6},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3)", "shape ends here", 6},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3)} x\n",
         "header 'x', expected nothing but blanks", 6},
    };
    char file[600];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        file_with(file, npy(file, 1, cases[i].header, bits, cases[i].count));
        expect_message(cases[i].message, cases[i].header);
    }
    file_with(file, npy(file, 4, HEADER("|b1", "False", "(2, 3)"), bits, 6));
    expect_message("byte 6: version 4.0, expected 1.0", "version 4");
    file_with(file, npy(file, 1, HEADER("<f4", "True", "(1, 2)"), "\0\0\0\0\0\0\xc0\xff", 8));
    expect_message("byte 76: element [0,1] is nan, expected a finite number", "NaN");
    for (size_t length = 1; length < 60; length++) { /* cut anywhere before the elements */
        npy(file, 1, HEADER("|b1", "False", "(2, 3)"), bits, 5);
        file_with(file, length);
        expect_message("byte ", "cut short");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(npy_good), cmocka_unit_test(npy_bad)};
    return cmocka_run_group_tests(tests, NULL, remove_file) != 0;
}
