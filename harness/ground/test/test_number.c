/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Strict parsing of single numbers.
 */
#include "harness/ground/say.h"

#include <float.h>
#include <locale.h>
#include <math.h>

#include "files.h"
#include "harness/ground/number.h"

static void numbers_that_are_taken(void **state)
{
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {"0", 0.0},
        {"-0", -0.0},
        {"+1", 1.0},
        {"1.", 1.0},
        {".5", 0.5},
        {"1e3", 1000.0},
        {"1E-3", 1e-3},
        {"-2.5e+2", -250.0},
        {"0x1p-3", 0.125},
        {"0X1.8P1", 3.0},
        {"0x.8", 0.5},
        {"-0x1.fffffffffffffp1023", -DBL_MAX},
        {"4.9e-324", 0x1p-1074},
        {"1e-400", 0.0},
        {"00012", 12.0},
        {"0x1.8", 1.5},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double value = NAN;
        assert_null(number_parse(cases[i].text, &value));
        assert_memory_equal(&value, &cases[i].value, sizeof value);
    }
}

static void numbers_that_are_refused(void **state)
{
    static const char *const cases[] = {
        "",    " 1",  "1 ",  "inf",   "-inf",  "nan",   "NAN(1)", "infinity",
        "1e",  "1e+", "0x",  "0x.",   "0xp1",  "0x1p",  ".",      "+",
        "-",   "--1", "1,5", "1_000", "1.2.3", "1e999", "-1e999", "0x1p1024",
        "1d3", "1f",  "0b1", "1e1.5", "\t1",   "1\n",   "١",
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double value = 7.0;
        const char *wrong = number_parse(cases[i], &value);
        if (!wrong)
            fail_msg("\"%s\" was taken", cases[i]);
        assert_true(value == 7.0);
    }
}

/* A locale with a decimal comma, if the machine has one, changes nothing. */
static void numbers_in_another_locale(void **state)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "fr_FR.utf8"};
    const char *found = NULL;
    double value = 0;
    (void)state;
    for (size_t i = 0; i < 4 && !found; i++)
        found = setlocale(LC_ALL, names[i]);
    assert_null(number_parse("1.5", &value));
    assert_true(value == 1.5);
    assert_non_null(number_parse("1,5", &value));
    setlocale(LC_ALL, "C");
    if (!found)
        skip();
}

static void indices(void **state)
{
    static const char *const refused[] = {"",
                                          "-1",
                                          "+1",
                                          "1.0",
                                          "0x1",
                                          " 1",
                                          "1 ",
                                          "10",
                                          "18446744073709551616",
                                          "99999999999999999999999"};
    size_t value = 77;
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_non_null(number_parse_index(refused[i], 9, &value));
        assert_int_equal(value, 77);
    }
    assert_null(number_parse_index("9", 9, &value));
    assert_int_equal(value, 9);
    assert_null(number_parse_index("18446744073709551615", SIZE_MAX, &value));
    assert_true(value == SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_that_are_taken),
        cmocka_unit_test(numbers_that_are_refused),
        cmocka_unit_test(numbers_in_another_locale),
        cmocka_unit_test(indices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
