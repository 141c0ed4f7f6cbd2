/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rates in the user's cache folder: see table_cache.c.
 */
#ifndef MATMUL_TABLE_CACHE_H
#define MATMUL_TABLE_CACHE_H

#include "table_grid.h"

void matmul_table_name(struct matmul_table *table); /* fills in machine and threads */
/* From the cache: false when there is none that fits. To the cache: sets file, "" when not
 * written. */
bool matmul_table_recall(struct matmul_table *table);
void matmul_table_keep(struct matmul_table *table);

#endif
