/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fence.c: blocks one after the other in a reserved range of addresses, which are not used twice. A
 * block is found by its address: the table has an entry for every page of the range, and only what
 * is used of it takes memory.
 */
#include "fence.h"

#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "harness/ground/allocate.h"

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

bool fence_exists(void)
{
#ifdef FENCE_NONE
    return false;
#else
    return true;
#endif
}

#ifdef FENCE_NONE

bool fence_raise(enum fence_side side)
{
    (void)side;
    return false;
}

struct fence_place fence_at(const void *address)
{
    (void)address;
    return (struct fence_place){.guarded = false};
}

void fence_watch(const void *code, size_t which)
{
    (void)which;
    (void)code;
}

struct fence_watched fence_watched(void)
{
    return (struct fence_watched){.refused = false};
}

bool fence_peak(struct fence_peak *peak)
{
    *peak = (struct fence_peak){0, 0};
    return false;
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
static enum fence_side side;
static atomic_size_t used = PAGE; /* bytes of the range, whose first page is never accessible */
static atomic_size_t blocks;
static atomic_size_t live_bytes, live_blocks, peak_bytes, peak_blocks;

static void *reserve(size_t size)
{
    void *got = mmap(NULL, size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return got == MAP_FAILED ? NULL : got;
}

bool fence_raise(enum fence_side wanted)
{
    char *got = reserve(RANGE);
    records = reserve(RANGE / PAGE * sizeof *records);
    side = wanted;
    if (got && records && mprotect(got, PAGE, PROT_NONE) == 0)
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
    if (side == FENCE_BEFORE && !record->block && record[1].block)
        record++;
    while (record > records && !record->block)
        record--;
    return (struct fence_place){.guarded = true, .freed = record->freed, .size = record->size};
}

/* --- what is watched --------------------------------------------------------------------------- */

enum { WATCHED = 8192 };

struct kind {
    const void *caller;
    size_t size;
};

static struct {
    pthread_mutex_t lock;
    atomic_bool on;
    const char *from, *to; /* of the code */
    bool refused;
    size_t until_refusal, count, asked, kinds, first[FENCE_KINDS];
    struct kind kind[FENCE_KINDS];
    void *given[WATCHED];
} watch = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Where the program or library lies that holds the code. */
static int find_code(struct dl_phdr_info *info, size_t size, void *code)
{
    const char *from = NULL, *to = NULL;
    (void)size;
    for (size_t x = 0; x < info->dlpi_phnum; x++) {
        const ElfW(Phdr) *part = info->dlpi_phdr + x;
        const char *start = (const char *)(info->dlpi_addr + part->p_vaddr);
        if (part->p_type != PT_LOAD)
            continue;
        from = from && from < start ? from : start;
        to = to > start + part->p_memsz ? to : start + part->p_memsz;
    }
    if ((const char *)code < from || (const char *)code >= to)
        return 0;
    watch.from = from;
    watch.to = to;
    return 1;
}

void fence_watch(const void *code, size_t which)
{
    watch.from = watch.to = NULL;
    dl_iterate_phdr(find_code, (void *)(uintptr_t)code);
    watch.refused = false;
    watch.until_refusal = which;
    watch.count = watch.asked = watch.kinds = 0;
    atomic_store(&watch.on, true);
}

struct fence_watched fence_watched(void)
{
    atomic_store(&watch.on, false);
    return (struct fence_watched){watch.refused, watch.count, watch.kinds, watch.first};
}

static bool is_watched(const void *caller)
{
    return atomic_load_explicit(&watch.on, memory_order_relaxed) &&
           (const char *)caller >= watch.from && (const char *)caller < watch.to;
}

static void note_kind(const void *caller, size_t size)
{
    size_t x = 0;
    while (x < watch.kinds && (watch.kind[x].caller != caller || watch.kind[x].size != size))
        x++;
    if (x < watch.kinds || x == FENCE_KINDS)
        return;
    watch.kind[x] = (struct kind){caller, size};
    watch.first[watch.kinds++] = watch.asked;
}

static bool refuses(const void *caller, size_t size)
{
    bool refused;
    if (!is_watched(caller) || allocate_is_asking())
        return false;
    pthread_mutex_lock(&watch.lock);
    watch.asked++;
    note_kind(caller, size);
    refused = watch.until_refusal > 0 && --watch.until_refusal == 0;
    watch.refused |= refused;
    pthread_mutex_unlock(&watch.lock);
    if (refused)
        errno = ENOMEM;
    return refused;
}

/* Beyond WATCHED, blocks are not told apart, and not missed. */
static void *give(const void *caller, void *block)
{
    if (!block || !is_watched(caller))
        return block;
    pthread_mutex_lock(&watch.lock);
    if (watch.count < WATCHED)
        watch.given[watch.count++] = block;
    pthread_mutex_unlock(&watch.lock);
    return block;
}

static void take_back(const void *block)
{
    size_t x;
    if (!atomic_load_explicit(&watch.on, memory_order_relaxed))
        return;
    pthread_mutex_lock(&watch.lock);
    for (x = watch.count; x > 0 && watch.given[x - 1] != block; x--)
        ;
    if (x > 0)
        watch.given[x - 1] = watch.given[--watch.count];
    pthread_mutex_unlock(&watch.lock);
}

#define CALLER __builtin_return_address(0)

/* --- blocks ----------------------------------------------------------------------------------- */

static void raise_peak(atomic_size_t *peak, size_t to)
{
    size_t before = atomic_load(peak);
    while (before < to && !atomic_compare_exchange_weak(peak, &before, to))
        ;
}

static void note_begin(size_t size)
{
    raise_peak(&peak_bytes, atomic_fetch_add(&live_bytes, size) + size);
    raise_peak(&peak_blocks, atomic_fetch_add(&live_blocks, 1) + 1);
}

static void note_end(size_t size)
{
    atomic_fetch_sub(&live_bytes, size);
    atomic_fetch_sub(&live_blocks, 1);
}

bool fence_peak(struct fence_peak *peak)
{
    *peak = (struct fence_peak){atomic_load(&peak_bytes), atomic_load(&peak_blocks)};
    return range && atomic_load(&blocks) <= FENCE_BLOCKS;
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
    start = range + at + (side == FENCE_BEHIND ? pages - block : 0);
    record = record_of(start);
    *record = (struct record){.size = size, .block = start};
    note_begin(size);
    return start;
}

static void *aligned(size_t alignment, size_t size)
{
    void *block = guarded(alignment < USUAL_ALIGNMENT ? USUAL_ALIGNMENT : alignment, size);
    return block ? memset(block, PATTERN, size) : __libc_memalign(alignment, size);
}

void *memalign(size_t alignment, size_t size)
{
    return refuses(CALLER, size) ? NULL : give(CALLER, aligned(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return refuses(CALLER, size) ? NULL : give(CALLER, aligned(alignment, size));
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    void *block = refuses(CALLER, size) ? NULL : give(CALLER, aligned(alignment, size));
    if (!block)
        return ENOMEM;
    *out = block;
    return 0;
}

static void *plain(size_t size)
{
    void *block = guarded(USUAL_ALIGNMENT, size);
    return block ? memset(block, PATTERN, size) : __libc_malloc(size);
}

void *malloc(size_t size)
{
    return refuses(CALLER, size) ? NULL : give(CALLER, plain(size));
}

void *calloc(size_t count, size_t size)
{
    void *block;
    if (refuses(CALLER, size * count))
        return NULL;
    block = size && count > SIZE_MAX / 2 / size ? NULL : guarded(USUAL_ALIGNMENT, count * size);
    return give(CALLER, block ? block : __libc_calloc(count, size));
}

void free(void *block)
{
    const int error = errno;
    take_back(block);
    if (is_ours(block)) {
        struct record *record = record_of(block);
        char *start = range + (size_t)(record - records) * PAGE;
        if (record->block != block || record->freed)
            abort(); /* no block, or freed before; as the C library does */
        record->freed = true;
        note_end(record->size);
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
    if (refuses(CALLER, size))
        return NULL;
    if (block && !is_ours(block)) {
        other = __libc_realloc(block, size);
        if (other || size == 0)
            take_back(block);
        return give(CALLER, other);
    }
    other = give(CALLER, plain(size));
    if (block && other) {
        const size_t old = record_of(block)->size;
        memcpy(other, block, old < size ? old : size);
        free(block);
    }
    return other;
}

#endif
