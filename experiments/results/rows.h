/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rows.h: a file of rows (experiments/measure/cell.h) that a sweep appends to and that survives
 * everything that can happen to the sweep.
 *
 * Every row is one write() of one line, followed by fdatasync: a row is in the file whole or not at
 * all, except that a process that dies within the write may leave a last line without its end. Such
 * a line is cut off when the file is opened the next time. A write that stores only a part (the
 * disk is full) is undone at once. Only one process at a time may have a file open for appending.
 */
#ifndef ROWS_H
#define ROWS_H

#include <jansson.h>
#include <stdbool.h>

#include "harness/ground/say.h"

struct rows {
    int file;
    char *name;
    char **cells; /* names of the cells that were there when it was opened, sorted */
    size_t count;
    size_t torn; /* bytes of an unfinished last line that were cut off */
};

/* Opens the file, or creates it; with `anew` what it held is deleted. BAD: a line that is not a
 * row. MACHINE: anything else. After a failure there is nothing to close. */
enum status rows_open(struct rows *rows, const char *file, bool anew, struct say *say);
void rows_close(struct rows *rows);

/* Whether the file held that cell when it was opened. */
bool rows_have(const struct rows *rows, const char *cell);

/* Appends the row, which stays the caller's. */
enum status rows_append(struct rows *rows, const json_t *row, struct say *say);

/* Calls `each` for every row of a file, also one that is being written: an unfinished last line is
 * left out. `each` returns null, or what is wrong with the row, which ends the reading: BAD. */
typedef const char *rows_reader(void *context, json_t *row);
enum status rows_read(const char *file, rows_reader *each, void *context, struct say *say);

#endif
