/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A new file beside the final one, under a name that nothing else has. */
static int create_beside(struct atomic_file *file)
{
    size_t size = strlen(file->name) + 48;
    file->temporary = malloc(size);
    if (!file->temporary)
        return -1;
    for (unsigned attempt = 0; attempt < 100; attempt++) {
        int fd;
        snprintf(file->temporary, size, "%s.%ld-%u.tmp", file->name, (long)getpid(), attempt);
        fd = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

enum status atomic_open(struct atomic_file *file, const char *name, struct say *say)
{
    struct stat info;
    int fd;
    *file = (struct atomic_file){0};
    file->name = realpath(name, NULL);
    if (!file->name)
        file->name = strdup(name);
    if (!file->name)
        return say_errno(say, name, "cannot create");
    if (stat(file->name, &info) == 0 && !S_ISREG(info.st_mode))
        fd = open(file->name, O_WRONLY | O_CLOEXEC);
    else
        fd = create_beside(file);
    if (fd >= 0)
        file->stream = fdopen(fd, "wb");
    if (!file->stream) {
        enum status status = say_errno(say, name, "cannot create");
        if (fd >= 0) {
            close(fd);
            if (file->temporary)
                unlink(file->temporary);
        }
        free(file->name);
        free(file->temporary);
        *file = (struct atomic_file){0};
        return status;
    }
    return STATUS_OK;
}

enum status atomic_commit(struct atomic_file *file, struct say *say)
{
    enum status status = STATUS_OK;
    FILE *stream = file->stream;
    bool failed;
    errno = 0;
    failed = fflush(stream) != 0 || ferror(stream);
    /* What is not a file on a disk cannot be synchronised (EINVAL), and need not be. */
    failed = failed || (file->temporary && fsync(fileno(stream)) != 0);
    if (failed) {
        if (!errno)
            errno = EIO;
        say_errno(say, file->name, "cannot write");
        atomic_abandon(file);
        return STATUS_MACHINE;
    }
    file->stream = NULL;
    if (fclose(stream) != 0 || (file->temporary && rename(file->temporary, file->name) != 0)) {
        status = say_errno(say, file->name, "cannot finish");
        atomic_abandon(file);
        return status;
    }
    free(file->temporary);
    free(file->name);
    *file = (struct atomic_file){0};
    return STATUS_OK;
}

void atomic_abandon(struct atomic_file *file)
{
    if (file->stream)
        fclose(file->stream);
    if (file->temporary)
        unlink(file->temporary);
    free(file->temporary);
    free(file->name);
    *file = (struct atomic_file){0};
}
