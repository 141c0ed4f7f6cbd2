/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A user's program that calls times(2) beside the library: it must get that of the C library. Linked
 * with the library by install_test.sh, shared and static.
 */
#include <odamv.h>
#include <stdio.h>
#include <sys/times.h>

int main(void)
{
    struct tms spent = {.tms_utime = -1, .tms_cutime = -1};
    clock_t since = times(&spent);
    if (since == (clock_t)-1 || spent.tms_utime < 0 || spent.tms_cutime < 0) {
        puts("times is not the C library's");
        return 1;
    }
    return odamv_threshold(100, 0.5) != 10 || !odamv_engine_find("lazy");
}
