/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hunt_save.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/ground/allocate.h"

/* Whether the name is free, or holds this very case already. */
static bool is_ours(const char *file, const struct check_case *c)
{
    struct say say;
    struct check_case there;
    bool same;
    if (access(file, F_OK) != 0)
        return true;
    if (case_read(&there, file, &say) != STATUS_OK)
        return false;
    same = case_same(c, &there);
    case_close(&there);
    return same;
}

static void choose_name(const struct hunt_options *o, struct hunt_record *record,
                        const struct check_case *c)
{
    const char *engine = o->engines[record->engine]->name;
    for (unsigned copy = 1; copy < 1000; copy++) {
        char suffix[16] = "";
        if (copy > 1)
            snprintf(suffix, sizeof suffix, "-%u", copy);
        snprintf(record->file, sizeof record->file, "%.700s/%.100s-%lu-%lu%s.trace", o->folder,
                 engine, o->generate.seed, record->number, suffix);
        if (is_ours(record->file, c))
            return;
    }
}

void hunt_save(const struct hunt_options *o, struct hunt_record *record, const struct check_case *c,
               const struct finding *finding)
{
    char comment[1024];
    if (mkdir(o->folder, 0777) != 0 && errno != EEXIST) {
        say_errno(&record->say, o->folder, "cannot create");
        return;
    }
    choose_name(o, record, c);
    snprintf(comment, sizeof comment, "%s: %s\n%s\nodamv check, seed %lu, case %lu%s",
             o->engines[record->engine]->name, finding_name(finding->kind), finding->text,
             o->generate.seed, record->number,
             record->repeats ? "" : "; not shrunk: alone the case did not fail again");
    if (case_write(c, record->file, comment, &record->say) != STATUS_OK)
        record->file[0] = '\0';
}

static int is_trace(const struct dirent *entry)
{
    const size_t length = strlen(entry->d_name);
    return length > 6 && strcmp(entry->d_name + length - 6, ".trace") == 0;
}

static enum status check_readable(const char *file, struct say *say)
{
    struct check_case c;
    const enum status status = case_read(&c, file, say);
    if (status == STATUS_OK)
        case_close(&c);
    return status;
}

enum status hunt_saved(const char *folder, bool must_exist, char ***files, size_t *count,
                       struct say *say)
{
    struct dirent **entries;
    enum status status = STATUS_OK;
    const int found = scandir(folder, &entries, is_trace, alphasort);
    if (found < 0 && errno == ENOENT && !must_exist)
        return STATUS_OK;
    if (found < 0)
        return say_errno(say, folder, "cannot read the folder");
    *files = allocate_again(*files, *count + (size_t)found, sizeof **files);
    for (int x = 0; x < found; x++) {
        const size_t length = strlen(folder) + strlen(entries[x]->d_name) + 2;
        char *file = allocate_array(length, 1);
        snprintf(file, length, "%s/%s", folder, entries[x]->d_name);
        (*files)[(*count)++] = file;
        if (status == STATUS_OK)
            status = check_readable(file, say);
        free(entries[x]);
    }
    free(entries);
    return status;
}
