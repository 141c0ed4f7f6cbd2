/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Messages, and bytes shown in them.
 */
#include "harness/ground/say.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
/* cmocka wants the ones above first */
#include <cmocka.h>

static void messages(void **state)
{
    struct say say = {"old"};
    (void)state;
    assert_int_equal(say_fail(&say, STATUS_BAD, "%s and %d", say.text, 7), STATUS_BAD);
    assert_string_equal(say.text, "old and 7");
    assert_int_equal(say_where(&say, STATUS_MACHINE, "FILE"), STATUS_MACHINE);
    assert_string_equal(say.text, "FILE: old and 7");
    say_fail(&say, STATUS_BAD, "%02000d", 0);
    assert_int_equal(strlen(say.text), sizeof say.text - 1);
}

static void reasons(void **state)
{
    struct say say;
    (void)state;
    errno = ENOENT;
    assert_int_equal(say_errno(&say, "FILE", "cannot open"), STATUS_BAD);
    assert_string_equal(say.text, "FILE: cannot open: No such file or directory");
    errno = EIO;
    assert_int_equal(say_errno(&say, "FILE", "cannot read"), STATUS_MACHINE);
    assert_int_equal(say_library(ODAMV_OK), STATUS_OK);
    assert_int_equal(say_library(ODAMV_UNABLE), STATUS_BAD);
    assert_int_equal(say_library(ODAMV_DOMAIN), STATUS_BAD);
    assert_int_equal(say_library(ODAMV_NOMEM), STATUS_MACHINE);
}

static void quotes(void **state)
{
    char out[12];
    (void)state;
    assert_string_equal(say_quote("abc", 3, out, sizeof out), "'abc'");
    assert_string_equal(say_quote("a\n\xff", 3, out, sizeof out), "'a\\x0a\\xff'");
    assert_string_equal(say_quote("a\n\xff.", 4, out, sizeof out), "'a\\x0a...'");
    assert_string_equal(say_quote("abcdefghi", 9, out, sizeof out), "'abcdefghi'");
    assert_string_equal(say_word("abcdefghijkl", out, sizeof out), "'abcdef...'");
    for (size_t size = 0; size <= sizeof out; size++) {
        memset(out, 'x', sizeof out);
        say_quote("ab\n\ndefghijkl", 13, out, size);
        assert_true(size == 0 || memchr(out, '\0', size));
        for (size_t i = size; i < sizeof out; i++)
            assert_int_equal(out[i], 'x');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages),
        cmocka_unit_test(reasons),
        cmocka_unit_test(quotes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
