/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tiles of rows that are recomputed together; for attention.c alone. */
#ifndef ODAMV_RESTORE_H
#define ODAMV_RESTORE_H

#include "attention.h"

enum odamv_status tile_open(struct tile *t, const struct odamv_problem *problem);
void tile_close(struct tile *t);
double tile_memory(const struct odamv_problem *shape);

enum odamv_status whole_open(struct whole *w, const struct odamv_problem *problem,
                             const struct odamv_options *options);
void whole_close(struct whole *w);
double whole_memory(const struct odamv_problem *shape, const struct odamv_options *options);

#endif
