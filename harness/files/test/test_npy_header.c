/* SPDX-License-Identifier: GPL-3.0-or-later
 * The headers of NPY files: every form that is accepted, and hostile ones. */
#include "npy_bytes.h"

static struct say say;

/* Parses a copy that ends where its memory ends, so that a sanitizer sees every read past it. */
static enum status parse(const unsigned char *data, size_t length, struct npy_header *out)
{
    unsigned char *copy = malloc(length ? length : 1);
    enum status status;
    assert_non_null(copy);
    memcpy(copy, data, length);
    say.text[0] = '\0';
    status = npy_parse_header("F", copy, length, out, &say);
    free(copy);
    if (status != STATUS_OK)
        assert_says(say.text, "F: ");
    return status;
}

static void header_cut_or_changed_anywhere(void **state)
{
    size_t taken = 0, refused = 0;
    (void)state;
    for (unsigned version = 1; version <= 3; version++) {
        struct bytes b =
            preamble(version, "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }");
        struct npy_header header;
        assert_int_equal(parse(b.data, b.length, &header), STATUS_OK);
        assert_int_equal(header.data_offset, b.length);
        for (size_t length = 0; length < b.length; length++)
            assert_int_equal(parse(b.data, length, &header), STATUS_BAD);
        for (size_t at = 0; at < b.length; at++)
            for (unsigned value = 0; value < 256; value++) {
                unsigned char before = b.data[at];
                b.data[at] = (unsigned char)value;
                if (parse(b.data, b.length, &header) == STATUS_OK)
                    taken++;
                else
                    refused++;
                b.data[at] = before;
            }
    }
    /* What may change: blanks, digits of the shape, the byte order, the type; the rest must not. */
    assert_in_range(taken, 3 * 128, 3 * 128 * 4);
    assert_true(refused > 90000);
}

static void dictionaries_that_are_wrong(void **state)
{
    static const struct {
        const char *dictionary, *says;
    } cases[] = {
        {"", "expected '{'"},
        {"{", "header key"},
        {"{}", "without the key 'descr'"},
        {"{'descr': '<f8', 'fortran_order': False}", "without the key 'shape'"},
        {"{'descr': '<f8', 'shape': (1, 1)}", "without the key 'fortran_order'"},
        {"{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1, 1)}",
         "each key once"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1), 'x': 1}", "header key"},
        {"{'descr': '<f3', 'fortran_order': False, 'shape': (1, 1)}",
         "descr ''<f3'', expected ?, b1"},
        {"{'descr': '<<f8', 'fortran_order': False, 'shape': (1, 1)}", "descr"},
        {"{'descr': '<', 'fortran_order': False, 'shape': (1, 1)}", "descr"},
        {"{'descr': '', 'fortran_order': False, 'shape': (1, 1)}", "descr"},
        {"{'descr': f8, 'fortran_order': False, 'shape': (1, 1)}", "a type between quotes"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 01)}", "no digit after a zero"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1LL, 1)}", "shape"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (L, 1)}", "shape"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1\v, 1)}", "shape"},
        {"{'descr': '<c16', 'fortran_order': False, 'shape': (1, 1)}", "descr"},
        {"{'descr': '|O', 'fortran_order': False, 'shape': (1, 1)}", "descr"},
        {"{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1, 1)}", "descr"},
        {"{'descr': '<f8\", 'fortran_order': False, 'shape': (1, 1)}", "descr"},
        {"{'descr': '<f8', 'fortran_order': 0, 'shape': (1, 1)}", "fortran_order"},
        {"{'descr': '<f8', 'fortran_order': Falsey, 'shape': (1, 1)}", "fortran_order"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': ()}", "shape"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}", "shape"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1, 1)}", "two extents"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (-1, 1)}", "shape"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1.0, 1)}", "shape"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': [1, 1]}", "shape"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999, 1)}", "64 bits"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1)} x", "after '}'"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1)}\n}", "after '}'"},
        {"{'descr': '<f8' 'fortran_order': False, 'shape': (1, 1)}", "','"},
        {"{'descr' '<f8', 'fortran_order': False, 'shape': (1, 1)}", "':'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bytes b = preamble(1, cases[i].dictionary);
        struct npy_header header;
        assert_int_equal(parse(b.data, b.length, &header), STATUS_BAD);
        assert_says(say.text, cases[i].says);
    }
}

/* All of these NumPy takes as well. */
static void dictionaries_that_are_right(void **state)
{
    static const struct {
        const char *dictionary;
        bool big_endian;
    } cases[] = {
        {"{'descr': 'f8', 'fortran_order': False, 'shape': (12, 3), }", false},
        {"{'descr': '=f8', 'fortran_order': False, 'shape': (12, 3), }", false},
        {"{'descr': '|f8', 'fortran_order': False, 'shape': (12, 3), }", false},
        {"{'descr': '>f8', 'fortran_order': False, 'shape': (12, 3), }", true},
        {"{'descr':'<f8','fortran_order':False,'shape':(12,3)}", false},
        {"{\"shape\":(12,3,),\"fortran_order\":False,\"descr\":\"<f8\"}", false},
        {" \n\t{'descr': '<f8', 'fortran_order': False, 'shape': (12L, 3L), }\n\n", false},
        {"{'descr'\n:\r\n'<f8'\f,\n'fortran_order' : False , 'shape' : ( 12L , 3 L , ) , }", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bytes b = preamble(1, cases[i].dictionary);
        struct npy_header header;
        if (parse(b.data, b.length, &header) != STATUS_OK)
            fail_msg("case %zu: %s", i, say.text);
        assert_true(header.rows == 12 && header.cols == 3 && !header.fortran_order);
        assert_int_equal(header.big_endian, cases[i].big_endian);
        assert_int_equal(npy_type_bytes(header.type), 8);
        assert_int_equal(header.data_offset, b.length);
        assert_int_equal(b.data[header.shape_offset], '(');
    }
}

/* Version 3 is younger than Python 2. A header need not end with a newline. */
static void ends_and_versions(void **state)
{
    struct bytes b = preamble(3, "{'descr': '<f8', 'fortran_order': False, 'shape': (1L, 1)}");
    struct npy_header header;
    (void)state;
    assert_int_equal(parse(b.data, b.length, &header), STATUS_BAD);
    assert_says(say.text, "shape 'L', expected ',' and a second extent");
    b = preamble(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1)}");
    b.data[b.length - 1] = ' ';
    assert_int_equal(parse(b.data, b.length, &header), STATUS_OK);
    while (b.data[b.length - 1] == ' ') {
        b.length--;
        b.data[8]--;
        assert_int_equal(parse(b.data, b.length, &header), STATUS_OK);
        assert_int_equal(header.data_offset, b.length);
    }
    b.data[8]--;
    assert_int_equal(parse(b.data, b.length, &header), STATUS_BAD);
}

/* How much to read next never goes beyond the longest preamble. */
static void preambles(void **state)
{
    struct bytes b = preamble(2, "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1)}");
    (void)state;
    assert_int_equal(npy_preamble(b.data, 0), 10);
    assert_int_equal(npy_preamble(b.data, 10), 12);
    assert_int_equal(npy_preamble(b.data, 12), b.length);
    b.data[8] = b.data[9] = b.data[11] = 0;
    b.data[10] = 1;
    assert_int_equal(npy_preamble(b.data, 12), 12 + 65536);
    b.data[8]++;
    assert_int_equal(npy_preamble(b.data, 12), 12);
    b.data[11] = 0xff;
    assert_int_equal(npy_preamble(b.data, 12), 12);
    b.data[0] = 'x';
    assert_int_equal(npy_preamble(b.data, 12), 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_cut_or_changed_anywhere),
        cmocka_unit_test(dictionaries_that_are_wrong),
        cmocka_unit_test(dictionaries_that_are_right),
        cmocka_unit_test(ends_and_versions),
        cmocka_unit_test(preambles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
