/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "harness/ground/json_write.h"
#include "harness/ground/machine.h"

#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

static json_t *command_line(int argc, char *const *argv)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (!stream)
        return NULL;
    fputs("odamv", stream);
    for (int i = 0; i < argc; i++)
        fprintf(stream, " %s", argv[i]);
    json_t *value = fclose(stream) == 0 ? json_string(text) : NULL;
    free(text);
    return value;
}

json_t *environment_collect(int argc, char *const *argv)
{
    struct machine machine;
    char date[32] = "", blas[600];
    time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc))
        strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &utc);
    machine_describe(&machine);
    snprintf(blas, sizeof blas, "%s%s%s", machine.blas_file, machine.blas_config[0] ? ": " : "",
             machine.blas_config);
    return json_pack("{s:o?, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:s}", "command",
                     command_line(argc, argv), "version", ODAMV_VERSION, "compiler", COMPILER,
                     "flags", ODAMV_CFLAGS, "cpu", machine.cpu, "blas", blas, "blas_core",
                     machine.blas_core, "blas_threads", machine.blas_threads, "cores",
                     (int)machine.usable_cores, "date", date);
}

void environment_print(FILE *stream, const char *prefix, json_t *environment)
{
    const char *name;
    json_t *value;
    json_object_foreach(environment, name, value)
    {
        if (json_is_string(value))
            fprintf(stream, "%s%s: %s\n", prefix, name, json_string_value(value));
        else
            fprintf(stream, "%s%s: %lld\n", prefix, name, (long long)json_integer_value(value));
    }
}
