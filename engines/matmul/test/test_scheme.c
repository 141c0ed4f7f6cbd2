/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * test_scheme.c: schemes: Brent's equations, facts, permutations, tensor products, files.
 */
#include "engines/matmul/matmul.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct matmul_scheme *named(const char *name)
{
    struct matmul_scheme *s;
    char message[300] = "";
    if (matmul_scheme_find(name, &s, message, sizeof message))
        fail_msg("%s: %s", name, message);
    return s;
}

static void facts_of_the_built_in(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t m, k, n, r;
        double additions, growth;
    } want[] = {
        {"classical", 1, 1, 1, 1, 0, 1},
        {"strassen", 2, 2, 2, 7, 18, 12},
        {"winograd", 2, 2, 2, 7, 15, 18},
        {"plain-2x3x4", 2, 3, 4, 24, 16, 3},
        {"dps222", 2, 2, 2, 7, -1, 13},
        {"hk323", 3, 2, 3, 15, -1, -1},
        {"hk424", 4, 2, 4, 26, -1, -1},
        {"2x3x3", 2, 3, 3, 15, -1, -1},
        {"3x3x2", 3, 3, 2, 15, -1, -1},
        {"4x4x2", 4, 4, 2, 26, -1, -1},
        {"winograd*strassen", 4, 4, 4, 49, -1, 216},
        {"hk323*2x3x3", 6, 6, 9, 225, -1, -1},
        {"plain-1x2x1*winograd", 2, 4, 2, 14, -1, 36},
    };
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        struct matmul_scheme *s = named(want[i].name);
        struct matmul_scheme_facts facts;
        assert_int_equal(matmul_scheme_measure(s, &facts), ODAMV_OK);
        print_message("%-22s <%zu,%zu,%zu;%zu> exponent %.4f additions %g+%g+%g growth %g\n",
                      want[i].name, s->m, s->k, s->n, s->r, facts.exponent, facts.additions_a,
                      facts.additions_b, facts.additions_c, facts.growth);
        assert_true(s->m == want[i].m && s->k == want[i].k && s->n == want[i].n);
        assert_int_equal(s->r, want[i].r);
        if (want[i].additions >= 0)
            assert_true(facts.additions_a + facts.additions_b + facts.additions_c ==
                        want[i].additions);
        if (want[i].growth >= 0)
            assert_true(facts.growth == want[i].growth);
        matmul_scheme_close(s);
    }
}

static void names_that_are_none(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",         "*",       "strassen*",     "*strassen",
        "Strassen", "7x7x7",   "plain-0x1x1",   "plain-65x1x1",
        "2x2",      "2x2x2x2", "plain-64x64x2", "winograd*winograd*winograd*winograd*winograd"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct matmul_scheme *s;
        char message[300] = "";
        assert_int_equal(matmul_scheme_find(bad[i], &s, message, sizeof message), ODAMV_DOMAIN);
        assert_null(s);
        assert_true(strlen(message) > 10);
    }
}

/* Every single change of a coefficient must be noticed. */
static void every_coefficient_matters(void **state)
{
    (void)state;
    struct matmul_scheme *s = named("hk323");
    struct matmul_ratio *const side[3] = {s->u, s->v, s->w};
    const size_t count[3] = {s->r * s->m * s->k, s->r * s->k * s->n, s->r * s->m * s->n};
    char message[300];
    for (int q = 0; q < 3; q++)
        for (size_t i = 0; i < count[q]; i++) {
            struct matmul_ratio old = side[q][i];
            side[q][i] = (struct matmul_ratio){old.num + old.den, old.den};
            assert_int_equal(matmul_scheme_verify(s, message, sizeof message), ODAMV_DOMAIN);
            assert_non_null(strstr(message, "Brent's equation for A["));
            side[q][i] = old;
        }
    assert_int_equal(matmul_scheme_verify(s, NULL, 0), ODAMV_OK);
    matmul_scheme_close(s);
}

static void symmetries(void **state)
{
    (void)state;
    struct matmul_scheme *s = named("hk424"), *t;
    for (int turn = 0; turn < 6; turn++) {
        assert_int_equal(matmul_scheme_verify(s, NULL, 0), ODAMV_OK);
        assert_int_equal(
            turn % 3 == 2 ? matmul_scheme_transpose(s, &t) : matmul_scheme_rotate(s, &t), ODAMV_OK);
        matmul_scheme_close(s);
        s = t;
    }
    matmul_scheme_close(s);
}

/* --- files --------------------------------------------------------------------------------- */

static enum odamv_status read_text(const char *text, size_t length, struct matmul_scheme **s,
                                   char *message, size_t size)
{
    union {
        const char *in;
        char *out;
    } bytes = {.in = text};
    FILE *in = fmemopen(bytes.out, length, "r");
    assert_non_null(in);
    enum odamv_status status = matmul_scheme_read(in, "t.scheme", s, message, size);
    fclose(in);
    return status;
}

/* Two halves make a whole: <1,2,1;2> with fractions. */
static const char good[] = "odamv-scheme 1\nname halves # comment\n\nshape 1 2 1\nrank 2\n"
                           "u\n1/2 0\n0 -1\nv\n2\t0\n0 -1/3\nw\n1\n6/2\n";

static void a_file(void **state)
{
    (void)state;
    struct matmul_scheme *s;
    char message[300] = "";
    if (read_text(good, sizeof good - 1, &s, message, sizeof message))
        fail_msg("%s", message);
    assert_string_equal(s->name, "halves");
    assert_true(s->w[1].num == 3 && s->w[1].den == 1 && s->u[0].den == 2);
    matmul_scheme_close(s);
    /* Cut anywhere before the last number, it is an error and never more than that. */
    for (size_t length = 1; length + 4 < sizeof good; length++) {
        assert_int_equal(read_text(good, length, &s, message, sizeof message), ODAMV_DOMAIN);
        assert_null(s);
        assert_memory_equal(message, "t.scheme", 8);
    }
}

static void wrong_files(void **state)
{
    (void)state;
    static const char *const bad[][3] = {
        /* replace this, by that, and the message has */
        {"odamv-scheme 1", "odamv-scheme 2", "t.scheme:1: expected version 1"},
        {"odamv-scheme 1", "odamv-scheme", "t.scheme:1: expected 'odamv-scheme' and 1 positive"},
        {"name halves", "name", "t.scheme:2: expected 'name'"},
        {"name halves", "name a*b", "t.scheme:2: expected 'name'"},
        {"shape 1 2 1", "shape 1 2", "t.scheme:4: expected 'shape' and 3 positive integers"},
        {"shape 1 2 1", "shape 1 0 1", "t.scheme:4:"},
        {"shape 1 2 1", "shape 1 65 1", "t.scheme:4: expected at most 64"},
        {"rank 2", "rank 4097", "t.scheme:5: expected a rank of at most 4096"},
        {"rank 2", "rank 99999999999", "t.scheme:5:"},
        {"rank 2", "rank -2", "t.scheme:5:"},
        {"\nu\n", "\nv\n", "t.scheme:6: expected 'u', found 'v'"},
        {"1/2 0", "1/2", "t.scheme:7: expected line 1 of 2 of u: 2 integers"},
        {"1/2 0", "1/2 0 0", "t.scheme:7:"},
        {"1/2 0", "1/0 0", "t.scheme:7:"},
        {"1/2 0", "0.5 0", "t.scheme:7:"},
        {"1/2 0", "4097 0", "t.scheme:7:"},
        {"1/2 0", "nan 0", "t.scheme:7:"},
        {"6/2\n", "6/2\nmore", "t.scheme:15: expected end of file, found 'more'"},
        {"6/2\n", "5/2\n",
         "t.scheme: scheme 'halves': Brent's equation for A[0,1] B[1,0] C[0,0] "
         "fails: the sum is 0.83333333333333337, expected 1"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[400], message[300] = "";
        const char *at = strstr(good, bad[i][0]);
        assert_non_null(at);
        int length = snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good), good, bad[i][1],
                              at + strlen(bad[i][0]));
        struct matmul_scheme *s;
        assert_int_equal(read_text(text, (size_t)length, &s, message, sizeof message),
                         ODAMV_DOMAIN);
        assert_null(s);
        if (!strstr(message, bad[i][2]))
            fail_msg("case %zu: '%s' is not in '%s'", i, bad[i][2], message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_of_the_built_in),
        cmocka_unit_test(names_that_are_none),
        cmocka_unit_test(every_coefficient_matters),
        cmocka_unit_test(symmetries),
        cmocka_unit_test(a_file),
        cmocka_unit_test(wrong_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
