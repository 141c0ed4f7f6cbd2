/* SPDX-License-Identifier: GPL-3.0-or-later
 * Valid NPY files with random changes: whatever the bytes, the reader either says what is wrong or
 * has read exactly what there is. SEED (default 1), CASES (default 20000). */
#include <math.h>

#include "npy_bytes.h"

static struct say say;
static uint64_t seed;

static uint64_t below(uint64_t limit)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (seed >> 11) % limit;
}

static unsigned long environment(const char *name, unsigned long otherwise)
{
    const char *text = getenv(name);
    return text ? strtoul(text, NULL, 10) : otherwise;
}

static struct bytes random_file(void)
{
    static const char *const codes[] = {"b1", "?",  "i1", "i2", "i4", "i8", "u1",
                                        "u2", "u4", "u8", "f2", "f4", "f8"};
    const char *code = codes[below(13)];
    const size_t rows = below(6), cols = below(6),
                 size = code[0] == '?' ? 1 : (size_t)code[1] - '0';
    char dictionary[120];
    struct bytes b;
    snprintf(dictionary, sizeof dictionary,
             "{'descr': '%c%s', 'fortran_order': %s, 'shape': (%zu, %zu), }", "<>=|"[below(4)],
             code, below(2) ? "True" : "False", rows, cols);
    b = preamble(1 + (unsigned)below(3), dictionary);
    for (size_t t = 0; t < rows * cols; t++)
        put_word(&b, below(3) ? below(2) : seed, size, false);
    return b;
}

static void change(struct bytes *b)
{
    static const char likely[] = "{}()[]<>=|:,'\"LufbiTF0123456789 \n\\#";
    const size_t at = below(b->length), most = sizeof likely - 1;
    const unsigned char byte =
        (unsigned char)(below(2) ? (unsigned char)likely[below(most)] : seed);
    switch (below(4)) {
    case 0:
        b->length = at + 1;
        break;
    case 1: /* one byte more */
        memmove(b->data + at + 1, b->data + at, b->length - at);
        b->length++;
        b->data[at] = byte;
        break;
    case 2:
        b->data[below(16)] = byte;
        break;
    default:
        b->data[at] = byte;
    }
}

/* What was read, in bytes, or 0 after a refusal with a message. */
static size_t read_all(struct bytes *b, enum npy_take take)
{
    struct npy_reader r;
    FILE *stream = fmemopen(b->data, b->length, "rb");
    size_t count = 0;
    enum status status;
    assert_non_null(stream);
    say.text[0] = '\0';
    status = npy_open(&r, stream, "F", take, &say);
    while (status == STATUS_OK && (status = npy_next(&r, &say)) == STATUS_OK && r.count)
        for (size_t t = 0; t < r.count; t++, count++, npy_step(&r.header, &r.row, &r.col)) {
            assert_true(r.row < r.header.rows && r.col < r.header.cols);
            assert_true(isfinite(r.values[t]));
            assert_true(take == NPY_REAL || r.values[t] == 0 || r.values[t] == 1);
        }
    fclose(stream);
    if (status != STATUS_OK) {
        assert_says(say.text, "F: byte ");
        assert_says(say.text, "expected");
        return 0;
    }
    assert_string_equal(say.text, "");
    assert_int_equal(count, r.header.rows * r.header.cols);
    return r.header.data_offset + count * npy_type_bytes(r.header.type);
}

static void random_changes(void **state)
{
    const unsigned long cases = environment("CASES", 20000);
    size_t taken = 0, refused = 0;
    (void)state;
    seed = 0x9e3779b97f4a7c15u * (2 * environment("SEED", 1) + 1);
    for (unsigned long i = 0; i < cases; i++) {
        struct bytes b = random_file();
        for (size_t changes = below(4); changes-- > 0;)
            change(&b);
        const size_t real = read_all(&b, NPY_REAL), nonzero = read_all(&b, NPY_NONZERO);
        assert_true(real == 0 || real == b.length);
        assert_true(nonzero == 0 || nonzero == b.length);
        assert_true(real == 0 || nonzero); /* what is a number is zero or not */
        taken += real > 0;
        refused += nonzero == 0;
    }
    if (cases >= 100)
        assert_true(taken > cases / 10 && refused > cases / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_changes)};
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
