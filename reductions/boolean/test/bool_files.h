/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bool_files.h: files of boolean matrices for the tests of their readers: what they hold, or the
 * message that refuses them.
 */
#ifndef TEST_BOOL_FILES_H
#define TEST_BOOL_FILES_H

#include "harness/ground/test/files.h"
#include "reductions/boolean/bool_read.h"

static inline void expect_bits(const char *bits, size_t rows, size_t cols, const char *what)
{
    struct say say;
    struct bitmatrix a;
    if (bool_read(file_name(), &a, &say) != STATUS_OK)
        fail_msg("%s: %s", what, say.text);
    assert_int_equal(a.rows, rows);
    assert_int_equal(a.cols, cols);
    for (size_t i = 0; i < rows * (rows ? cols : 0); i++)
        if (bitmatrix_get(&a, i / cols, i % cols) != (bits[i] == '1'))
            fail_msg("%s: entry %zu is wrong", what, i);
    bitmatrix_free(&a);
}

static inline void expect_message(const char *part, const char *what)
{
    struct say say;
    struct bitmatrix a = {.rows = 77};
    enum status status = bool_read(file_name(), &a, &say);
    if (status == STATUS_OK || !strstr(say.text, part) ||
        strncmp(say.text, file_name(), strlen(file_name())) != 0)
        fail_msg("%s: status %d, message '%s', expected '%s'", what, (int)status, say.text, part);
    assert_int_equal(a.rows, 77); /* untouched */
}

#endif
