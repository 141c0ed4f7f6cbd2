/* SPDX-License-Identifier: GPL-3.0-or-later
 * Dense text matrices, and the choice between text and NPY. */
#include "harness/files/dense_text.h"

#include "harness/files/matrix_read.h"
#include "harness/files/npy.h"
#include "harness/ground/test/files.h"

static struct say say;

static void texts_that_are_taken(void **state)
{
    static const char *const texts[] = {
        "1 2 3\n4 5 6\n",
        "1 2 3\n4 5 6",
        "  1\t2  3 \r\n\r\n4 5 6\r\n\n",
        "# head\n1 2 3 # row\n#\n\n4 5 6\n# end",
        "1,2,3\n4,5,6\n",
        "1, 2 ,3\n 4 , 5, 6 # x, y\n",
        "0x1p0 0x1p1 3e0\n.4e1 50e-1 +6.\n",
        "1 2 3\r4 5 6\r",
        "# head\r\r1,2,3 # row\r4,5,6",
        "1\f2\v3\n4 5 6\n",
    };
    static const double expected[] = {1, 2, 3, 4, 5, 6};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct matrix out;
        if (matrix_read(file_with_text(texts[i]), &out, &say) != STATUS_OK)
            fail_msg("text %zu: %s", i, say.text);
        assert_int_equal(out.rows, 2);
        assert_int_equal(out.cols, 3);
        assert_memory_equal(out.data, expected, sizeof expected);
        matrix_free(&out);
    }
}

static void texts_that_are_refused(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", ":1:1: end of file, expected at least one row"},
        {"# nothing\n\n", ":3:1: end of file, expected at least one row"},
        {"1 2\n3\n", ":2: row 1 has 1 values, expected 2"},
        {"1 2\n3 4 5\n", ":2: row 1 has at least 3 values, expected 2"},
        {"1 2\n3 x\n", ":2:3: 'x', expected a finite"},
        {"1 2\r\n3 4\r5 x", ":3:3: 'x', expected a finite"},
        {"1 2\r\r\n\n\r3\r", ":5: row 1 has 1 values, expected 2"},
        {"1 nan\n", ":1:3: 'nan', expected a finite"},
        {"1 inf\n", ":1:3: 'inf'"},
        {"1e999\n", ":1:1: '1e999', expected a number within"},
        {"1,2\n3 4\n", ":2:3: '4', expected ',' as before it"},
        {"1 2\n3,4\n", ":2:2: ',', expected blanks"},
        {"1,2,\n", ":1:5: end of line, expected a number"},
        {",1\n", ":1:1: ',', expected a number"},
        {"1,,2\n", ":1:3: ',', expected a number"},
        {"1 0x\n", ":1:3: '0x'"},
        {"1;2\n", ":1:1: '1;2'"},
        {"\xef\xbb\xbf"
         "1 2\n",
         ":1:1: '\\xef\\xbb\\xbf1'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct matrix out = {.rows = 77};
        assert_int_equal(matrix_read(file_with_text(cases[i].text), &out, &say), STATUS_BAD);
        assert_says(say.text, cases[i].says);
        assert_int_equal(out.rows, 77);
    }
}

static void bytes_that_are_refused(void **state)
{
    struct matrix out;
    char *word = malloc(100000);
    (void)state;
    assert_non_null(word);
    assert_int_equal(matrix_read(file_with("1 2\0003\n", 6), &out, &say), STATUS_BAD);
    assert_says(say.text, ":1:4: a zero byte, expected text");
    memset(word, '1', 100000);
    assert_int_equal(matrix_read(file_with(word, 100000), &out, &say), STATUS_BAD);
    assert_says(say.text, "overlong word");
    assert_int_equal(matrix_read("/", &out, &say), STATUS_BAD);
    assert_int_equal(matrix_read("/no/such/file", &out, &say), STATUS_BAD);
    free(word);
}

/* Every single byte changed to every other: a matrix or a message, never both or neither. */
static void any_byte(void **state)
{
    char text[] = "1.5, -2 # c\n0x1p3,4\n";
    size_t taken = 0;
    (void)state;
    for (size_t at = 0; at + 1 < sizeof text; at++)
        for (int value = 0; value < 256; value++) {
            char before = text[at];
            struct matrix out = {.data = NULL};
            enum status status;
            FILE *stream;
            text[at] = (char)value;
            say.text[0] = '\0';
            stream = fmemopen(text, sizeof text - 1, "r");
            assert_non_null(stream);
            status = dense_text_read(stream, "T", &out, &say);
            fclose(stream);
            if (status == STATUS_OK) {
                assert_non_null(out.data);
                assert_string_equal(say.text, "");
                taken++;
            } else
                assert_says(say.text, "T:");
            matrix_free(&out);
            text[at] = before;
        }
    assert_true(taken > 300);
}

static void larger_than_the_first_piece(void **state)
{
    FILE *file = fopen(file_name(), "w");
    struct matrix out;
    (void)state;
    assert_non_null(file);
    for (size_t i = 0; i < 300; i++)
        for (size_t j = 0; j < 17; j++)
            fprintf(file, "%zu%c", i * 17 + j, j == 16 ? '\n' : ' ');
    fclose(file);
    assert_int_equal(matrix_read(file_name(), &out, &say), STATUS_OK);
    assert_int_equal(out.rows, 300);
    assert_int_equal(out.cols, 17);
    for (size_t i = 0; i < 300 * 17; i++)
        assert_true(out.data[i] == (double)i);
    matrix_free(&out);
}

static void npy_by_its_magic(void **state)
{
    struct matrix in, out;
    (void)state;
    assert_int_equal(matrix_zeros(2, 2, "x", &in, &say), STATUS_OK);
    in.data[3] = 5.0;
    assert_int_equal(npy_write(file_name(), &in, &say), STATUS_OK);
    assert_int_equal(matrix_read(file_name(), &out, &say), STATUS_OK);
    assert_memory_equal(in.data, out.data, 4 * sizeof(double));
    matrix_free(&in);
    matrix_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_that_are_taken),        cmocka_unit_test(texts_that_are_refused),
        cmocka_unit_test(bytes_that_are_refused),      cmocka_unit_test(any_byte),
        cmocka_unit_test(larger_than_the_first_piece), cmocka_unit_test(npy_by_its_magic),
    };
    return cmocka_run_group_tests(tests, NULL, remove_file) != 0;
}
