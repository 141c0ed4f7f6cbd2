/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fence.c: blocks one after the other in a reserved range of addresses, which are not used twice. A
 * block is found by its address: the table has an entry for every page of the range, and only what
 * is used of it takes memory.
 */
#include "fence.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FENCE_NONE
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define FENCE_NONE
#endif
#endif
#ifndef __GLIBC__
#define FENCE_NONE
#endif

#ifdef FENCE_NONE

bool fence_raise(void)
{
    return false;
}

struct fence_place fence_at(const void *address)
{
    (void)address;
    return (struct fence_place){.guarded = false};
}

#else

#define FENCE_REPLACES __attribute__((visibility("default")))

/* The C library's own, under the names that it offers to those who replace the usual ones. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

FENCE_REPLACES void *memalign(size_t alignment, size_t size);
FENCE_REPLACES void *aligned_alloc(size_t alignment, size_t size);
FENCE_REPLACES int posix_memalign(void **out, size_t alignment, size_t size);
FENCE_REPLACES void *malloc(size_t size);
FENCE_REPLACES void *calloc(size_t count, size_t size);
FENCE_REPLACES void *realloc(void *block, size_t size);
FENCE_REPLACES void free(void *block);

#define PAGE  ((size_t)4096)
#define RANGE ((size_t)1 << 36)
#define LARGE ((size_t)1 << 20) /* memory worth giving back at once */
enum { PATTERN = 0x7f, USUAL_ALIGNMENT = 16 };

/* Of the page where a block begins. */
struct record {
    size_t size;
    void *block; /* null: none begins here */
    bool freed;
};

static char *range;
static struct record *records; /* one for each page of the range */
static atomic_size_t used;     /* bytes of the range */
static atomic_size_t blocks;

static void *reserve(size_t size)
{
    void *got = mmap(NULL, size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return got == MAP_FAILED ? NULL : got;
}

bool fence_raise(void)
{
    char *got = reserve(RANGE);
    records = reserve(RANGE / PAGE * sizeof *records);
    if (records)
        range = got;
    return range != NULL;
}

static bool is_ours(const void *block)
{
    return range && (const char *)block >= range && (const char *)block < range + RANGE;
}

static struct record *record_of(const void *block)
{
    return records + (size_t)((const char *)block - range) / PAGE;
}

struct fence_place fence_at(const void *address)
{
    const struct record *record;
    if (!is_ours(address))
        return (struct fence_place){.guarded = false};
    record = record_of(address);
    while (record > records && !record->block)
        record--;
    return (struct fence_place){.guarded = true, .freed = record->freed, .size = record->size};
}

/* Zeroed, since no page is used twice. Null: to be asked of the C library. */
static void *guarded(size_t alignment, size_t size)
{
    const size_t block = (size + alignment - 1) / alignment * alignment;
    const size_t pages = (block + PAGE - 1) / PAGE * PAGE;
    size_t at;
    char *start;
    struct record *record;
    if (!range || size > RANGE / 4 || alignment > PAGE ||
        atomic_fetch_add(&blocks, 1) >= FENCE_BLOCKS)
        return NULL;
    at = atomic_fetch_add(&used, pages + PAGE);
    if (at + pages + PAGE > RANGE || mprotect(range + at + pages, PAGE, PROT_NONE) != 0)
        return NULL;
    start = range + at + pages - block;
    record = record_of(start);
    *record = (struct record){.size = size, .block = start};
    return start;
}

void *memalign(size_t alignment, size_t size)
{
    void *block = guarded(alignment < USUAL_ALIGNMENT ? USUAL_ALIGNMENT : alignment, size);
    return block ? memset(block, PATTERN, size) : __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    void *block = memalign(alignment, size);
    if (!block)
        return ENOMEM;
    *out = block;
    return 0;
}

void *malloc(size_t size)
{
    void *block = guarded(USUAL_ALIGNMENT, size);
    return block ? memset(block, PATTERN, size) : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    void *block =
        size && count > SIZE_MAX / 2 / size ? NULL : guarded(USUAL_ALIGNMENT, count * size);
    return block ? block : __libc_calloc(count, size);
}

void free(void *block)
{
    const int error = errno;
    if (is_ours(block)) {
        struct record *record = record_of(block);
        char *start = range + (size_t)(record - records) * PAGE;
        if (record->block != block || record->freed)
            abort(); /* no block, or freed before; as the C library does */
        record->freed = true;
        mprotect(start, (record->size / PAGE + 1) * PAGE, PROT_NONE);
        if (record->size >= LARGE)
            madvise(start, record->size, MADV_DONTNEED);
    } else
        __libc_free(block);
    errno = error;
}

void *realloc(void *block, size_t size)
{
    void *other;
    if (block && !is_ours(block))
        return __libc_realloc(block, size);
    other = malloc(size);
    if (block && other) {
        const size_t old = record_of(block)->size;
        memcpy(other, block, old < size ? old : size);
        free(block);
    }
    return other;
}

#endif
