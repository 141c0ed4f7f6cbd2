/* SPDX-License-Identifier: GPL-3.0-or-later
 * NPY files: round trips, every type and order, values that doubles do not hold, hostile files. */
#include <float.h>
#include <math.h>

#include "harness/files/matrix_read.h"
#include "npy_bytes.h"

static struct say say;

/* A matrix from a file of that name. */
static enum status read_file(const char *file, struct matrix *out)
{
    return matrix_read(file, out, &say);
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
        assert_int_equal(read_file(file_name(), &out), STATUS_OK);
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
        if (read_file(file_with(b.data, b.length), &out) != STATUS_OK)
            fail_msg("form %u: %s", form, say.text);
        assert_int_equal(out.rows, 3);
        assert_int_equal(out.cols, 4);
        for (size_t t = 0; t < 12; t++)
            assert_true(out.data[t] == (double)(t / 4 * 10 + t % 4) + 0.25);
        matrix_free(&out);
    }
}

static void refuse(const struct bytes *b, enum status status, const char *says)
{
    struct matrix out = {.rows = 77};
    assert_int_equal(read_file(file_with(b->data, b->length), &out), status);
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
    refuse(&b, STATUS_BAD, "byte 60: shape (4294967296, 4294967296), expected a size that can be");
    b = preamble(1,
                 "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387903, 1), }");
    refuse(&b, STATUS_BAD, "0 bytes of elements");
    b = preamble(3, "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }");
    b.data[11] = 0x7f;
    refuse(&b, STATUS_BAD, "header length");
}

/* Every type: words, and what they are; null `says`: exact. With `unknown`, not even whether it is
 * zero is known. */
static const struct element {
    const char *code;
    size_t bytes;
    uint64_t word;
    double value;
    const char *says;
    bool unknown;
} elements[] = {
    {"b1", 1, 0, 0, NULL, false},
    {"b1", 1, 1, 1, NULL, false},
    {"?", 1, 1, 1, NULL, false},
    {"b1", 1, 2, 0, "above 1, expected 0 or 1", true},
    {"?", 1, 0x80, 0, "above 1", true},
    {"u1", 1, 0xff, 255, NULL, false},
    {"u2", 2, 0xff01, 65281, NULL, false},
    {"u4", 4, 0xffffff01, 4294967041, NULL, false},
    {"u8", 8, (uint64_t)1 << 53, 0x1p53, NULL, false},
    {"u8", 8, ((uint64_t)1 << 53) + 1, 0, "beyond 2^53, expected an integer that a double", false},
    {"u8", 8, UINT64_MAX, 0, "beyond 2^53", false},
    {"i1", 1, 0x80, -128, NULL, false},
    {"i1", 1, 0x7f, 127, NULL, false},
    {"i2", 2, 0x8000, -32768, NULL, false},
    {"i2", 2, 0xfffe, -2, NULL, false},
    {"i4", 4, 0x80000000, -2147483648.0, NULL, false},
    {"i4", 4, 0x7fffffff, 2147483647, NULL, false},
    {"i8", 8, UINT64_MAX, -1, NULL, false},
    {"i8", 8, (uint64_t)1 << 53, 0x1p53, NULL, false},
    {"i8", 8, -((uint64_t)1 << 53), -0x1p53, NULL, false},
    {"i8", 8, ((uint64_t)1 << 53) + 1, 0, "beyond 2^53", false},
    {"i8", 8, -(((uint64_t)1 << 53) + 1), 0, "beyond 2^53", false},
    {"i8", 8, (uint64_t)1 << 63, 0, "beyond 2^53", false},
    {"f2", 2, 0x3c00, 1, NULL, false},
    {"f2", 2, 0xc100, -2.5, NULL, false},
    {"f2", 2, 0x7bff, 65504, NULL, false},
    {"f2", 2, 0x0400, 0x1p-14, NULL, false},
    {"f2", 2, 0x03ff, 1023 * 0x1p-24, NULL, false},
    {"f2", 2, 0x8001, -0x1p-24, NULL, false},
    {"f2", 2, 0x8000, -0.0, NULL, false},
    {"f2", 2, 0x7c00, 0, "infinite, expected a finite number", false},
    {"f2", 2, 0xfc00, 0, "infinite", false},
    {"f2", 2, 0x7e00, 0, "nan, expected a finite number", true},
    {"f2", 2, 0xfc01, 0, "nan", true},
    {"f4", 4, 0x3f800000, 1, NULL, false},
    {"f4", 4, 0x80000001, -0x1p-149, NULL, false},
    {"f4", 4, 0xff800000, 0, "infinite", false},
    {"f4", 4, 0x7fc00000, 0, "nan", true},
    {"f8", 8, 1, 0x1p-1074, NULL, false},
    {"f8", 8, 0x7ff0000000000000, 0, "infinite", false},
    {"f8", 8, 0xfff8000000000000, 0, "nan", true},
};

/* zero, the element, zero. */
static struct bytes three(const struct element *e, char order)
{
    char dictionary[100];
    struct bytes b;
    snprintf(dictionary, sizeof dictionary,
             "{'descr': '%c%s', 'fortran_order': False, 'shape': (1, 3), }", order, e->code);
    b = preamble(1, dictionary);
    put_word(&b, 0, e->bytes, false);
    put_word(&b, e->word, e->bytes, order == '>');
    put_word(&b, 0, e->bytes, false);
    return b;
}

static void assert_place(const struct bytes *b, const struct element *e)
{
    char place[40];
    snprintf(place, sizeof place, "byte %zu: element [0,1] is ", b->length - 2 * e->bytes);
    assert_says(say.text, place);
    assert_says(say.text, e->says);
}

static void types_as_reals(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * sizeof elements / sizeof *elements; i++) {
        const struct element *e = &elements[i / 2];
        const struct bytes b = three(e, "<>"[i % 2]);
        struct matrix out = {.data = NULL};
        enum status status = read_file(file_with(b.data, b.length), &out);
        assert_int_equal(status, e->says ? STATUS_BAD : STATUS_OK);
        if (e->says)
            assert_place(&b, e);
        else {
            assert_memory_equal(&out.data[1], &e->value, sizeof(double));
            assert_true(out.data[0] == 0 && out.data[2] == 0);
        }
        matrix_free(&out);
    }
}

static void types_as_nonzero(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * sizeof elements / sizeof *elements; i++) {
        const struct element *e = &elements[i / 2];
        struct bytes b = three(e, "<>"[i % 2]);
        struct npy_reader r;
        FILE *stream = fmemopen(b.data, b.length, "rb");
        assert_non_null(stream);
        assert_int_equal(npy_open(&r, stream, "F", NPY_NONZERO, &say), STATUS_OK);
        assert_int_equal(npy_next(&r, &say), e->unknown ? STATUS_BAD : STATUS_OK);
        if (e->unknown)
            assert_place(&b, e);
        else {
            assert_int_equal(r.count, 3);
            assert_true(r.values[0] == 0 && r.values[2] == 0);
            assert_true(r.values[1] == (e->says || e->value != 0));
            assert_int_equal(npy_next(&r, &say), STATUS_OK);
            assert_int_equal(r.count, 0);
        }
        fclose(stream);
    }
}

/* 100 x 130 elements of b1, (3 row + col) % 2, in several pieces that end within a line. */
static void pieces(void **state)
{
    (void)state;
    for (int fortran = 0; fortran < 2; fortran++) {
        struct bytes b = preamble(1, fortran ? "{'descr': '|b1', 'fortran_order': True, "
                                               "'shape': (100, 130), }"
                                             : "{'descr': '|b1', 'fortran_order': False, "
                                               "'shape': (100, 130), }");
        struct matrix out;
        for (size_t t = 0; t < 13000; t++) {
            size_t row = fortran ? t % 100 : t / 130, col = fortran ? t / 100 : t % 130;
            put_word(&b, (3 * row + col) % 2, 1, false);
        }
        assert_int_equal(read_file(file_with(b.data, b.length), &out), STATUS_OK);
        for (size_t i = 0; i < 13000; i++)
            assert_true(out.data[i] == (double)((3 * (i / 130) + i % 130) % 2));
        matrix_free(&out);
        b.data[b.length - 13000 + 9999] = 7;
        refuse(&b, STATUS_BAD,
               fortran ? "byte 10127: element [99,99] is above 1"
                       : "byte 10127: element [76,119] is above 1");
    }
}

/* A stream that does not begin at the file's first byte, as standard input may. */
static void from_the_middle(void **state)
{
    struct bytes b = {.length = 0}, npy = three(&elements[1], '|');
    struct matrix out;
    FILE *stream;
    (void)state;
    put(&b, "before", 6);
    put(&b, npy.data, npy.length);
    stream = fopen(file_with(b.data, b.length), "rb");
    assert_non_null(stream);
    assert_int_equal(fseek(stream, 6, SEEK_SET), 0);
    assert_int_equal(npy_read(stream, "F", &out, &say), STATUS_OK);
    assert_true(out.cols == 3 && out.data[1] == 1);
    matrix_free(&out);
    fclose(stream);
}

/* A sparse file of 8 TiB has the length that it promises, and must still not be allocated. */
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
    assert_int_equal(read_file(file_name(), &out), STATUS_MACHINE);
    assert_says(say.text, "8796093022208 bytes of memory, available are");
}

static void names_that_are_wrong(void **state)
{
    struct matrix out, in = {.rows = 0};
    (void)state;
    unlink(file_name());
    assert_int_equal(read_file(file_name(), &out), STATUS_BAD);
    assert_says(say.text, "No such file");
    assert_int_equal(read_file("/", &out), STATUS_BAD);
    assert_int_equal(npy_write("/no/such/folder/x.npy", &in, &say), STATUS_BAD);
    assert_says(say.text, "/no/such/folder/x.npy: cannot create");
    assert_int_equal(npy_write("/dev/full", &in, &say), STATUS_MACHINE);
    assert_says(say.text, "/dev/full: cannot write: No space left");
    assert_int_equal(access("/dev/full", F_OK), 0);
}

/* A header may be as long as version 1 can say; of a longer one the limit is named. */
static void long_headers(void **state)
{
    char dictionary[20000];
    struct matrix out;
    struct bytes b;
    (void)state;
    memset(dictionary, ' ', sizeof dictionary);
    dictionary[sizeof dictionary - 1] = '\0';
    memcpy(dictionary, "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1)", 56);
    dictionary[sizeof dictionary - 2] = '}';
    b = preamble(1, dictionary);
    put_real(&b, 0.5, 8, false);
    if (read_file(file_with(b.data, b.length), &out) != STATUS_OK)
        fail_msg("%s", say.text);
    assert_true(out.rows == 1 && out.cols == 1 && out.data[0] == 0.5);
    matrix_free(&out);
    b = preamble(2, dictionary);
    b.data[8] = b.data[10] = 1;
    b.data[9] = b.data[11] = 0;
    assert_int_equal(read_file(file_with(b.data, b.length), &out), STATUS_BAD);
    assert_says(say.text, ": byte 8: header length 65537, expected at most 65536");
    b.data[8] = 0;
    assert_int_equal(read_file(file_with(b.data, 20012), &out), STATUS_BAD);
    assert_says(say.text, ": byte 8: header length 65536, expected at most 20000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(every_form),
        cmocka_unit_test(files_that_are_wrong),
        cmocka_unit_test(sizes_that_are_wrong),
        cmocka_unit_test(types_as_reals),
        cmocka_unit_test(types_as_nonzero),
        cmocka_unit_test(pieces),
        cmocka_unit_test(from_the_middle),
        cmocka_unit_test(a_file_larger_than_memory),
        cmocka_unit_test(names_that_are_wrong),
        cmocka_unit_test(long_headers),
    };
    return cmocka_run_group_tests(tests, NULL, remove_file) != 0;
}
