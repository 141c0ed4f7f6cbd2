/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * allocate.c: memory for the checker. See allocate.h.
 */
#include "allocate.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/command/cli.h"

void *reallocate(void *block, size_t count, size_t size)
{
    void *grown = count <= SIZE_MAX / size ? realloc(block, count ? count * size : 1) : NULL;
    if (grown)
        return grown;
    cli_message("no memory for %zu x %zu bytes", count, size);
    _exit(CLI_MACHINE);
}

void *allocate(size_t count, size_t size)
{
    void *block = reallocate(NULL, count, size);
    return memset(block, 0, count * size);
}

void *allocate_copy(const void *from, size_t count, size_t size)
{
    void *block = reallocate(NULL, count, size);
    return count ? memcpy(block, from, count * size) : block;
}
