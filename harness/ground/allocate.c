/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "allocate.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* To ask for the memory that is left takes a dozen system calls, and is not worth it for less. */
#define WORTH_ASKING (1u << 20)

enum status allocate_zeros(size_t rows, size_t cols, size_t bytes, const char *what, void **out,
                           struct say *say)
{
    size_t size;
    *out = NULL;
    if (__builtin_mul_overflow(rows, cols, &size) || __builtin_mul_overflow(size, bytes, &size) ||
        size > PTRDIFF_MAX)
        return say_fail(say, STATUS_BAD,
                        "%s: %zu x %zu entries of %zu bytes, expected a size that can be addressed",
                        what, rows, cols, bytes);
    const double available = size < WORTH_ASKING ? (double)size : odamv_memory_available();
    if ((double)size <= available)
        *out = calloc(size ? size : 1, 1);
    if (!*out)
        return say_fail(say, STATUS_MACHINE,
                        "%s: %zu x %zu entries need %zu bytes of memory, available are %.0f", what,
                        rows, cols, size, available);
    return STATUS_OK;
}

enum status allocate_more(void **block, size_t *count, size_t size)
{
    size_t most, bytes;
    void *grown = NULL;
    if (__builtin_mul_overflow(*count, 2, &most))
        return STATUS_MACHINE;
    most = most ? most : 1024;
    if (!__builtin_mul_overflow(most, size, &bytes) && bytes <= PTRDIFF_MAX &&
        (bytes < WORTH_ASKING || (double)(bytes / 2) <= odamv_memory_available()))
        grown = realloc(*block, bytes);
    if (!grown)
        return STATUS_MACHINE;
    *block = grown;
    *count = most;
    return STATUS_OK;
}

static _Thread_local bool asking;
/* Through a pointer: compilers take it that realloc itself looks at nothing. */
static void *(*volatile grow)(void *, size_t) = realloc;

bool allocate_is_asking(void)
{
    return asking;
}

void *allocate_again(void *block, size_t count, size_t size)
{
    void *grown = NULL;
    asking = true;
    if (count <= SIZE_MAX / size)
        grown = grow(block, count ? count * size : 1);
    asking = false;
    if (grown)
        return grown;
    say_line("no memory for %zu x %zu bytes", count, size);
    _exit(STATUS_MACHINE);
}

void *allocate_array(size_t count, size_t size)
{
    void *block = allocate_again(NULL, count, size);
    return memset(block, 0, count * size);
}

void *allocate_copy(const void *from, size_t count, size_t size)
{
    void *block = allocate_again(NULL, count, size);
    return count ? memcpy(block, from, count * size) : block;
}
