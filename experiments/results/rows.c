/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rows.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the machine refuses is its fault here, whatever say_errno makes of the reason. */
static enum status machine_fails(const char *file, const char *what, struct say *say)
{
    say_errno(say, file, what);
    return STATUS_MACHINE;
}

enum status rows_read(const char *file, rows_reader *each, void *context, struct say *say)
{
    enum status status = STATUS_OK;
    char *line = NULL;
    size_t room = 0, number = 0;
    ssize_t length;
    FILE *stream = fopen(file, "re");
    if (!stream)
        return say_errno(say, file, "cannot open");
    errno = 0;
    while (status == STATUS_OK && (length = getline(&line, &room, stream)) > 0) {
        json_error_t error;
        json_t *row;
        number++;
        if (line[length - 1] != '\n')
            break;
        row = json_loadb(line, (size_t)length, 0, &error);
        const char *wrong = row ? each(context, row) : error.text;
        if (wrong)
            status =
                say_fail(say, STATUS_BAD, "%s:%zu: %s, expected a row as `odamv curve` writes it",
                         file, number, wrong);
        json_decref(row);
    }
    if (status == STATUS_OK && ferror(stream))
        status = machine_fails(file, "cannot read", say);
    free(line);
    fclose(stream);
    return status;
}

static const char *add_cell(void *context, json_t *row)
{
    struct rows *rows = context;
    const char *cell = json_string_value(json_object_get(row, "cell"));
    if (!cell)
        return "no \"cell\"";
    if ((rows->count & (rows->count - 1)) == 0) {
        size_t room = rows->count ? 2 * rows->count : 1;
        char **cells = realloc(rows->cells, room * sizeof *cells);
        if (!cells)
            return "no memory";
        rows->cells = cells;
    }
    rows->cells[rows->count] = strdup(cell);
    return rows->cells[rows->count] ? (rows->count++, NULL) : "no memory";
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Cuts the file after its last newline. */
static bool cut_torn_line(struct rows *rows)
{
    off_t end = lseek(rows->file, 0, SEEK_END), keep = end;
    char byte = '\n';
    while (keep > 0 && pread(rows->file, &byte, 1, keep - 1) == 1 && byte != '\n')
        keep--;
    if (end < 0 || (keep > 0 && byte != '\n'))
        return false;
    rows->torn = (size_t)(end - keep);
    return !rows->torn || ftruncate(rows->file, keep) == 0;
}

enum status rows_open(struct rows *rows, const char *file, bool anew, struct say *say)
{
    enum status status = STATUS_OK;
    struct stat info;
    *rows = (struct rows){.name = strdup(file)};
    rows->file = open(file, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (!rows->name || rows->file < 0 || fstat(rows->file, &info) != 0) {
        status = machine_fails(file, "cannot write", say);
    } else if (S_ISREG(info.st_mode)) {
        if (flock(rows->file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
            status = say_fail(say, STATUS_BAD, "%s: another sweep is writing to it", file);
        else if (anew ? ftruncate(rows->file, 0) != 0 : !cut_torn_line(rows))
            status = machine_fails(file, "cannot shorten", say);
        else
            status = rows_read(file, add_cell, rows, say);
    }
    if (status != STATUS_OK)
        rows_close(rows);
    else if (rows->count)
        qsort(rows->cells, rows->count, sizeof *rows->cells, by_name);
    return status;
}

void rows_close(struct rows *rows)
{
    if (rows->file >= 0)
        close(rows->file);
    for (size_t i = 0; i < rows->count; i++)
        free(rows->cells[i]);
    free(rows->cells);
    free(rows->name);
    *rows = (struct rows){.file = -1};
}

bool rows_have(const struct rows *rows, const char *cell)
{
    return rows->count && bsearch(&cell, rows->cells, rows->count, sizeof *rows->cells, by_name);
}

enum status rows_append(struct rows *rows, const json_t *row, struct say *say)
{
    enum status status = STATUS_OK;
    char *line = json_dumps(row, JSON_COMPACT | JSON_REAL_PRECISION(17));
    size_t length = line ? strlen(line) : 0;
    off_t end = lseek(rows->file, 0, SEEK_END);
    if (!line)
        return say_fail(say, STATUS_MACHINE, "%s: no memory for a row", rows->name);
    line[length++] = '\n'; /* in place of the final zero */
    ssize_t written = write(rows->file, line, length);
    if (written != (ssize_t)length) {
        if (written >= 0)
            errno = ENOSPC; /* nothing else ends the write to a file early */
        status = machine_fails(rows->name, "cannot write", say);
        if (written > 0 && ftruncate(rows->file, end) != 0)
            status = machine_fails(rows->name, "cannot shorten", say);
    } else if (fdatasync(rows->file) != 0 && errno != EINVAL && errno != EROFS) {
        status = machine_fails(rows->name, "cannot write", say);
    }
    free(line);
    return status;
}
