/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * table_cache.c: measured rates in the user's cache directory.
 *
 *     odamv-matmul-table 1
 *     machine AMD EPYC; OpenBLAS 0.3.21 ...; SkylakeX; 2 threads
 *     product SIDE K SECONDS            per multiplication and addition
 *     gather SIDE SECONDS               per double
 *     scatter SIDE SECONDS
 *     check 0123456789abcdef            FNV-1a of everything above
 *
 * The file is compared with what writing the same numbers would give, so that a damaged one, one of
 * another version and one of another machine are all the same: not there. It is written under
 * another name and renamed, so nobody reads half of it.
 */
#include "table_cache.h"

#include <cblas.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEXT_MAX = 8192 };

static void processor(char *out, size_t size)
{
    char line[300];
    snprintf(out, size, "unknown processor");
    FILE *in = fopen("/proc/cpuinfo", "r");
    while (in && fgets(line, sizeof line, in)) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) || !colon)
            continue;
        snprintf(out, size, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
        break;
    }
    if (in)
        fclose(in);
}

void matmul_table_name(struct matmul_table *t)
{
    char cpu[120];
    processor(cpu, sizeof cpu);
    int threads = openblas_get_num_threads();
    t->threads = threads > 1 ? (unsigned)threads : 1;
    snprintf(t->machine, sizeof t->machine, "%s; %.160s; %.40s; %s; %u threads", cpu,
             openblas_get_config(), openblas_get_corename(),
             openblas_get_parallel() == OPENBLAS_OPENMP ? "OpenMP" : "own threads", t->threads);
    for (char *c = t->machine; *c; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
}

static uint64_t fnv(const char *text, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static bool line(char *out, size_t *used, const char *kind, unsigned side, unsigned k, double x)
{
    int n = k ? snprintf(out + *used, TEXT_MAX - *used, "%s %u %u %.6e\n", kind, side, k, x)
              : snprintf(out + *used, TEXT_MAX - *used, "%s %u %.6e\n", kind, side, x);
    if (n < 0 || (size_t)n >= TEXT_MAX - *used)
        return false;
    *used += (size_t)n;
    return true;
}

/* The file's text into out[0 .. TEXT_MAX-1]; 0: does not fit. */
static size_t write_text(const struct matmul_table *t, char *out)
{
    int n = snprintf(out, TEXT_MAX, "odamv-matmul-table 1\nmachine %s\n", t->machine);
    size_t used = (size_t)n;
    for (int s = 0; s < TABLE_SIDES; s++)
        for (int k = 0; k < TABLE_INNERS; k++)
            if (!line(out, &used, "product", matmul_table_side[s], matmul_table_inner[k],
                      t->product[s][k]))
                return 0;
    for (int b = 0; b < TABLE_BLOCKS; b++)
        if (!line(out, &used, "gather", matmul_table_block[b], 0, t->gather[b]) ||
            !line(out, &used, "scatter", matmul_table_block[b], 0, t->scatter[b]))
            return 0;
    n = snprintf(out + used, TEXT_MAX - used, "check %016" PRIx64 "\n", fnv(out, used));
    return n > 0 && (size_t)n < TEXT_MAX - used ? used + (size_t)n : 0;
}

/* The last number of the next line. */
static bool next_number(const char **at, double *out)
{
    size_t length = strcspn(*at, "\n");
    const char *start = *at + length;
    while (start > *at && start[-1] != ' ')
        start--;
    char *end;
    *out = strtod(start, &end);
    if (!(*at)[length] || end != *at + length || !(*out > 0) || !isfinite(*out))
        return false;
    *at += length + 1;
    return true;
}

static bool read_text(struct matmul_table *t, const char *text, size_t length)
{
    char again[TEXT_MAX];
    const char *at = text;
    for (int skip = 0; skip < 2; skip++)
        if ((at = strchr(at, '\n')))
            at++;
        else
            return false;
    for (int s = 0; s < TABLE_SIDES; s++)
        for (int k = 0; k < TABLE_INNERS; k++)
            if (!next_number(&at, &t->product[s][k]))
                return false;
    for (int b = 0; b < TABLE_BLOCKS; b++)
        if (!next_number(&at, &t->gather[b]) || !next_number(&at, &t->scatter[b]))
            return false;
    return write_text(t, again) == length && !memcmp(again, text, length);
}

/* The directory, made if need be, and the file in it. */
static bool find_file(struct matmul_table *t, bool make)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    char directory[3000], base[2900];
    int n;
    if (cache && *cache == '/')
        n = snprintf(base, sizeof base, "%s", cache);
    else if (home && *home == '/')
        n = snprintf(base, sizeof base, "%s/.cache", home);
    else
        return false;
    if (n < 0 || (size_t)n >= sizeof base)
        return false;
    snprintf(directory, sizeof directory, "%s/odamv", base);
    if (make) {
        mkdir(base, 0700);
        mkdir(directory, 0700);
    }
    snprintf(t->file, sizeof t->file, "%s/matmul-%016" PRIx64 ".txt", directory,
             fnv(t->machine, strlen(t->machine)));
    return true;
}

bool matmul_table_recall(struct matmul_table *t)
{
    char text[TEXT_MAX + 1];
    FILE *in = find_file(t, false) ? fopen(t->file, "r") : NULL;
    if (!in)
        return false;
    size_t length = fread(text, 1, TEXT_MAX, in);
    fclose(in);
    text[length] = '\0';
    return read_text(t, text, length);
}

void matmul_table_keep(struct matmul_table *t)
{
    char text[TEXT_MAX], temporary[sizeof t->file + 8];
    size_t length = write_text(t, text);
    if (!length || !find_file(t, true)) {
        *t->file = '\0';
        return;
    }
    snprintf(temporary, sizeof temporary, "%s.XXXXXX", t->file);
    int file = mkstemp(temporary);
    bool ok = file >= 0 && write(file, text, length) == (ssize_t)length;
    if (file >= 0)
        ok = !close(file) && ok;
    if (!ok || rename(temporary, t->file)) {
        if (file >= 0)
            unlink(temporary);
        *t->file = '\0';
    }
}
