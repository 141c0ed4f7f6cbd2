/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fences: where blocks end and begin, after free, what is refused, what is still in use. Every case is
 * a process of its own, which ends with 0 or by the fault that is expected.
 */
#include "harness/check/fence.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/ground/allocate.h"

/* The signal that ends the process, or its exit status, negative. */
static int end_of(int (*play)(size_t), size_t argument)
{
    int status;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL); /* cmocka has a handler */
        _exit(play(argument));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status);
}

static int touch_behind(size_t size)
{
    volatile char *block;
    size_t volatile at = size;
    fence_raise(FENCE_BEHIND);
    block = malloc(size);
    block[0] = block[at - 1] = 1;
    block[at] = 1;
    return 0;
}

static int touch_before(size_t size)
{
    volatile char *block;
    size_t volatile at = 0;
    fence_raise(FENCE_BEFORE);
    block = malloc(size);
    block[at] = block[size - 1] = 1;
    block[at - 1] = 1;
    return 0;
}

static int touch_freed(size_t size)
{
    char *volatile block;
    fence_raise(FENCE_BEHIND);
    block = aligned_alloc(64, size);
    block[0] = 1;
    free(block);
    return *(volatile char *)block;
}

static void ends_and_beginnings_are_guarded(void **state)
{
    (void)state;
    if (!fence_exists())
        skip();
    for (size_t size = 16; size <= 4096 * 3; size *= 4) {
        assert_int_equal(end_of(touch_behind, size), SIGSEGV);
        assert_int_equal(end_of(touch_before, size), SIGSEGV);
        assert_int_equal(end_of(touch_freed, size), SIGSEGV);
    }
}

static int tell_places(size_t size)
{
    char *volatile block, *volatile freed; /* or the compiler does without them */
    fence_raise(FENCE_BEFORE);
    block = malloc(size);
    freed = malloc(size + 1);
    free(freed);
    return !(fence_at(block - 1).guarded && fence_at(block - 1).size == size &&
             fence_at(block).size == size && !fence_at(block).freed && fence_at(freed).freed &&
             fence_at(freed).size == size + 1 && !fence_at(&size).guarded);
}

static int find_peak(size_t size)
{
    struct fence_peak peak;
    char *volatile one, *volatile two;
    fence_raise(FENCE_BEHIND);
    one = malloc(size);
    two = calloc(size, 2);
    free(one);
    one = realloc(two, size);
    free(one);
    return !(fence_peak(&peak) && peak.bytes == 3 * size && peak.blocks == 2);
}

/* Through a pointer: compilers take it that malloc itself leaves errno alone. */
static void *(*volatile ask)(size_t) = malloc;

/* Of three blocks the second is refused; the third is never freed; allocate.h's are not looked at. */
static int watch_three(size_t size)
{
    struct fence_watched watched;
    char *volatile block[3], *volatile other;
    uintptr_t here;
    int (*code)(size_t) = watch_three;
    memcpy(&here, &code, sizeof here);
    fence_watch((const void *)here, 2);
    block[0] = malloc(size);
    other = allocate_array(size, 1);
    errno = 0;
    block[1] = ask(size);
    if (block[1] || errno != ENOMEM)
        return 1;
    block[2] = calloc(size, 1);
    free(block[0]);
    free(other);
    watched = fence_watched();
    if (!block[2] || !watched.refused || watched.kept != 1 || watched.kinds != 3 ||
        watched.first[0] != 1 || watched.first[1] != 2 || watched.first[2] != 3)
        return 2;
    block[1] = malloc(size); /* nobody watches any more */
    free(block[1]);
    free(block[2]);
    fence_watch(&errno, 1); /* no code of this program */
    block[1] = malloc(size);
    watched = fence_watched();
    return block[1] && !watched.refused && watched.kept == 0 ? 0 : 3;
}

static void memory_is_told(void **state)
{
    (void)state;
    if (!fence_exists())
        skip();
    assert_int_equal(end_of(tell_places, 100), 0);
    assert_int_equal(end_of(find_peak, 1000), 0);
    assert_int_equal(end_of(watch_three, 24), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_and_beginnings_are_guarded),
        cmocka_unit_test(memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
