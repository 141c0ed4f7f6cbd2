/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * files.h: temporary files for the tests of readers and writers. Each test program has one file at
 * a time, under a name of its own.
 */
#ifndef TEST_FILES_H
#define TEST_FILES_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>

#include <cmocka.h>

/* The name of this program's file. */
static inline const char *file_name(void)
{
    static char name[4096];
    const char *folder = getenv("TMPDIR");
    snprintf(name, sizeof name, "%s/odamv-test-%ld", folder ? folder : "/tmp", (long)getpid());
    return name;
}

/* Makes the file anew, with these bytes; returns its name. */
static inline const char *file_with(const void *bytes, size_t length)
{
    FILE *file = fopen(file_name(), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    return file_name();
}

static inline const char *file_with_text(const char *text)
{
    return file_with(text, strlen(text));
}

/* A message that must say this; fails with both texts. */
static inline void assert_says(const char *message, const char *part)
{
    if (!strstr(message, part))
        fail_msg("message \"%s\", expected \"%s\" in it", message, part);
}

static inline int remove_file(void **state)
{
    (void)state;
    unlink(file_name());
    return 0;
}

#endif
