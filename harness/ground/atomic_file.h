/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * atomic_file.h: a file that appears whole or not at all.
 *
 * Written under a temporary name in the folder of its final name, synchronised to the disk and then
 * renamed, so that a full disk or a killed process leaves the old file as it was. Where the name
 * already stands for something that is not a regular file (a terminal, a pipe, /dev/null) it is
 * written directly: renaming would replace the device. A symbolic link is followed.
 */
#ifndef ATOMIC_FILE_H
#define ATOMIC_FILE_H

#include <stdio.h>

#include "say.h"

struct atomic_file {
    FILE *stream;    /* for the caller to write to; errors are collected by atomic_commit */
    char *name;      /* final, links resolved */
    char *temporary; /* null: writing directly */
};

/* BAD or MACHINE, as say_errno tells them apart. After a failure there is nothing to commit or
 * abandon. */
enum status atomic_open(struct atomic_file *file, const char *name, struct say *say);

/* Finishes the file and releases everything. Not OK: something failed on the way, the caller's
 * writes included, and the temporary file is removed. */
enum status atomic_commit(struct atomic_file *file, struct say *say);

/* Removes the temporary file and releases everything. Accepts a file that is not open. */
void atomic_abandon(struct atomic_file *file);

#endif
