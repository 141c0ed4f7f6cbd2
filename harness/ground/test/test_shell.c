/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Words come back from a shell as they were.
 */
#include "harness/ground/shell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* cmocka wants the ones above first */
#include <cmocka.h>

static void words_come_back_from_a_shell(void **state)
{
    static const char *const words[] = {
        "plain-1.trace", "",       "two words",         "it's", "'",       "$HOME `id`",
        "a\nb",          "*?[x]~", "\\ \" ; & | < > (", "#no",  "--x=y z", "\xc3\xbc"};
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
        char command[256] = "printf %s", back[256];
        FILE *shell;
        size_t got;
        assert_true(shell_append(command, sizeof command, words[w]));
        shell = popen(command, "r");
        assert_non_null(shell);
        got = fread(back, 1, sizeof back - 1, shell);
        back[got] = '\0';
        assert_int_equal(pclose(shell), 0);
        assert_string_equal(back, words[w]);
    }
    (void)state;
}

static void what_does_not_fit_is_left_out(void **state)
{
    char text[8] = "ab";
    (void)state;
    assert_false(shell_append(text, sizeof text, "c'd"));
    assert_false(shell_append(text, sizeof text, "cdefg"));
    assert_string_equal(text, "ab");
    assert_true(shell_append(text, sizeof text, "cdef"));
    assert_string_equal(text, "ab cdef");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_come_back_from_a_shell),
        cmocka_unit_test(what_does_not_fit_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
