/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hunt_save.h: findings as files, and files as cases to play first.
 */
#ifndef HUNT_SAVE_H
#define HUNT_SAVE_H

#include "hunt_plan.h"

/* Writes the case to FOLDER/ENGINE-SEED-CASE.trace; under a name with one more number where another
 * case has that name already. Sets record->file, or record->say when it cannot be written. */
void hunt_save(const struct hunt_options *options, struct hunt_record *record,
               const struct check_case *c, const struct finding *finding);

/* The *.trace files of a folder, sorted by name, appended to *files; the strings and the array are
 * the caller's to free, also after a failure. A folder that does not exist has none, unless it
 * `must_exist`. Every file is read once, to fail now rather than later: BAD for one that is no
 * case, or for the folder. */
enum status hunt_saved(const char *folder, bool must_exist, char ***files, size_t *count,
                       struct say *say);

#endif
