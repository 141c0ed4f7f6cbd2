/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How much this process may still allocate, on Linux: the smallest of
 * MemAvailable in /proc/meminfo, what the control group leaves (version 2: memory.max less
 * memory.current, version 1: memory.limit_in_bytes less memory.usage_in_bytes), and what RLIMIT_AS
 * leaves of the address space. A file that is missing or holds no number limits nothing.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "odamv.h"

static double number_in(const char *file)
{
    FILE *f = fopen(file, "r");
    double x = INFINITY;
    if (!f)
        return x;
    if (fscanf(f, "%lf", &x) != 1)
        x = INFINITY;
    fclose(f);
    return x;
}

static double machine(void)
{
    FILE *f = fopen("/proc/meminfo", "r");
    char line[256];
    double kib = INFINITY, x;
    if (!f)
        return kib;
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "MemAvailable: %lf kB", &x) == 1)
            kib = x;
    fclose(f);
    return kib * 1024;
}

static double group(const char *limit, const char *usage)
{
    double most = number_in(limit), used = number_in(usage);
    return isfinite(most) && isfinite(used) ? fmax(0, most - used) : INFINITY;
}

static double address_space(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return INFINITY;
    double pages = number_in("/proc/self/statm");
    double used = isfinite(pages) ? pages * (double)sysconf(_SC_PAGESIZE) : 0;
    return fmax(0, (double)limit.rlim_cur - used);
}

double odamv_memory_available(void)
{
    double v2 = group("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current");
    double v1 = group("/sys/fs/cgroup/memory/memory.limit_in_bytes",
                      "/sys/fs/cgroup/memory/memory.usage_in_bytes");
    return fmin(fmin(machine(), address_space()), fmin(v1, v2));
}
