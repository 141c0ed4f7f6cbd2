/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * standin.h: a plug-in as this process knows it without loading it.
 *
 * A plug-in is code that runs as soon as it is loaded: it may start threads, which a fork does not
 * take along, change the process, or end it. So a process of its own loads it once and describes
 * it, and each sandbox loads it for itself. What stands for it here has its name, its texts and
 * null where the engine has null; its functions are not to be called.
 */
#ifndef STANDIN_H
#define STANDIN_H

#include "harness/ground/say.h"
#include "odamv.h"

/* The engine of that file, for as long as the process lives. A plug-in that does not survive being
 * loaded gets the file's name without folder and ending, and every play of it ends likewise. BAD: no
 * shared object, or none that is a plug-in; MACHINE: no process. */
enum status standin_open(const char *file, const struct odamv_engine **engine, struct say *say);

/* The file, when the engine is a stand-in; else null. */
const char *standin_file(const struct odamv_engine *engine);

#endif
