/* SPDX-License-Identifier: GPL-3.0-or-later
 * NPY files: round trips, every form that is accepted, and hostile ones. */
#include "harness/files/npy.h"

#include <float.h>
#include <math.h>

#include "harness/ground/test/files.h"

static struct say say;

/* A file in memory. */
struct bytes {
    unsigned char data[8192];
    size_t length;
};

static void put(struct bytes *b, const void *data, size_t length)
{
    assert_true(b->length + length <= sizeof b->data);
    memcpy(b->data + b->length, data, length);
    b->length += length;
}

/* The preamble with this dictionary, padded to 64 as NumPy does it. */
static struct bytes preamble(unsigned version, const char *dictionary)
{
    struct bytes b = {.length = 0};
    size_t width = version == 1 ? 2 : 4, length = strlen(dictionary) + 1;
    unsigned char head[2] = {(unsigned char)version, 0}, count[4];
    length += (64 - (8 + width + length) % 64) % 64;
    put(&b, NPY_MAGIC, NPY_MAGIC_SIZE);
    put(&b, head, 2);
    for (size_t i = 0; i < 4; i++)
        count[i] = (unsigned char)(length >> (8 * i));
    put(&b, count, width);
    put(&b, dictionary, strlen(dictionary));
    while (b.length < 8 + width + length - 1)
        put(&b, " ", 1);
    put(&b, "\n", 1);
    return b;
}

/* `value` as an element of `size` bytes. */
static void put_real(struct bytes *b, double value, size_t size, bool big_endian)
{
    unsigned char raw[8];
    uint64_t word = 0;
    if (size == 8)
        memcpy(&word, &value, 8);
    else {
        float single = (float)value;
        uint32_t half;
        memcpy(&half, &single, 4);
        word = half;
    }
    for (size_t i = 0; i < size; i++)
        raw[big_endian ? size - 1 - i : i] = (unsigned char)(word >> (8 * i));
    put(b, raw, size);
}

static void round_trip(void **state)
{
    static const size_t shapes[][2] = {{0, 0}, {0, 3}, {3, 0}, {1, 1}, {1, 9}, {9, 1}, {130, 257}};
    static const double special[] = {0.0,     -0.0,   1.0,       0x1p-1074, DBL_MIN,
                                     DBL_MAX, -1e300, 0x1p-1022, 1.0 / 3.0};
    (void)state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        struct matrix in, out = {.data = NULL};
        size_t count = shapes[s][0] * shapes[s][1];
        assert_int_equal(matrix_zeros(shapes[s][0], shapes[s][1], "x", &in, &say), STATUS_OK);
        for (size_t i = 0; i < count; i++)
            in.data[i] = special[i % 9] * (i < 9 ? 1.0 : 0x1p-20 * (double)i);
        assert_int_equal(npy_write(file_name(), &in, &say), STATUS_OK);
        assert_int_equal(npy_read(NULL, file_name(), &out, &say), STATUS_OK);
        assert_int_equal(out.rows, in.rows);
        assert_int_equal(out.cols, in.cols);
        assert_memory_equal(out.data, in.data, count * sizeof(double));
        matrix_free(&in);
        matrix_free(&out);
    }
}

/* Every version, type, byte order and element order holds the same 3 x 4 matrix. */
static void every_form(void **state)
{
    static const char *const types[] = {"<f8", ">f8", "<f4", ">f4"};
    (void)state;
    for (unsigned form = 0; form < 3 * 4 * 2; form++) {
        unsigned version = form / 8 + 1, type = form / 2 % 4, fortran = form % 2;
        char dictionary[128];
        struct matrix out;
        struct bytes b;
        snprintf(dictionary, sizeof dictionary,
                 "{'descr': '%s', 'fortran_order': %s, 'shape': (3, 4), }", types[type],
                 fortran ? "True" : "False");
        b = preamble(version, dictionary);
        for (size_t t = 0; t < 12; t++) {
            size_t row = fortran ? t % 3 : t / 4, col = fortran ? t / 3 : t % 4;
            put_real(&b, (double)(row * 10 + col) + 0.25, type < 2 ? 8 : 4, type % 2);
        }
        if (npy_read(NULL, file_with(b.data, b.length), &out, &say) != STATUS_OK)
            fail_msg("form %u: %s", form, say.text);
        assert_int_equal(out.rows, 3);
        assert_int_equal(out.cols, 4);
        for (size_t t = 0; t < 12; t++)
            assert_true(out.data[t] == (double)(t / 4 * 10 + t % 4) + 0.25);
        matrix_free(&out);
    }
}

static void byte_matrices(void **state)
{
    struct bytes b = preamble(1, "{'descr': '|b1', 'fortran_order': True, 'shape': (2, 3), }");
    struct matrix real;
    unsigned char *out = NULL;
    size_t rows, cols;
    (void)state;
    put(&b, "\x01\x00\x00\x01\x01\x01", 6);
    assert_int_equal(npy_read_bytes(NULL, file_with(b.data, b.length), &rows, &cols, &out, &say),
                     STATUS_OK);
    assert_int_equal(rows, 2);
    assert_int_equal(cols, 3);
    assert_memory_equal(out, "\x01\x00\x01\x00\x01\x01", 6);
    free(out);
    assert_int_equal(npy_read(NULL, file_name(), &real, &say), STATUS_BAD);
    assert_says(say.text, "descr ''|b1'', expected '<f8', '<f4', '>f8' or '>f4'");
    b.data[b.length - 1] = 2;
    assert_int_equal(npy_read_bytes(NULL, file_with(b.data, b.length), &rows, &cols, &out, &say),
                     STATUS_BAD);
    assert_says(say.text, "[1,2] is above 1");
    b = preamble(2, "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2), }");
    put(&b, "\x00\xff", 2);
    assert_int_equal(npy_read_bytes(NULL, file_with(b.data, b.length), &rows, &cols, &out, &say),
                     STATUS_OK);
    assert_memory_equal(out, "\x00\xff", 2);
    free(out);
}

/* Parses a copy that ends where its memory ends, so that a sanitizer sees every read past it. */
static enum status parse(const unsigned char *data, size_t length, struct npy_header *out)
{
    unsigned char *copy = malloc(length ? length : 1);
    enum status status;
    assert_non_null(copy);
    memcpy(copy, data, length);
    say.text[0] = '\0';
    status = npy_parse_header("F", copy, length, NPY_REAL | NPY_BYTE, out, &say);
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
    /* What may change: digits of the shape, blanks to tabs, the byte order; the rest must not. */
    assert_in_range(taken, 3 * 128, 3 * 128 * 3);
    assert_true(refused > 90000);
}

static void dictionaries_that_are_wrong(void **state)
{
    static const struct {
        const char *dictionary, *says;
    } cases[] = {
        {"", "expected '{'"},
        {"{", "header key"},
        {"{}", "no key 'descr'"},
        {"{'descr': '<f8', 'fortran_order': False}", "no key 'shape'"},
        {"{'descr': '<f8', 'shape': (1, 1)}", "no key 'fortran_order'"},
        {"{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1, 1)}",
         "each key once"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1), 'x': 1}", "header key"},
        {"{'descr': '<f2', 'fortran_order': False, 'shape': (1, 1)}", "descr"},
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
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1)}\n", "after '}'"},
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

static void refuse(const struct bytes *b, enum status status, const char *says)
{
    struct matrix out = {.rows = 77};
    assert_int_equal(npy_read(NULL, file_with(b->data, b->length), &out, &say), status);
    assert_says(say.text, says);
    assert_says(say.text, file_name());
    assert_int_equal(out.rows, 77);
}

static void files_that_are_wrong(void **state)
{
    struct bytes b,
        good = preamble(1, "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }");
    (void)state;
    for (size_t i = 0; i < 6; i++)
        put_real(&good, 1.0, 8, false);
    for (size_t length = 0; length < good.length; length++) {
        b = good;
        b.length = length;
        refuse(&b, STATUS_BAD, "expected");
    }
    b = good;
    put(&b, "", 1);
    refuse(&b, STATUS_BAD, "49 bytes of elements, expected 48");
    b = good;
    b.length -= 8;
    put_real(&b, NAN, 8, false);
    refuse(&b, STATUS_BAD, "element [1,2] is nan");
    b = good;
    b.length -= 16;
    put_real(&b, -INFINITY, 8, false);
    put_real(&b, 1.0, 8, false);
    refuse(&b, STATUS_BAD, "element [0,2] is infinite");
    b = good;
    b.data[8] = b.data[9] = 0xff;
    refuse(&b, STATUS_BAD, "header length 65535");
}

static void sizes_that_are_wrong(void **state)
{
    struct bytes b = preamble(
        1, "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }");
    (void)state;
    refuse(&b, STATUS_BAD, "expected a size that can be addressed");
    b = preamble(1,
                 "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387903, 1), }");
    refuse(&b, STATUS_BAD, "0 bytes of elements");
    b = preamble(3, "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }");
    b.data[11] = 0x7f;
    refuse(&b, STATUS_BAD, "header length");
}

/* A sparse file of 8 TiB has the length that it promises, and must still not be allocated. */
static void a_file_larger_than_memory(void **state)
{
    struct bytes b =
        preamble(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (1048576, 1048576), }");
    struct matrix out;
    (void)state;
    file_with(b.data, b.length);
    if (truncate(file_name(), (off_t)(b.length + ((size_t)8 << 40))) != 0)
        skip();
    assert_int_equal(npy_read(NULL, file_name(), &out, &say), STATUS_MACHINE);
    assert_says(say.text, "8796093022208 bytes of memory, available are");
}

static void names_that_are_wrong(void **state)
{
    struct matrix out, in = {.rows = 0};
    (void)state;
    unlink(file_name());
    assert_int_equal(npy_read(NULL, file_name(), &out, &say), STATUS_BAD);
    assert_says(say.text, "No such file");
    assert_int_equal(npy_read(NULL, "/", &out, &say), STATUS_BAD);
    assert_int_equal(npy_write("/no/such/folder/x.npy", &in, &say), STATUS_BAD);
    assert_says(say.text, "/no/such/folder/x.npy: cannot create");
    assert_int_equal(npy_write("/dev/full", &in, &say), STATUS_MACHINE);
    assert_says(say.text, "/dev/full: cannot write: No space left");
    assert_int_equal(access("/dev/full", F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(every_form),
        cmocka_unit_test(byte_matrices),
        cmocka_unit_test(header_cut_or_changed_anywhere),
        cmocka_unit_test(dictionaries_that_are_wrong),
        cmocka_unit_test(files_that_are_wrong),
        cmocka_unit_test(sizes_that_are_wrong),
        cmocka_unit_test(a_file_larger_than_memory),
        cmocka_unit_test(names_that_are_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, remove_file) != 0;
}
